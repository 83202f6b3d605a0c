/**
 * Copies all rows of a database into an empty PostgreSQL database, in one transaction: all of them or none. The log
 * keeps its id and its positions, so that every cursor stays valid. The source is only read.
 */
import { existsSync } from 'node:fs';
import { sql as raw } from 'kysely';
import type { Clock } from '../runtime/clock.js';
import type { Database, Sql, Tx } from './database.js';
import { unrelatedTables } from './unrelated-tables.js';
import { openPostgres } from './postgres/postgres-database.js';
import { storeFileIn } from './sqlite/file.js';
import type { Tables } from './tables.js';

/** A statement of this many rows has a few megabytes, and stays far below the time limit of a statement. */
const ROWS_PER_STATEMENT = 1000;

/**
 * The tables whose rows are copied, with the columns that give the order of reading. The next worker repeats the
 * readings of AWS's lists, and the turns and versions of edits matter for minutes only. The head of the log is one row,
 * which is copied as an update.
 */
const KEYS = {
  tasks: ['id'],
  transitions: ['position'],
  quota_calls: ['quota', 'id'],
  quota_totals: ['quota'],
} as const satisfies {
  readonly [
    Table in Exclude<keyof Tables, 'log_head' | 'task_lists' | 'write_turns' | 'edited_records'>
  ]: readonly (keyof Tables[Table])[];
};

export type CopiedTable = keyof typeof KEYS;
const COPIED_TABLES: readonly CopiedTable[] = ['tasks', 'transitions', 'quota_calls', 'quota_totals'];

const HOW_TO_CREATE_ONE = 'Create a new database (createdb) and give its URL to --to';

export type CopyResult = {
  /** The number of rows of each table. */
  readonly counts: Readonly<Record<CopiedTable, number>>;
  /** The upstream that the tasks belong to; '' when no gateway has run on the database yet. */
  readonly upstream: string;
};

/** The copy was refused and nothing was copied. The message is for the operator. */
export class CopyRefusedError extends Error {
  override readonly name = 'CopyRefusedError';
}

/** @throws CopyRefusedError when the directory has no embedded store, because opening it would create an empty one */
export function assertEmbeddedStore(directory: string): void {
  const file = storeFileIn(directory);
  if (existsSync(file)) return;
  throw new CopyRefusedError(`there is no ${file}: give --from the DATA_DIR that the gateway ran with`);
}

/** The largest number of unrelated tables that a message names. */
const NAMED_TABLES = 3;

/**
 * @throws CopyRefusedError when another program has tables there. They stay as they are, and nothing is written beside
 *   them.
 */
export function openTarget(options: { url: string; setting?: string; clock: Clock }): Promise<Database> {
  return openPostgres({
    ...options,
    poolSize: 2,
    async inspect(sql, { location }) {
      const others = await unrelatedTables(sql, 'postgres');
      if (others.length === 0) return;
      const named = others.slice(0, NAMED_TABLES).join(', ');
      const more = others.length > NAMED_TABLES ? ` and ${others.length - NAMED_TABLES} more` : '';
      throw new CopyRefusedError(
        `${location} is not empty (it has other tables: ${named}${more}). ${HOW_TO_CREATE_ONE}`,
      );
    },
  });
}

/**
 * The caller must make sure that no other process uses either database.
 *
 * @param onCopied is called after each batch with the number of rows of the table copied so far
 * @throws CopyRefusedError when the target is not empty. After any error the target is unchanged, with one exception: a
 *   connection that breaks during the commit leaves its outcome open. A second copy is then refused if the first one
 *   was committed.
 */
export async function copyToPostgres(
  source: Database,
  target: Database,
  onCopied: (table: CopiedTable, count: number) => unknown = () => undefined,
): Promise<CopyResult> {
  const head = await source.sql.selectFrom('log_head').selectAll().executeTakeFirstOrThrow();
  const counts = await countRows(source.sql);
  await target.write(async (tx) => {
    await assertEmpty(target, tx);
    await tx.updateTable('log_head').set(head).execute();
    for (const table of COPIED_TABLES) await copyTable(source.sql, tx, table, onCopied);
    const arrived = await countRows(tx);
    const short = COPIED_TABLES.filter((table) => arrived[table] !== counts[table]);
    if (short.length > 0)
      throw new Error(`not every row of ${short.join(' and ')} arrived: ${JSON.stringify({ counts, arrived })}`);
    // The planner takes tables without statistics for empty and reads them from end to end.
    await raw`analyze tasks, transitions, quota_calls`.execute(tx);
  });
  return { counts, upstream: head.upstream };
}

/**
 * The update locks the head of the log, so a gateway that starts waits for the commit and then reads the copied head.
 */
async function assertEmpty(target: Database, tx: Tx): Promise<void> {
  const { position } = await tx
    .updateTable('log_head')
    .set((eb) => ({ position: eb.ref('position') }))
    .returning('position')
    .executeTakeFirstOrThrow();
  const counts = await countRows(tx);
  if (position === 0 && COPIED_TABLES.every((table) => counts[table] === 0)) return;
  throw new CopyRefusedError(
    `${target.location} is not empty (${describeCounts(counts)}): two logs cannot be made one. ${HOW_TO_CREATE_ONE}`,
  );
}

export function describeCounts(counts: CopyResult['counts']): string {
  return `${counts.tasks} tasks, ${counts.transitions} transitions, ${counts.quota_calls} counted calls`;
}

async function countRows(sql: Sql): Promise<Record<CopiedTable, number>> {
  const count = async (table: CopiedTable): Promise<number> => {
    const row = await sql
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  return {
    tasks: await count('tasks'),
    transitions: await count('transitions'),
    quota_calls: await count('quota_calls'),
    quota_totals: await count('quota_totals'),
  };
}

/** Rows are copied without a list of columns, so a new column of a table is copied with them. */
async function copyTable(
  source: Sql,
  tx: Tx,
  table: CopiedTable,
  onCopied: (table: CopiedTable, count: number) => unknown,
): Promise<void> {
  type Row = Readonly<Record<string, string | number | null>>;
  const key = raw.join(KEYS[table].map((column) => raw.ref(column)));
  let count = 0;
  let last: Row | undefined;
  for (;;) {
    const after = last;
    const beyond =
      after === undefined ? raw`` : raw`where (${key}) > (${raw.join(KEYS[table].map((column) => after[column]))})`;
    const { rows }: { readonly rows: readonly Row[] } =
      await raw<Row>`select * from ${raw.table(table)} ${beyond} order by ${key} limit ${ROWS_PER_STATEMENT}`.execute(
        source,
      );
    last = rows.at(-1);
    if (last === undefined) return;
    await raw`insert into ${raw.table(table)} select * from json_populate_recordset(null::${raw.table(table)}, ${JSON.stringify(rows)}::json)`.execute(
      tx,
    );
    count += rows.length;
    await onCopied(table, count);
  }
}
