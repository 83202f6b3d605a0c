/**
 * The meaning of each member of a filter, for statements and for a task in hand alike. A new member compiles only with its meaning, so that no
 * list and no stream can pass it by.
 */
import type { Task } from '../task.js';
import type { TaskFilter } from '../tasks.js';

export const COLUMNS = ['kind', 'catalog', 'status', 'subject', 'identifier', 'batch_id'] as const;
export type Column = (typeof COLUMNS)[number];

/** The column that a member narrows, and the same of a task in hand; null where a task has none. */
type Condition = { readonly column: Column; readonly of: (task: Task) => string | null };
export type Conditions<Filter> = { readonly [Name in keyof Required<Filter>]: Condition };

export const CONDITIONS = {
  kinds: { column: 'kind', of: (task) => task.input.kind },
  catalogs: { column: 'catalog', of: (task) => task.input.catalog },
  statuses: { column: 'status', of: (task) => task.status },
  identifiers: { column: 'identifier', of: (task) => task.input.identifier },
  startedBy: { column: 'subject', of: (task) => task.subject },
  batchIds: { column: 'batch_id', of: (task) => task.batchId },
} as const satisfies Conditions<TaskFilter>;

const MEMBERS = namesIn(CONDITIONS);

/** One value, or one of several; undefined for any. */
type Wish = string | readonly string[] | undefined;

export function wishesOf(filter: TaskFilter): (readonly [column: Column, values: readonly string[] | undefined])[] {
  return MEMBERS.map((name) => {
    const wish: Wish = filter[name];
    return [CONDITIONS[name].column, typeof wish === 'string' ? [wish] : wish];
  });
}

export function isWanted(task: Task, filter: TaskFilter): boolean {
  return MEMBERS.every((name) => {
    const wish: Wish = filter[name];
    if (wish === undefined) return true;
    const actual = CONDITIONS[name].of(task);
    return actual !== null && (typeof wish === 'string' ? wish === actual : wish.includes(actual));
  });
}

function namesIn<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => name in table);
}
