/**
 * The database of many processes. Each wait has an end: a statement ends after 10 s, a transaction that does nothing after 3 s, and a connection
 * without an answer after 15 s, or after 7 s if the server is silent on the connection for hints as well.
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
import { silence, type Lines } from './silent-server.js';
import { EVERYTHING, hintChannelOf, openListener, type Listener } from './listener.js';
import { explainConnection } from './refusal.js';
import { applicationName, parseServer, type Server } from './postgres-connection.js';
import { UNLIMITED, settle, type TimeLimits } from './session-settings.js';
import { assertUsable, type Home } from './suitability.js';
import type { Place } from '../unrelated-tables.js';
import type { Tables, TransitionsTable } from '../tables.js';
import { createWorkOn } from '../transaction.js';

/** More hints than this are cheaper to answer by looking at everything. */
const MAX_HINTS = 100;
/** PostgreSQL takes up to 7,999 bytes. */
const MAX_HINT_LENGTH = 1_000;

/** The server's clock, and not when the transaction began. */
const NOW = raw<number>`floor(1000 * extract(epoch from clock_timestamp()))::bigint`;

type PostgresOptions = {
  readonly url: string;
  /** Where the URL was given, for a person who is to correct it; DATABASE_URL when it is left out. */
  readonly setting?: string;
  readonly clock: Clock;
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  /** Takes a sentence for the log. */
  readonly warn?: (message: string) => void;
  /** Looks at the database before anything is written there; what it rejects with is what opening rejects with. */
  readonly inspect?: (sql: Sql, place: Place) => Promise<void>;
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
  const watchers = createListeners<readonly TransitionsTable[]>();
  const clockWatch = createClockWatch(clock, 'The clock of the database server');
  let closed: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closed !== undefined) throw new DatabaseClosedError();
  };
  const pool = createPool(server, limitsOf(statementTimeoutMs), {
    max: poolSize,
    ...patience(statementTimeoutMs, server.lines),
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
    throw explainConnection(error, server);
  });
  const leases = createLeases(server, home.schema, clock, warn);
  const channel = hintChannelOf(home.schema);

  return {
    kind: 'postgres',
    location: server.location,
    sql,
    async write(work) {
      assertOpen();
      const { result, tx } = await driver.transact(async (connection) => {
        const worked = await workOn(connection, work);
        return { result: worked, farewell: notification(channel, worked.tx.hints) };
      });
      if (tx.appended.length > 0) watchers.tell(tx.appended);
      return result;
    },
    listen(onHint) {
      assertOpen();
      listeners.add(onHint);
    },
    onLocalAppend(onAppended) {
      assertOpen();
      watchers.add(onAppended);
    },
    async now() {
      assertOpen();
      const see = clockWatch.startReading();
      const { rows } = await raw<{ now: number }>`select ${NOW} as now`.execute(sql);
      const [row] = rows;
      if (row === undefined) throw new Error('PostgreSQL did not tell the time');
      see(row.now);
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

  /** All that can refuse comes before the migration, the connection for hints included. */
  async function start(): Promise<{ listener: Listener; home: Home }> {
    let attached: Listener | undefined;
    try {
      const home = await assertUsable(server, sql, clock, poolSize);
      attached = await openListener(server, clock, (hint) => listeners.tell(hint), warn, hintChannelOf(home.schema));
      const place = { kind: 'postgres', location: server.location, schema: home.schema } as const;
      await inspect(sql, place);
      const isPending = await isMigrationPending(sql, place);
      if (isPending) home.assertMayCreate();
      if (isPending) await migratePatiently(server, place, clock);
      return { listener: attached, home };
    } catch (error) {
      await Promise.all([pool.end(), attached?.close()]);
      throw error;
    }
  }
}

/** A migration may take longer than any statement of a running gateway, and waits for the one that another process is making. */
async function migratePatiently(server: Server, place: Place & { schema: string }, clock: Clock): Promise<void> {
  const driver = createPostgresDriver(createPool(server, UNLIMITED, { max: 1 }), clock, server.renewal);
  const patient = new Kysely<Tables>({ dialect: postgresDialect(driver) });
  try {
    // Tables are made beside those that are there, also after another schema has come before theirs in the search path.
    await raw`select set_config('search_path', ${quoted(place.schema)}, false)`.execute(patient);
    await migrate(patient, place);
  } finally {
    await patient.destroy();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A write here asks one thing after the other within milliseconds; one that pauses for longer belongs to a process that does not run. */
const IDLE_IN_TRANSACTION_MS = 3 * SECOND;

function limitsOf(statementTimeoutMs: number): TimeLimits {
  // A process that is frozen in the middle of a write holds the head of the log: no other could take over from it within 5 s.
  return { statementTimeoutMs, idleInTransactionMs: Math.min(statementTimeoutMs, IDLE_IN_TRANSACTION_MS) };
}

/** An address may lead to another server, while the old one still answers: connections follow within this time. */
const MAX_LIFETIME_SECONDS = 60;

/** How long connections and servers that do not answer are put up with. */
function patience(statementTimeoutMs: number, lines: Lines): PoolConfig {
  // More than a statement may take, so that it ends only connections that owe an answer; more than an idle one stays in the pool.
  const silenceMs = 1.5 * statementTimeoutMs;
  return {
    idleTimeoutMillis: statementTimeoutMs,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    stream() {
      const socket = new Socket();
      lines.add(socket);
      return socket.setTimeout(silenceMs, () => void socket.destroy(silence(`for ${silenceMs / SECOND} s`)));
    },
  };
}

function createPool(server: Server, limits: TimeLimits, settings: PoolConfig): Pool {
  const pool = new Pool({
    ...server.config,
    application_name: applicationName('statements'),
    pipeline: true,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool awaits the promise; its types do not say so
    onConnect: async (client) => void (await settle(client, server, limits)),
    ...settings,
  });
  // Without these, a connection that breaks while nobody waits for an answer on it would end the process. Whoever uses it next is
  // told, or given another one.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function notification(channel: string, given: readonly string[]): QueryConfig | null {
  let hints = [...new Set(given)];
  if (hints.length === 0) return null;
  if (hints.length > MAX_HINTS || hints.some((hint) => hint.length > MAX_HINT_LENGTH)) hints = [EVERYTHING];
  return { text: 'select pg_notify($1, hint) from unnest($2::text[]) as hints (hint)', values: [channel, hints] };
}
