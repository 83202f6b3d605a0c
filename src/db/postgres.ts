/**
 * The database of many processes. Nothing waits on it for ever: a statement ends after 10 s, a connection on which nobody answers
 * after 15 s, a transaction that does nothing after 10 s, so that no process can hold up the others for longer.
 */
import { Socket } from 'node:net';
import { Kysely, sql as raw } from 'kysely';
import { Pool, type ClientBase, type PoolConfig, type QueryConfig } from 'pg';
import { SECOND, type Clock } from '../clock.js';
import { DatabaseClosedError, type Database, type Hint, type Sql } from './database.js';
import { isMigrated, migrate } from './migrate.js';
import { createPostgresDriver, postgresDialect } from './postgres-driver.js';
import { createLeases } from './postgres-lease.js';
import { EVERYTHING, HINT_CHANNEL, openListener, type Listener } from './postgres-listener.js';
import { applicationName, explainConnection, parseServer, type Server } from './postgres-session.js';
import type { Tables, TransitionsTable } from './tables.js';
import { createWorkOn } from './transaction.js';

/** More hints than this are cheaper to answer by looking at everything. */
const MAX_HINTS = 100;
/** PostgreSQL takes up to 7,999 bytes. */
const MAX_HINT_LENGTH = 1_000;

/** The server's clock, and not when the transaction began. */
const NOW = raw<number>`floor(1000 * extract(epoch from clock_timestamp()))::bigint`;

export type PostgresOptions = {
  readonly url: string;
  /** Where the URL was given, for a person who is to correct it; DATABASE_URL when it is left out. */
  readonly setting?: string;
  readonly clock: Clock;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  /** Takes a sentence for the log. */
  readonly warn?: (message: string) => void;
  /** Looks at the database before anything is written there; what it rejects with is what opening rejects with. */
  readonly inspect?: (sql: Sql, location: string) => Promise<void>;
};

export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, setting, clock, poolSize = 10, statementTimeoutMs = 10 * SECOND, inspect = () => Promise.resolve(), warn = () => {} } = options;
  const server = parseServer(url, setting);
  const listeners = new Set<(hint: string | null) => void>();
  const watchers = new Set<(rows: readonly TransitionsTable[]) => void>();
  const leases = createLeases(server, clock, warn);
  /** The server's clock, of this process's, when it was last asked. */
  let aheadMs = 0;
  let closed: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closed !== undefined) throw new DatabaseClosedError();
  };
  const pool = createPool(server, { max: poolSize, ...patience(statementTimeoutMs) });
  const driver = createPostgresDriver(pool, clock);
  const dialect = postgresDialect({
    ...driver,
    async acquireConnection() {
      assertOpen();
      return driver.acquireConnection();
    },
  });
  const sql = new Kysely<Tables>({ dialect });
  const workOn = createWorkOn(dialect);
  // Microtasks here and for watchers, so that one that throws cannot break the connection that brought the hint, or a committed write's answer.
  const tell = (hint: string | null): void => {
    for (const listener of listeners) queueMicrotask(() => listener(hint));
  };
  const prepare = () => inspect(sql, server.location).then(() => migratePatiently(server, sql, clock));
  const listener = await start(pool, prepare, () => openListener(server, clock, tell, warn)).catch((error: unknown) => {
    throw explainConnection(error, server);
  });

  return {
    kind: 'postgres',
    location: server.location,
    sql,
    async write(work) {
      assertOpen();
      const { result, tx } = await driver.transact(async (connection) => {
        const worked = await workOn(connection, work);
        return { result: worked, last: worked.tx.last, farewell: notification(worked.tx.hints) };
      });
      if (tx.appended.length > 0) for (const watcher of watchers) queueMicrotask(() => watcher(tx.appended));
      return result;
    },
    listen(onHint) {
      assertOpen();
      listeners.add(onHint);
    },
    watch(onAppended) {
      assertOpen();
      watchers.add(onAppended);
    },
    async now() {
      assertOpen();
      const { rows } = await raw<{ now: number }>`select ${NOW} as now`.execute(sql);
      const [row] = rows;
      if (row === undefined) throw new Error('PostgreSQL did not tell the time');
      aheadMs = row.now - clock.now();
      return row.now;
    },
    nowAbout: () => clock.now() + aheadMs,
    nowSql: () => NOW,
    async lease(name, signal) {
      assertOpen();
      return leases.take(name, signal);
    },
    trouble: () => leases.trouble(),
    close() {
      closed ??= (async () => {
        await Promise.all([leases.close(), listener.close(), pool.end()]);
      })();
      return closed;
    },
  };
}

async function start(pool: Pool, prepare: () => Promise<void>, attach: () => Promise<Listener>): Promise<Listener> {
  const [prepared, attached] = await Promise.allSettled([prepare(), attach()]);
  if (prepared.status === 'fulfilled' && attached.status === 'fulfilled') return attached.value;
  await Promise.all([pool.end(), attached.status === 'fulfilled' ? attached.value.close() : undefined]);
  const failed = prepared.status === 'rejected' ? prepared : attached;
  throw failed.status === 'rejected' ? failed.reason : undefined;
}

/** A migration may take longer than any statement of a running gateway, and waits for the one that another process is making. */
async function migratePatiently(server: Server, sql: Kysely<Tables>, clock: Clock): Promise<void> {
  const place = { kind: 'postgres', location: server.location } as const;
  if (await isMigrated(sql, place)) return;
  const driver = createPostgresDriver(createPool(server, { max: 1 }), clock);
  const patient = new Kysely<Tables>({ dialect: postgresDialect(driver) });
  try {
    await raw`set statement_timeout = 0`.execute(patient);
    await migrate(patient, place);
  } finally {
    await patient.destroy();
  }
}

/** A write here asks one thing after the other within milliseconds; one that pauses for longer belongs to a process that does not run. */
const IDLE_IN_TRANSACTION_MS = 3 * SECOND;

/** How long statements, transactions that do nothing, and servers that do not answer are put up with. */
function patience(statementTimeoutMs: number): PoolConfig {
  // More than a statement may take, so that it ends only connections that owe an answer; more than an idle one stays in the pool.
  const silenceMs = 1.5 * statementTimeoutMs;
  return {
    statement_timeout: statementTimeoutMs,
    // A process that is frozen in the middle of a write holds the head of the log: nobody could take over from it within 5 s.
    idle_in_transaction_session_timeout: Math.min(statementTimeoutMs, IDLE_IN_TRANSACTION_MS),
    idleTimeoutMillis: statementTimeoutMs,
    stream() {
      const socket = new Socket();
      return socket.setTimeout(silenceMs, () => {
        socket.destroy(new Error(`PostgreSQL has not answered for ${silenceMs / SECOND} s`));
      });
    },
  };
}

function createPool(server: Server, settings: PoolConfig): Pool {
  const pool = new Pool({ ...server.config, application_name: applicationName('statements'), pipeline: true, onConnect: commitDurably, ...settings });
  // Without these, a connection that breaks while nobody waits for an answer on it would end the process. Whoever uses it next is
  // told, or given another one.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * A commit that is answered for survives a crash of the server, whatever the server, the database or the role sets. Stronger settings stay: each
 * of them writes to the disk first. A statement of its own, because a pooler refuses settings at the start of a connection.
 */
async function commitDurably(client: ClientBase): Promise<void> {
  await client.query(
    `select set_config('synchronous_commit', case setting when 'off' then 'on' else setting end, false)
      from current_setting('synchronous_commit') as setting`,
  );
}

function notification(given: readonly Hint[]): QueryConfig | null {
  let hints = [...new Set(given.filter((hint) => typeof hint === 'string'))];
  const expressions = [...new Set(given.flatMap((hint) => (typeof hint === 'string' ? [] : hint.expression)))];
  if (hints.length === 0 && expressions.length === 0) return null;
  if (hints.length > MAX_HINTS || hints.some((hint) => hint.length > MAX_HINT_LENGTH)) hints = [EVERYTHING];
  const all = ['select unnest($2::text[])', ...expressions.map((expression) => `select ${expression}`)].join(' union all ');
  return { name: ['notify', ...expressions].join(' '), text: `select pg_notify($1, hint) from (${all}) as hints (hint)`, values: [HINT_CHANNEL, hints] };
}
