/**
 * The database of many processes. Every wait is bounded: a statement ends after 10 s, and a transaction that does
 * nothing after 3 s. A connection without an answer ends after 15 s, or after 7 s if the server is silent on the
 * connection for notifications as well.
 */
import { Socket } from 'node:net';
import { Kysely, sql as raw } from 'kysely';
import { Pool, type PoolConfig, type QueryConfig } from 'pg';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { createClockWatch } from '../../runtime/clock-watch.js';
import { DatabaseClosedError, type Database, type Sql } from '../database.js';
import { createListeners } from '../listeners.js';
import { isMigrationPending, migrate } from '../migrate.js';
import { createPostgresDriver, postgresDialect } from './postgres-driver.js';
import { createLeases } from './lease.js';
import { silenceError, type PoolSockets } from './silent-server.js';
import { EVERYTHING, notificationChannelOf, openListener, type Listener } from './listener.js';
import { explainConnectionError } from './refusal.js';
import { applicationName, parseServer, type Server } from './postgres-connection.js';
import { UNLIMITED, applySettings, type TimeLimits } from './connection-settings.js';
import { assertSuitable, type Home } from './suitability.js';
import type { StoreLocation } from '../unrelated-tables.js';
import type { Tables, TransitionsTable } from '../tables.js';
import { createWorkOn } from '../transaction.js';

/** The number of notifications above which one that means "read everything" is cheaper. */
const MAX_NOTIFICATIONS = 100;
/** PostgreSQL's limit is 7,999 bytes. */
const MAX_PAYLOAD_LENGTH = 1_000;

/** The time at which the expression is evaluated, not the beginning of the transaction. */
const NOW = raw<number>`floor(1000 * extract(epoch from clock_timestamp()))::bigint`;

type PostgresOptions = {
  readonly url: string;
  /** The setting that holds the URL, for messages; DATABASE_URL by default. */
  readonly setting?: string;
  readonly clock: Clock;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  /** Logs a sentence. */
  readonly warn?: (message: string) => void;
  /** Checks the database before anything is written there; opening rejects with its error. */
  readonly inspect?: (sql: Sql, store: StoreLocation) => Promise<void>;
};

export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const {
    url,
    setting,
    clock,
    poolSize = 10,
    statementTimeoutMs = 10 * SECOND,
    inspect = () => Promise.resolve(),
    warn = () => {},
  } = options;
  const server = parseServer(url, setting);
  const listeners = createListeners<string | null>();
  const appendListeners = createListeners<readonly TransitionsTable[]>();
  const clockWatch = createClockWatch(clock, 'The clock of the database server');
  let closed: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closed !== undefined) throw new DatabaseClosedError();
  };
  const pool = createPool(server, limitsOf(statementTimeoutMs), {
    max: poolSize,
    ...poolTimeouts(statementTimeoutMs, server.poolSockets),
  });
  const driver = createPostgresDriver(pool, clock, server.renewal);
  const dialect = postgresDialect({
    ...driver,
    async acquireConnection() {
      assertOpen();
      return driver.acquireConnection();
    },
  });
  const sql = new Kysely<Tables>({ dialect });
  const workOn = createWorkOn(dialect);
  const { listener, home } = await start().catch((error: unknown) => {
    throw explainConnectionError(error, server);
  });
  // The other server may lack the last commits, and a listener may reconnect to it seconds later than the pool.
  server.renewal.listen(() => listeners.notify(null));
  const leases = createLeases(server, home.schema, clock, warn);
  const channel = notificationChannelOf(home.schema);

  return {
    kind: 'postgres',
    location: server.location,
    sql,
    async write(work) {
      assertOpen();
      const { result, tx } = await driver.transact(async (connection) => {
        const worked = await workOn(connection, work);
        return { result: worked, lastStatement: notifyStatement(channel, worked.tx.notifications) };
      });
      if (tx.appended.length > 0) appendListeners.notify(tx.appended);
      return result;
    },
    listen(onNotification) {
      assertOpen();
      listeners.add(onNotification);
    },
    onLocalAppend(onAppended) {
      assertOpen();
      appendListeners.add(onAppended);
    },
    async now() {
      assertOpen();
      const observe = clockWatch.startReading();
      const { rows } = await raw<{ now: number }>`select ${NOW} as now`.execute(sql);
      const [row] = rows;
      if (row === undefined) throw new Error('PostgreSQL has not returned the time');
      observe(row.now);
      return row.now;
    },
    clockWatch,
    nowSql: () => NOW,
    async lease(name, signal) {
      assertOpen();
      return leases.take(name, signal);
    },
    lastError: () => leases.lastError(),
    close() {
      closed ??= (async () => {
        await Promise.all([leases.close(), listener.close(), pool.end()]);
      })();
      return closed;
    },
  };

  /** Every check that can refuse comes before the migration, including the connection for notifications. */
  async function start(): Promise<{ listener: Listener; home: Home }> {
    let attached: Listener | undefined;
    try {
      const home = await assertSuitable(server, sql, clock, poolSize);
      attached = await openListener(
        server,
        clock,
        (notification) => listeners.notify(notification),
        warn,
        notificationChannelOf(home.schema),
      );
      const store = { kind: 'postgres', location: server.location, schema: home.schema } as const;
      await inspect(sql, store);
      const isPending = await isMigrationPending(sql, store);
      if (isPending) home.assertMayCreate();
      if (isPending) await migrateWithoutTimeLimits(server, store, clock);
      return { listener: attached, home };
    } catch (error) {
      await Promise.all([pool.end(), attached?.close()]);
      throw error;
    }
  }
}

/**
 * Migrates without time limits. A migration may take longer than any statement of a running gateway, and it waits for
 * the migration of another process.
 */
async function migrateWithoutTimeLimits(
  server: Server,
  store: StoreLocation & { schema: string },
  clock: Clock,
): Promise<void> {
  const driver = createPostgresDriver(createPool(server, UNLIMITED, { max: 1 }), clock, server.renewal);
  const unlimited = new Kysely<Tables>({ dialect: postgresDialect(driver) });
  try {
    // New tables are created beside the existing ones, even if another schema now comes first in the search path.
    await raw`select set_config('search_path', ${quoted(store.schema)}, false)`.execute(unlimited);
    await migrate(unlimited, store);
  } finally {
    await unlimited.destroy();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A write sends its statements within milliseconds of each other. A longer pause means that its process is frozen. */
const IDLE_IN_TRANSACTION_MS = 3 * SECOND;

function limitsOf(statementTimeoutMs: number): TimeLimits {
  // A process that freezes during a write holds the head of the log, and no other worker could take over from it within
  // 5 s.
  return { statementTimeoutMs, idleInTransactionMs: Math.min(statementTimeoutMs, IDLE_IN_TRANSACTION_MS) };
}

/**
 * An address may begin to lead to another server while the old one still answers. Connections move to it within this
 * time.
 */
const MAX_LIFETIME_SECONDS = 60;

/** Limits for connections and servers that do not answer. */
function poolTimeouts(statementTimeoutMs: number, poolSockets: PoolSockets): PoolConfig {
  // The time is longer than a statement may take, so that it ends only connections that owe an answer. It is also
  // longer than an idle connection stays in the pool.
  const silenceMs = 1.5 * statementTimeoutMs;
  return {
    idleTimeoutMillis: statementTimeoutMs,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    stream() {
      const socket = new Socket();
      poolSockets.add(socket);
      return socket.setTimeout(silenceMs, () => void socket.destroy(silenceError(`for ${silenceMs / SECOND} s`)));
    },
  };
}

function createPool(server: Server, limits: TimeLimits, settings: PoolConfig): Pool {
  const pool = new Pool({
    ...server.config,
    application_name: applicationName('statements'),
    pipeline: true,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool awaits the promise; its types do not say so
    onConnect: async (client) => void (await applySettings(client, server, limits)),
    ...settings,
  });
  // Without these listeners, a connection that breaks while no caller waits for it would end the process. Its next user
  // gets the error or another connection.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function notifyStatement(channel: string, given: readonly string[]): QueryConfig | null {
  let payloads = [...new Set(given)];
  if (payloads.length === 0) return null;
  const isTooMuch = payloads.length > MAX_NOTIFICATIONS || payloads.some(({ length }) => length > MAX_PAYLOAD_LENGTH);
  if (isTooMuch) payloads = [EVERYTHING];
  return {
    text: 'select pg_notify($1, payload) from unnest($2::text[]) as payloads (payload)',
    values: [channel, payloads],
  };
}
