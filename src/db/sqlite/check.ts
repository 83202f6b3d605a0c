/**
 * Checks the embedded store before anything is served from it: SQLite's own check, every value of every row, and the
 * invariants of the log. It takes some 4 ms for each megabyte. A value that damage turned into another valid value is
 * not detected.
 */
import { isUtf8 } from 'node:buffer';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type Libsql from 'libsql';
import { codeOf } from '../errors/error-code.js';
import { isWrittenByUs } from '../unrelated-tables.js';
import { readHead } from './head.js';
import { readingOf } from './rows.js';

/**
 * The full check also compares every index with its table and takes five times as long, so larger files get the quick
 * one.
 */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;
const ROWS_PER_PAGE = 500;

/** Columns whose texts are JSON, which SQLite does not know. */
const JSON_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  transitions: ['facts'],
  tasks: ['input', 'answer', 'failure'],
};

/** The store is damaged. The message names the damage and the remedy. */
export class StoreDamagedError extends Error {
  override readonly name = 'StoreDamagedError';
  constructor(location: string, damage: string) {
    super(
      `${location} is damaged (${damage}). Starts may be lost, so the gateway does not run on it. Move DATA_DIR ` +
        `away and keep it, ` +
        'copy the latest backup of DATA_DIR into its place, and start the gateway again. Without a backup, set ' +
        'DATA_DIR to an empty directory',
    );
  }
}

export type OpenFile = { readonly handle: Libsql.Database; readonly location: string; readonly headPath: string };

/** @throws StoreDamagedError */
export async function assertSound({ handle, location, headPath }: OpenFile): Promise<void> {
  const damage = await damageOf(handle, headPath).catch((error: unknown) => {
    const code = codeOf(error);
    if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return code;
    throw error;
  });
  if (damage !== null) throw new StoreDamagedError(location, damage);
}

async function damageOf(handle: Libsql.Database, headPath: string): Promise<string | null> {
  const query: Query = (sql, ...values) => readingOf(handle, sql, handle.prepare(sql))(values);
  const check =
    numberIn(query('select page_count * page_size as bytes from pragma_page_count, pragma_page_size'), 'bytes') >
    FULL_CHECK_BYTES
      ? 'quick_check'
      : 'integrity_check';
  const [found] = query(`select ${check} as found from pragma_${check}(1)`);
  if (found?.['found'] !== 'ok')
    return `${check}: ${String(found?.['found']).replace('*** in database main ***\n', '')}`;
  await turnOfTheLoop();

  const tables = query("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'").map(
    ({ name }) => String(name),
  );
  // A database without this table has another program's tables under the gateway's names. The migration refuses them
  // and names the remedy.
  if (!tables.includes('kysely_migration')) return damageOfLog(query, [], headPath);
  for (const table of tables.filter(isWrittenByUs)) {
    const damage = await damageInRows(handle, query, table);
    if (damage !== null) return damage;
  }
  return damageOfLog(query, tables, headPath);
}

type Query = (sql: string, ...values: readonly unknown[]) => Record<string, unknown>[];

function numberIn([row]: readonly Record<string, unknown>[], name: string): number {
  return Number(row?.[name] ?? 0);
}

async function damageInRows(handle: Libsql.Database, query: Query, table: string): Promise<string | null> {
  const jsonColumns = (JSON_COLUMNS[table] ?? []).map(quoted);
  const columns = query('select name, type, "notnull" from pragma_table_info(?)', table).map(
    ({ name, type, notnull }) => ({
      name: quoted(String(name)),
      isText: !/int/i.test(String(type)),
      isRequired: notnull === 1,
    }),
  );
  const wrong = columns.map(
    ({ name, isText, isRequired }) =>
      `typeof(${name}) <> '${isText ? 'text' : 'integer'}'${isRequired ? '' : ` and ${name} is not null`}`,
  );
  const json = columns.filter(({ name }) => jsonColumns.includes(name)).map(({ name }) => `json_valid(${name}) = 0`);
  const texts = columns.filter(({ isText }) => isText).map(({ name }) => name);
  // The separator keeps a truncated character from being completed by the next text.
  const page = handle
    .prepare(
      `select count(*), max(rowid), count(*) filter (where ${[...wrong, ...json].join(' or ')}), cast(group_concat(concat_ws(char(10), ${[`''`, ...texts].join(', ')})) as blob)
        from (select rowid, * from ${quoted(table)} where rowid > ? order by rowid limit ${ROWS_PER_PAGE})`,
    )
    .raw();
  for (let last: unknown = Number.MIN_SAFE_INTEGER; ;) {
    const row: unknown = page.get([last]);
    if (!Array.isArray(row)) throw new Error(`SQLite has not answered about the rows of ${table}.`);
    const [count, end, wrongCount, bytes]: unknown[] = row;
    if (count === 0) return null;
    if (wrongCount !== 0 || !Buffer.isBuffer(bytes) || !isUtf8(bytes))
      return `a value in the table ${table} is not what the gateway writes`;
    last = end;
    await turnOfTheLoop();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Positions may have gaps, because a writer may leave one unused and pruned tasks leave theirs. Sequences have none.
 */
function damageOfLog(query: Query, tables: readonly string[], headPath: string): string | null {
  const found = readHead(headPath);
  const recorded = found === 'damaged' ? null : found;
  if (!['log_head', 'transitions', 'tasks'].every((table) => tables.includes(table))) {
    if (found === 'damaged')
      return `${headPath} says that there was a log, and the database lacks the gateway's tables`;
    return recorded === null ? null : missingCommits(headPath, recorded.position, "lacks the gateway's tables");
  }
  const [head] = query('select log_id, position from log_head');
  const position = Number(head?.['position'] ?? 0);
  const last = numberIn(
    query(
      'select max((select coalesce(max(position), 0) from transitions), (select coalesce(max(position), 0) from ' +
        'tasks)) as last from (select 1)',
    ),
    'last',
  );
  if (last > position) return `the log ends at position ${position}, and holds position ${last}`;
  if (recorded !== null && head?.['log_id'] !== recorded.logId)
    return missingCommits(headPath, recorded.position, 'holds another log');
  if (recorded !== null && position < recorded.position)
    return missingCommits(headPath, recorded.position, `ends at position ${position}`);

  const [gap] = query(
    'select task_id from transitions group by task_id having min(sequence) <> 1 or max(sequence) <> count(*) limit 1',
  );
  if (gap !== undefined) return `transitions of the task ${String(gap['task_id'])} are missing`;
  const [behind] =
    query(`select tasks.id from tasks left join (select task_id, max(sequence) as sequence from transitions group by task_id) as latest
    on latest.task_id = tasks.id where latest.sequence is not tasks.sequence limit 1`);
  if (behind !== undefined) return `the task ${String(behind['id'])} is not what its last transition made it`;
  return found === 'damaged' ? damagedRecord(headPath) : null;
}

/** Reported last, when the database itself has passed every check. */
function damagedRecord(headPath: string): string {
  return (
    `${headPath}, which says how far the log had come, is not what the gateway wrote. The database itself passes ` +
    `every check. ` +
    `To go on with it, remove ${headPath} alone; commits that are lost at the end of the log are then not noticed`
  );
}

function missingCommits(headPath: string, position: number, found: string): string {
  return (
    `${headPath} says that the log had come to position ${position}, and the database ${found}. Commits are lost, ` +
    `or only the database was restored from a backup. ` +
    `To go on without what is missing, remove ${headPath}`
  );
}
