/**
 * How to reach the server, and one connection that is watched: it asks the server something at a steady pace, and knows within
 * seconds that nobody answers any more, where TCP alone would wait for a quarter of an hour.
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
  /** For a person; it holds no password, whatever the URL held. */
  readonly location: string;
  readonly address: string;
  /** Where the URL was given, for a person who is to correct it. */
  readonly setting: string;
  readonly usesTls: boolean;
  /** Set by the URL for each connection. */
  readonly settings: readonly Setting[];
  readonly renewal: Renewal;
  readonly poolSockets: PoolSockets;
};

/** The server takes no writes on this connection: hints do not come there, and a lease means nothing. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError';
  readonly code = '25006';
  constructor() {
    super('PostgreSQL takes no writes on this connection');
  }
}

/** A pooler gives the same connection of the server to others. */
export class SharedConnectionError extends Error {
  override readonly name = 'SharedConnectionError';
  readonly code = 'SHARED_CONNECTION';
  constructor() {
    super('a pooler gives the connection to others between transactions');
  }
}

export type WatchedConnection = {
  /** The server's process for this connection. */
  readonly pid: number;
  query(text: string, values?: unknown[], patienceMs?: number): Promise<QueryResult>;
  /** @throws when the connection is alive and useless: it takes no writes, it leads to a server that others have left, or others use it too */
  prove(): Promise<void>;
  /** Aborts once the connection is gone, for whatever reason. */
  readonly gone: AbortSignal;
  end(): Promise<void>;
};

const INT8 = 20;
const NUMERIC = 1700;

/** @throws when it is not a URL of PostgreSQL, or names a file that cannot be used; the message does not repeat it, because it may hold a password */
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
    // Counts, positions and times are below 2^53; a sum of them is a numeric.
    types: {
      getTypeParser: (oid, format) => (oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)),
    },
  };
  try {
    const { user, host, port, database, ssl: tls } = new Client(config);
    const place = { location: `postgres://${user}@${host}:${port}/${database}`, address: `${host}:${port}`, setting };
    return {
      config,
      ...place,
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

/** What a connection is for, where an administrator looks (pg_stat_activity). */
export function applicationName(purpose: string): string {
  return `partner-central-gateway ${purpose}`;
}

/**
 * A connection of its own, outside the pool. Rejects when it cannot be made or `signal` aborts before it is.
 * @param options.guardsPool ends the connections of the pool on which the server is silent, once it is silent here as well
 */
export async function openConnection(
  server: Server,
  options: {
    purpose: string;
    clock: Clock;
    heartbeatMs: number;
    patienceMs: number;
    signal: AbortSignal;
    onNotification?: (payload: string) => void;
    guardsPool?: boolean;
  },
): Promise<WatchedConnection> {
  const { purpose, clock, heartbeatMs, patienceMs, signal, onNotification, guardsPool = false } = options;
  signal.throwIfAborted();
  const gone = new AbortController();
  const socket = new Socket();
  const client = new Client({ ...server.config, application_name: applicationName(purpose), stream: () => socket });
  client.on('error', (error) => gone.abort(error));
  client.on('end', () => gone.abort(new Error('the connection to PostgreSQL has ended')));
  client.on('notification', ({ payload }) => onNotification?.(payload ?? ''));

  // Only while connecting: afterwards it is the owner who decides what an abort means.
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener('abort', giveUp);
  let info: ConnectionInfo;
  try {
    await client.connect();
    info = await inTime(applySettings(client, server, UNLIMITED), patienceMs, socket);
    if (info.isReadOnly) throw new ReadOnlyError();
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  const { pid, serverId } = info;
  const query: WatchedConnection['query'] = (text, values, queryPatienceMs = patienceMs) =>
    inTime(client.query(text, values), queryPatienceMs, socket);
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
  let asking = 0;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(heartbeatMs, gone.signal);
      if (gone.signal.aborted) return;
      // A question that is under way has its own patience, and shows as well that the server is there.
      if (asking === 0) await prove();
    }
  };
  void beat().catch((error: unknown) => {
    gone.abort(error);
    socket.destroy();
  });

  return {
    pid,
    prove,
    gone: gone.signal,
    async query(text, values, queryPatienceMs) {
      asking += 1;
      try {
        return await query(text, values, queryPatienceMs);
      } finally {
        asking -= 1;
      }
    },
    async end() {
      gone.abort(new Error('the connection to PostgreSQL was ended'));
      // A server that is still there closes its side at once; one that is not must not keep the process.
      socket.setTimeout(SECOND, () => socket.destroy());
      await client.end();
    },
  };
}

/** Breaks a connection that does not answer in time. The timer is a real one, because it measures the network. */
async function inTime<T>(answer: Promise<T>, patienceMs: number, socket: Socket): Promise<T> {
  const timer = setTimeout(() => socket.destroy(silenceError(`for ${patienceMs / SECOND} s`)), patienceMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait before the next session after failures in a row, the first one included: from 50 ms to 5 s. */
export function reconnectDelayMs(failureCount: number): number {
  return backoffMs(failureCount, 50, 5 * SECOND, Math.random());
}
