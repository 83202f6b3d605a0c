/**
 * Finds the tables of other programs in a database. The gateway's table names are plain, so another program may use one
 * of them.
 */
import { sql as raw } from 'kysely';
import type { Database, Sql } from './database.js';
import type { Tables } from './tables.js';

/** The kind and the location of a database, for statements and for a person. */
export type StoreLocation = Pick<Database, 'kind' | 'location'>;

const IS_OURS = {
  log_head: true,
  transitions: true,
  tasks: true,
  quota_calls: true,
  quota_totals: true,
  task_lists: true,
  write_turns: true,
  edited_records: true,
} as const satisfies Record<keyof Tables, true>;
const KYSELYS = ['kysely_migration', 'kysely_migration_lock'];

function isOurs(name: string): boolean {
  return Object.hasOwn(IS_OURS, name);
}

/** True for tables that the gateway or its migrations write, unless another program uses the name. */
export function isWrittenByUs(name: string): boolean {
  return isOurs(name) || KYSELYS.includes(name);
}

/** Tables with one of the gateway's names, sorted by name. */
export async function tablesWithOurNames(sql: Sql, kind: Database['kind']): Promise<string[]> {
  return (await tablesIn(sql, kind)).filter(isOurs);
}

/** Tables with other names, sorted by name. */
export async function unrelatedTables(sql: Sql, kind: Database['kind']): Promise<string[]> {
  return (await tablesIn(sql, kind)).filter((name) => !isWrittenByUs(name));
}

/**
 * The names of tables and views, because a view takes a name too. In PostgreSQL, only names that need no schema;
 * objects of extensions are not data.
 */
async function tablesIn(sql: Sql, kind: Database['kind']): Promise<string[]> {
  const statement =
    kind === 'sqlite'
      ? raw<{
          name: string;
        }>`select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\' order by name`
      : raw<{ name: string }>`select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
          where nspname = any (current_schemas(false)) and relkind in ('r', 'p', 'v', 'm', 'f')
            and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
          order by relname`;
  const { rows } = await statement.execute(sql);
  return rows.map(({ name }) => name);
}
