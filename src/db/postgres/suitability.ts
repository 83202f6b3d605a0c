/**
 * Checks, without a write, whether the gateway can keep its data in a PostgreSQL database. Each refusal names the cause
 * and the remedy.
 */
import { sql as raw } from 'kysely';
import type { Clock } from '../../runtime/clock.js';
import type { Sql } from '../database.js';
import { codeOf } from '../errors/error-code.js';
import { openConnection, ReadOnlyError, SharedConnectionError, type Server } from './postgres-connection.js';

/**
 * Connections beyond the pool: for notifications, for the lease of the worker, and for the lease of a built-in
 * simulator.
 */
const MORE_CONNECTIONS = 3;

/**
 * A pooler that rotates its connections shows at the second query. A pooler that prefers the last connection shows at
 * the third.
 */
const QUERIES = 3;
const ANSWER_TIMEOUT_MS = 5_000;

type ServerProperties = {
  readonly encoding: string;
  readonly database: string;
  readonly role: string;
  readonly schema: string | null;
  readonly home: string | null;
  readonly may_create: boolean | null;
  readonly is_read_only: boolean;
  readonly search_path: string;
  readonly role_limit: number | null;
  readonly database_limit: number | null;
  readonly server_limit: number;
};

export type Home = {
  /** The schema of the gateway's tables, also before they exist. */
  readonly schema: string;
  /** @throws when the role has no right to create tables there */
  assertMayCreate(): void;
};

/** @throws when the gateway cannot keep its data there */
export async function assertSuitable(server: Server, sql: Sql, clock: Clock, poolSize: number): Promise<Home> {
  await assertOwnConnections(server, sql, clock);
  const properties = await readProperties(sql);
  if (properties.is_read_only) throw new ReadOnlyError();
  if (properties.encoding !== 'UTF8') throw new Error(wrongEncoding(server, properties));
  const few = tooFewConnections(server, properties, poolSize + MORE_CONNECTIONS);
  if (few !== null) throw new Error(few);
  const schema = properties.home ?? properties.schema;
  if (schema === null) {
    throw new Error(
      `${server.location} has no schema for the gateway's tables: search_path is ` +
        `${properties.search_path || 'empty'}. ` +
        `Create the schema, or name another one with ?options=-c%20search_path%3Dname in ${server.setting}`,
    );
  }
  return {
    schema,
    assertMayCreate() {
      if (properties.may_create === true) return;
      throw new Error(
        `the role ${properties.role} may not create tables in the schema ${schema} of ${server.location} (42501). ` +
          `As the owner of the schema: ` +
          `GRANT CREATE ON SCHEMA ${schema} TO ${properties.role}. Or give the role a schema of its own: CREATE ` +
          `SCHEMA gateway AUTHORIZATION ${properties.role}, ` +
          `with ?options=-c%20search_path%3Dgateway in ${server.setting}`,
      );
    },
  };
}

/**
 * Two connections that are open at the same time have two server processes, and each keeps its own. A pooler that gives
 * a server connection to another client after each transaction or statement breaks one of these rules. The check does
 * not depend on time.
 */
async function assertOwnConnections(server: Server, sql: Sql, clock: Clock): Promise<void> {
  const connection = await openConnection(server, {
    purpose: 'start',
    clock,
    heartbeatMs: ANSWER_TIMEOUT_MS,
    timeoutMs: ANSWER_TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  try {
    for (let query = 0; query < QUERIES; query += 1) {
      await connection.prove();
      await connection.prove();
      const { rows } = await raw<{ pid: number }>`select pg_backend_pid() as pid`
        .execute(sql)
        .catch((error: unknown) => {
          throw codeOf(error) === 'ETIMEDOUT' ? new Error(tooFewInPooler(server), { cause: error }) : error;
        });
      if (rows[0]?.pid === connection.pid) throw new SharedConnectionError();
    }
  } finally {
    await connection.end();
  }
}

async function readProperties(sql: Sql): Promise<ServerProperties> {
  const { rows } = await raw<ServerProperties>`select
      current_setting('server_encoding') as encoding,
      current_database() as database,
      current_user as role,
      current_schema() as schema,
      nspname as home,
      has_schema_privilege(coalesce(nspname, current_schema()), 'create') as may_create,
      current_setting('transaction_read_only') = 'on' as is_read_only,
      current_setting('search_path') as search_path,
      (select case when rolsuper then -1 else rolconnlimit end from pg_roles where rolname = session_user) as role_limit,
      (select case when rolsuper then -1 else datconnlimit end from pg_database, pg_roles where datname = current_database() and rolname = session_user) as database_limit,
      current_setting('max_connections')::integer as server_limit
    from (select) as once left join pg_namespace on pg_namespace.oid = (select relnamespace from pg_class where oid = to_regclass('kysely_migration'))`.execute(
    sql,
  );
  const [properties] = rows;
  if (properties === undefined) throw new Error('PostgreSQL has returned no row about itself');
  return properties;
}

function wrongEncoding({ location, setting }: Server, { encoding, database }: ServerProperties): string {
  return (
    `${location} stores text as ${encoding}, which lacks characters that AWS's answers have. Expected UTF8. Create ` +
    `another database: ` +
    `CREATE DATABASE ${database}_utf8 ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0, and give its name in ${setting}`
  );
}

function tooFewInPooler({ location, setting }: Server): string {
  return (
    `${location} answers on one connection and not on a second one. If ${setting} leads to a pooler, its pool is too ` +
    `small for one gateway. ` +
    `Raise it (PgBouncer: default_pool_size) to DATABASE_POOL_SIZE and ${MORE_CONNECTIONS} more for each gateway`
  );
}

function tooFewConnections({ location, setting }: Server, properties: ServerProperties, needed: number): string | null {
  const limits = [
    {
      limit: properties.role_limit ?? -1,
      whose: `the role ${properties.role}`,
      raise: `ALTER ROLE ${properties.role} CONNECTION LIMIT ${needed}`,
    },
    {
      limit: properties.database_limit ?? -1,
      whose: `the database ${properties.database}`,
      raise: `ALTER DATABASE ${properties.database} CONNECTION LIMIT ${needed}`,
    },
    { limit: properties.server_limit, whose: 'the server', raise: `max_connections = ${needed} or more` },
  ];
  const few = limits.find(({ limit }) => limit >= 0 && limit < needed);
  if (few === undefined) return null;
  return (
    `${location} has too few connections for one gateway: ${few.whose} is limited to ${few.limit}, and a gateway ` +
    `takes up to ${needed} ` +
    `(DATABASE_POOL_SIZE and ${MORE_CONNECTIONS} more). Raise the limit (${few.raise}), lower DATABASE_POOL_SIZE, ` +
    `or choose another role in ${setting}`
  );
}
