/** Tables that are somebody else's. The gateway's names are plain, and another program may keep something of its own under one of them. */
import { sql as raw } from 'kysely';
import type { Database, Sql } from './database.js';
import type { Tables } from './tables.js';

/** Where the tables are, for statements and for a person. */
export type Place = Pick<Database, 'kind' | 'location'>;

const IS_OURS = {
  log_head: true,
  transitions: true,
  tasks: true,
  quota_calls: true,
  quota_totals: true,
} as const satisfies Record<keyof Tables, true>;
const KYSELYS = ['kysely_migration', 'kysely_migration_lock'];

function isOurs(name: string): boolean {
  return Object.hasOwn(IS_OURS, name);
}

/** The gateway or its migrations write this table, unless another program uses the name. */
export function isWrittenByUs(name: string): boolean {
  return isOurs(name) || KYSELYS.includes(name);
}

/** Those that have the name of one of ours, in order of their names. */
export async function tablesWithOurNames(sql: Sql, kind: Database['kind']): Promise<string[]> {
  return (await tablesIn(sql, kind)).filter(isOurs);
}

/** Those that have the name of none of ours, in order of their names. */
export async function unrelatedTables(sql: Sql, kind: Database['kind']): Promise<string[]> {
  return (await tablesIn(sql, kind)).filter((name) => !isWrittenByUs(name));
}

/** And views: their names are taken too. In PostgreSQL those that a bare name can mean; what an extension brings is nobody's data. */
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
