/**
 * Reads the address of the server, and opens a watched connection. It sends a query at a steady pace, and notices
 * within seconds that the server is silent. TCP alone would take a quarter of an hour.
 */
import { Socket } from 'node:net';
import { Client, types, type ClientConfig, type QueryResult } from 'pg';
import { SECOND, backoffMs, type Clock } from '../../runtime/clock.js';
import { codeOf } from '../errors/error-code.js';
import { createPoolSockets, silenceError, type PoolSockets } from './silent-server.js';
import { createRenewal, type Renewal } from './renewal.js';
import { UNLIMITED, applySettings, type ConnectionInfo } from './connection-settings.js';
import { tlsOf } from './tls.js';
import { mistakeInUrl, readPostgresUrl, type Setting } from './url.js';

export type Server = {
  readonly config: ClientConfig;
  /** The URL for a person, without a password. */
  readonly location: string;
  readonly address: string;
  /** The setting that holds the URL, for messages. */
  readonly setting: string;
  readonly usesTls: boolean;
  /** Settings of the URL, set on each connection. */
  readonly settings: readonly Setting[];
  readonly renewal: Renewal;
  readonly poolSockets: PoolSockets;
};

/**
 * The server takes no writes on this connection: notifications do not arrive there, and a lease does not exclude other
 * processes.
 */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError';
  readonly code = '25006';
  constructor() {
    super('PostgreSQL takes no writes on this connection');
  }
}

/** A pooler gives this connection of the server to other clients. */
export class SharedConnectionError extends Error {
  override readonly name = 'SharedConnectionError';
  readonly code = 'SHARED_CONNECTION';
  constructor() {
    super('a pooler shares the connection between transactions');
  }
}

export type WatchedConnection = {
  /** The server's process for this connection. */
  readonly pid: number;
  query(text: string, values?: unknown[], timeoutMs?: number): Promise<QueryResult>;
  /**
   * @throws when the connection is alive and unusable: it takes no writes, it leads to a former server, or other
   *   clients share it
   */
  prove(): Promise<void>;
  /** Aborts once the connection has ended, with the reason. */
  readonly gone: AbortSignal;
  end(): Promise<void>;
};

const INT8 = 20;
const NUMERIC = 1700;

/**
 * @throws when the text is not a URL of PostgreSQL, or names a file that cannot be used. The message does not repeat
 *   the URL, because it may hold a password.
 */
export function parseServer(url: string, setting = 'DATABASE_URL'): Server {
  const mistake = mistakeInUrl(url);
  if (mistake !== null) throw new Error(`${setting} ${mistake}`);
  const read = readPostgresUrl(url);
  const config: ClientConfig = {
    connectionString: read.connectionString,
    ssl: tlsOf(read, setting),
    ...(read.bindsChannel ? { enableChannelBinding: true } : {}),
    connectionTimeoutMillis: 5 * SECOND,
    keepAlive: true,
    keepAliveInitialDelayMillis: SECOND,
    // Counts, positions and times are below 2^53. A sum of them is a numeric.
    types: {
      getTypeParser: (oid, format) => (oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)),
    },
  };
  try {
    const { user, host, port, database, ssl: tls } = new Client(config);
    const labels = { location: `postgres://${user}@${host}:${port}/${database}`, address: `${host}:${port}`, setting };
    return {
      config,
      ...labels,
      usesTls: tls !== false,
      settings: read.settings,
      renewal: createRenewal(),
      poolSockets: createPoolSockets(),
    };
  } catch {
    throw new Error(
      `${setting} is not the URL of a PostgreSQL database. Expected postgres://user:password@host:5432/database`,
    );
  }
}

/** The purpose of a connection, for an administrator (pg_stat_activity). */
export function applicationName(purpose: string): string {
  return `partner-central-gateway ${purpose}`;
}

/**
 * Opens a connection outside the pool. Rejects when it cannot be made, or when `signal` aborts before it is.
 *
 * @param options.guardsPool ends the connections of the pool on which the server is silent, once it is silent here as
 *   well
 */
export async function openConnection(
  server: Server,
  options: {
    purpose: string;
    clock: Clock;
    heartbeatMs: number;
    timeoutMs: number;
    signal: AbortSignal;
    onNotification?: (payload: string) => void;
    guardsPool?: boolean;
  },
): Promise<WatchedConnection> {
  const { purpose, clock, heartbeatMs, timeoutMs, signal, onNotification, guardsPool = false } = options;
  signal.throwIfAborted();
  const gone = new AbortController();
  const socket = new Socket();
  const client = new Client({ ...server.config, application_name: applicationName(purpose), stream: () => socket });
  client.on('error', (error) => gone.abort(error));
  client.on('end', () => gone.abort(new Error('the connection to PostgreSQL has ended')));
  client.on('notification', ({ payload }) => onNotification?.(payload ?? ''));

  // An abort closes the socket only while connecting. Later the owner decides how to react.
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener('abort', giveUp);
  let info: ConnectionInfo;
  try {
    await client.connect();
    info = await withTimeout(applySettings(client, server, UNLIMITED), timeoutMs, socket);
    if (info.isReadOnly) throw new ReadOnlyError();
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  const { pid, serverId } = info;
  const query: WatchedConnection['query'] = (text, values, queryTimeoutMs = timeoutMs) =>
    withTimeout(client.query(text, values), queryTimeoutMs, socket);
  const prove = async (): Promise<void> => {
    const endSilent = server.poolSockets.mark();
    const { rows } = await query(
      "select pg_backend_pid() as pid, current_setting('transaction_read_only') as read_only",
    ).catch((error: unknown) => {
      if (guardsPool && codeOf(error) === 'ETIMEDOUT') endSilent();
      throw error;
    });
    if (rows[0]?.pid !== pid) throw new SharedConnectionError();
    if (rows[0]?.read_only === 'on') throw new ReadOnlyError();
    if (!server.renewal.leadsTo(serverId)) throw new Error('the address of PostgreSQL leads to another server now');
  };
  let pendingCount = 0;
  const sendHeartbeats = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(heartbeatMs, gone.signal);
      if (gone.signal.aborted) return;
      // A pending query has its own time limit, and proves as well that the server answers.
      if (pendingCount === 0) await prove();
    }
  };
  void sendHeartbeats().catch((error: unknown) => {
    gone.abort(error);
    socket.destroy();
  });

  return {
    pid,
    prove,
    gone: gone.signal,
    async query(text, values, queryTimeoutMs) {
      pendingCount += 1;
      try {
        return await query(text, values, queryTimeoutMs);
      } finally {
        pendingCount -= 1;
      }
    },
    async end() {
      gone.abort(new Error('the connection to PostgreSQL was ended'));
      // A reachable server closes its side at once. An unreachable one must not keep the process alive.
      socket.setTimeout(SECOND, () => socket.destroy());
      await client.end();
    },
  };
}

/** Destroys a connection that does not answer in time. The timer is real, because it measures the network. */
async function withTimeout<T>(answer: Promise<T>, timeoutMs: number, socket: Socket): Promise<T> {
  const timer = setTimeout(() => socket.destroy(silenceError(`for ${timeoutMs / SECOND} s`)), timeoutMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The delay before the next connection, from 50 ms to 5 s. `failureCount` counts failures in a row and includes the
 * first one.
 */
export function reconnectDelayMs(failureCount: number): number {
  return backoffMs(failureCount, 50, 5 * SECOND, Math.random());
}
