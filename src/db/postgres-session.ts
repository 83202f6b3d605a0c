/**
 * How to reach the server, and one connection that is watched: it asks the server something at a steady pace, and knows within
 * seconds that nobody answers any more, where TCP alone would wait for a quarter of an hour.
 */
import { Socket } from 'node:net';
import { Client, types, type ClientConfig, type QueryResult } from 'pg';
import { SECOND, type Clock } from '../clock.js';
import { codeOf, messageOf } from './error-code.js';

export type Server = {
  readonly config: ClientConfig;
  /** For a person; it holds no password, whatever the URL held. */
  readonly location: string;
  readonly address: string;
  /** Where the URL was given, for a person who is to correct it. */
  readonly setting: string;
};

export type Session = {
  query(text: string, values?: unknown[], patienceMs?: number): Promise<QueryResult>;
  /** Aborts once the connection is gone, for whatever reason. */
  readonly gone: AbortSignal;
  end(): Promise<void>;
};

const INT8 = 20;
const NUMERIC = 1700;

/** @throws when it is not a URL of PostgreSQL; the message does not repeat it, for it may hold a password. */
export function parseServer(url: string, setting = 'DATABASE_URL'): Server {
  const config: ClientConfig = {
    connectionString: url,
    connectionTimeoutMillis: 5 * SECOND,
    keepAlive: true,
    keepAliveInitialDelayMillis: SECOND,
    // Counts, positions and times are below 2^53; a sum of them is a numeric.
    types: {
      getTypeParser: (oid, format) => (oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)),
    },
  };
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('another scheme');
    const { user, host, port, database } = new Client(config);
    return { config, location: `postgres://${user}@${host}:${port}/${database}`, address: `${host}:${port}`, setting };
  } catch {
    throw new Error(`${setting} is not the URL of a PostgreSQL database: it looks like postgres://user:password@host:5432/database`);
  }
}

/** What a connection is for, where an administrator looks (pg_stat_activity). */
export function applicationName(purpose: string): string {
  return `partner-central-gateway ${purpose}`;
}

/** A connection of its own, outside the pool. Rejects when it cannot be made or `signal` aborts before it is. */
export async function openSession(
  server: Server,
  options: { purpose: string; clock: Clock; heartbeatMs: number; patienceMs: number; signal: AbortSignal; onNotification?: (payload: string) => void },
): Promise<Session> {
  const { purpose, clock, heartbeatMs, patienceMs, signal, onNotification } = options;
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
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  const query: Session['query'] = async (text, values, queryPatienceMs = patienceMs) => {
    // query_timeout is the driver's own timer, on the real clock: it measures the network.
    const asked = { text, values: values ?? [], query_timeout: queryPatienceMs };
    return client.query(asked);
  };
  let asking = 0;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(heartbeatMs, gone.signal);
      if (gone.signal.aborted) return;
      // A question that is under way has its own patience, and shows as well that the server is there.
      if (asking === 0) await query('select 1');
    }
  };
  void beat().catch((error: unknown) => {
    gone.abort(error);
    socket.destroy();
  });

  return {
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

/** From 50 ms to 5 s, spread so that replicas which lost the same server do not come back in step. */
export function backoffMs(attempt: number): number {
  return Math.min(5 * SECOND, 50 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
}

/** What to tell the person who started the gateway. Errors that are not about reaching the server pass as they are. */
export function explainConnection(error: unknown, server: Server): unknown {
  const code = connectionCode(error);
  const hint = whatToCheck(code, error, server.setting);
  if (hint === undefined) return error;
  return new Error(`cannot use PostgreSQL at ${server.address} (${code}): ${hint}`, { cause: error });
}

function whatToCheck(code: string, error: unknown, setting: string): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens there; check that the server runs, and the host and port in ${setting}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name is not known; check the host in ${setting}`;
    case 'ENOENT':
      return `there is no such socket; check that the server runs, and the host in ${setting}`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
      return `it does not answer; check the host and port in ${setting}, and the firewall between`;
    case '28P01':
    case '28000':
      return `it refuses the user; check the user and the password in ${setting} (${messageOf(error)})`;
    case '3D000':
      return `${messageOf(error)}; create it, or check the name in ${setting}`;
    case '53300':
    case '57P03':
      return `${messageOf(error)}; try again later`;
    default:
      return undefined;
  }
}

function connectionCode(error: unknown): string {
  // The driver's own timeouts have no code.
  return codeOf(error) || (/timeout|terminated/i.test(messageOf(error)) ? 'ETIMEDOUT' : '');
}
