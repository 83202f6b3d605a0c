/** Reads tasks so that a row that cannot be read does not hide the others. */
import type { SelectQueryBuilder, Simplify } from 'kysely';
import type { Tables } from '../../db/tables.js';
import { isDamage } from '../../db/errors/unreadable-row.js';

/** The tasks that could not be read, by their positions. */
export type Unreadable = {
  /** The positions that failed a short time ago, which a query leaves out to find the others. */
  positions(): readonly number[];
  add(position: number, error: unknown): void;
};

/** For a caller that must have every row: damage is an error. */
export const EVERY_ROW: Unreadable = {
  positions: () => [],
  add(_position, error) {
    throw error;
  },
};

/** For a caller that can do without a row, because the worker reads the same row and reports it. */
export const READABLE_ROWS: Unreadable = { positions: () => [], add() {} };

type Rows<Row> = SelectQueryBuilder<Tables, 'tasks', Row & { readonly position: number }>;

/** Leaves out the tasks that could not be read a short time ago. */
export function readableOnly<Row>(query: SelectQueryBuilder<Tables, 'tasks', Row>, unreadable: Unreadable) {
  const positions = unreadable.positions();
  return positions.length === 0 ? query : query.where('position', 'not in', positions);
}

/** The items of all readable rows, in order. The other rows are added to `unreadable`. */
export async function readItems<Row, Item>(
  query: Rows<Row>,
  itemOf: (row: Simplify<Row & { readonly position: number }>) => Item,
  unreadable: Unreadable,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const row of await readRows(query, unreadable)) {
    try {
      items.push(itemOf(row));
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable.add(row.position, error);
    }
  }
  return items;
}

/** Reads each row on its own if a damaged row makes the database refuse the whole statement. */
async function readRows<Row>(query: Rows<Row>, unreadable: Unreadable) {
  try {
    return await query.execute();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const found = [];
  for (const { position } of await query.clearSelect().select('position').execute()) {
    try {
      found.push(...(await query.where('position', '=', position).execute()));
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable.add(position, error);
    }
  }
  return found;
}
