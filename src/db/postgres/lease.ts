/**
 * A lease is a connection advisory lock: it lasts exactly as long as the server believes in the connection. Both sides give up a
 * silent connection within 5 s, so that a holder that was cut off stops before, or about when, the next one begins; what a write of
 * the former holder may still do is for the writes to prevent (`worker_epoch`).
 */
import { createHash } from 'node:crypto';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { DatabaseClosedError, type Lease } from '../database.js';
import { codeOf, messageOf } from '../errors/error-code.js';
import { openConnection, reconnectDelayMs, type Server, type WatchedConnection } from './postgres-connection.js';
import { explainDatabaseError } from '../errors/explain.js';

/** A holder notices after at most a pause and an unanswered question: 3 s. */
const HEARTBEAT_MS = SECOND;
const PATIENCE_MS = 2 * SECOND;

/**
 * How long one attempt stands in the queue. A server does not look whether a waiting client is still there, so without an end to
 * it each restart of a replica would leave one more connection behind, for as long as the holder lives.
 */
const QUEUE_MS = 5 * SECOND;
const LOCK_NOT_AVAILABLE = '55P03';

const SETTINGS = [
  // First: under a role's short limit the others might not come to their end.
  'set statement_timeout = 0',
  // The server notices after 4 s that a holder is cut off, be it in the middle of an answer or between two questions.
  'set tcp_keepalives_idle = 1',
  'set tcp_keepalives_interval = 1',
  'set tcp_keepalives_count = 3',
  `set tcp_user_timeout = ${4 * SECOND}`,
  // A holder that is frozen (a paused container, a debugger) still answers on TCP, but asks nothing any more. From PostgreSQL 14 on.
  `select set_config(name, '${4 * SECOND}', false) from pg_settings where name = 'idle_session_timeout'`,
  `set lock_timeout = ${QUEUE_MS}`,
];

type Leases = {
  take(name: string, signal: AbortSignal): Promise<Lease>;
  /** Why a lease cannot be waited for, in words; null while each can. */
  lastError(): string | null;
  /** Ends every lease and whatever waits for one; the locks are free when it resolves. */
  close(): Promise<void>;
};

/** @param warn is called once for each change of what is in the way */
export function createLeases(
  server: Server,
  schema: string,
  clock: Clock,
  warn: (message: string) => void = () => {},
): Leases {
  const closing = new AbortController();
  const connections = new Set<WatchedConnection>();
  const troubles = new Map<string, string>();

  const isWaiting = (name: string): void => {
    if (troubles.delete(name)) warn(`The lease "${name}" can be waited for again.`);
  };
  const cannotWait = (name: string, error: unknown): void => {
    const trouble = troubleWith(name, error);
    if (troubles.get(name) !== trouble) warn(trouble);
    troubles.set(name, trouble);
  };

  const holdLock = async (name: string, stop: AbortSignal, onWaiting: () => void): Promise<WatchedConnection> => {
    const connection = await openConnection(server, {
      purpose: `lease ${name}`,
      clock,
      heartbeatMs: HEARTBEAT_MS,
      patienceMs: PATIENCE_MS,
      signal: stop,
    });
    connections.add(connection);
    connection.gone.addEventListener('abort', () => connections.delete(connection));
    const leaveQueue = (): void => void connection.end();
    stop.addEventListener('abort', leaveQueue);
    try {
      // It may have aborted between the connection and the line above.
      stop.throwIfAborted();
      for (const setting of SETTINGS) await connection.query(setting);
      // An answer, whichever it is, shows that this role may take the lock.
      const key = lockKey(schema, name);
      const { rows } = await connection.query('select pg_try_advisory_lock($1::bigint) as held', [key]);
      await connection.prove();
      onWaiting();
      if (rows[0]?.held !== true) {
        while (!(await queueForLock(key, connection))) {
          stop.throwIfAborted();
          // While it waits, the connection has no heartbeat.
          await connection.prove();
        }
        await connection.prove();
      }
      stop.throwIfAborted();
      return connection;
    } catch (error) {
      await connection.end();
      throw error;
    } finally {
      stop.removeEventListener('abort', leaveQueue);
    }
  };

  return {
    async take(name, signal) {
      const stop = AbortSignal.any([signal, closing.signal]);
      for (let failures = 0; ; failures += 1) {
        stop.throwIfAborted();
        const onWaiting = (): void => {
          failures = 0;
          isWaiting(name);
        };
        try {
          return leaseOf(await holdLock(name, stop, onWaiting), closing.signal);
        } catch (error) {
          // The server was reachable when the gateway started, so it will be again; whoever cannot wait aborts.
          stop.throwIfAborted();
          // A connection that was ended comes back at once, most often.
          if (failures > 0 && isRefusal(error)) cannotWait(name, error);
          await clock.sleep(reconnectDelayMs(failures + 1), stop);
        }
      }
    },
    lastError: () => [...troubles.values()][0] ?? null,
    async close() {
      closing.abort(new DatabaseClosedError());
      await Promise.all([...connections].map((connection) => connection.end()));
    },
  };
}

/** The server answers, and does not let this role wait. A server that is away, or about to be, shows at every write as well. */
export function isRefusal(error: unknown): boolean {
  // Each SQLSTATE has a digit, and EPIPE has none.
  return /^(?!08|57P)(?=.*\d)[0-9A-Z]{5}$|^SHARED_CONNECTION$/.test(codeOf(error));
}

function troubleWith(name: string, error: unknown): string {
  const cause =
    explainDatabaseError(error) ??
    `${messageOf(error)} (${codeOf(error) || 'no code'}). Check the server and the rights of the gateway's role.`;
  return `This gateway cannot wait for its turn to talk to AWS (lease "${name}"): ${cause}`;
}

async function queueForLock(key: string, connection: WatchedConnection): Promise<boolean> {
  try {
    await connection.query('select pg_advisory_lock($1::bigint)', [key], QUEUE_MS + PATIENCE_MS);
    return true;
  } catch (error) {
    if (codeOf(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

function leaseOf(connection: WatchedConnection, closing: AbortSignal): Lease {
  const lost = new AbortController();
  let isReleased = false;
  const onGone = (): void => {
    if (!isReleased) lost.abort(closing.aborted ? closing.reason : connection.gone.reason);
  };
  connection.gone.addEventListener('abort', onGone);
  // It may have gone between the lock and here.
  if (connection.gone.aborted) onGone();
  return {
    lost: lost.signal,
    async release() {
      isReleased = true;
      await connection.end();
    },
  };
}

/**
 * Advisory locks are numbers of the whole database; 64 bits of a hash make two names on one number a thing that does not happen. Gateways of two schemas
 * know nothing of each other. The names of the schema that every database has do not contain it.
 */
function lockKey(schema: string, name: string): string {
  const place = schema === 'public' ? '' : `${schema} `;
  return createHash('sha256')
    .update(`partner-central-gateway lease ${place}${name}`)
    .digest()
    .readBigInt64BE()
    .toString();
}
