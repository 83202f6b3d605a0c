/**
 * A lease is a session advisory lock, which lasts as long as the server keeps the connection. Both sides drop a silent
 * connection within 5 s, so a holder that is cut off stops before, or about when, the next one begins. The
 * `worker_epoch` makes late writes of the former holder void.
 */
import { createHash } from 'node:crypto';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { DatabaseClosedError, type Lease } from '../database.js';
import { codeOf } from '../errors/error-code.js';
import { openConnection, reconnectDelayMs, type Server, type WatchedConnection } from './postgres-connection.js';
import { explainDatabaseError } from '../errors/explain.js';
import { messageOf } from '../../runtime/error-message.js';

/** A holder notices a loss after at most one pause and one unanswered query: 3 s. */
const HEARTBEAT_MS = SECOND;
const ANSWER_TIMEOUT_MS = 2 * SECOND;

/**
 * The time limit of one wait for the lock. A server does not check whether a waiting client still exists. Without a
 * limit each restart of a replica would leave one more connection behind for as long as the holder lives.
 */
const QUEUE_MS = 5 * SECOND;
const LOCK_NOT_AVAILABLE = '55P03';

const SETTINGS = [
  // First, because a short limit of the role could end the other settings.
  'set statement_timeout = 0',
  // The server notices within 4 s that a holder is cut off, during a response or between two queries.
  'set tcp_keepalives_idle = 1',
  'set tcp_keepalives_interval = 1',
  'set tcp_keepalives_count = 3',
  `set tcp_user_timeout = ${4 * SECOND}`,
  // A frozen holder (a paused container, a debugger) still answers on TCP, but sends no query. From PostgreSQL 14 on.
  `select set_config(name, '${4 * SECOND}', false) from pg_settings where name = 'idle_session_timeout'`,
  `set lock_timeout = ${QUEUE_MS}`,
];

type Leases = {
  take(name: string, signal: AbortSignal): Promise<Lease>;
  /** The reason why a lease cannot be waited for, in words; null while each can. */
  lastError(): string | null;
  /** Ends every lease and every wait. The locks are free when it resolves. */
  close(): Promise<void>;
};

/** @param warn is called once for each change of the reason */
export function createLeases(
  server: Server,
  schema: string,
  clock: Clock,
  warn: (message: string) => void = () => {},
): Leases {
  const closing = new AbortController();
  const connections = new Set<WatchedConnection>();
  const waitFailures = new Map<string, string>();

  const reportWaiting = (name: string): void => {
    if (waitFailures.delete(name)) warn(`This gateway can wait again for the lease "${name}".`);
  };
  const reportFailure = (name: string, error: unknown): void => {
    const failure = describeFailure(name, error);
    if (waitFailures.get(name) !== failure) warn(failure);
    waitFailures.set(name, failure);
  };

  const holdLock = async (name: string, stop: AbortSignal, onWaiting: () => void): Promise<WatchedConnection> => {
    const connection = await openConnection(server, {
      purpose: `lease ${name}`,
      clock,
      heartbeatMs: HEARTBEAT_MS,
      timeoutMs: ANSWER_TIMEOUT_MS,
      signal: stop,
    });
    connections.add(connection);
    connection.gone.addEventListener('abort', () => connections.delete(connection));
    const leaveQueue = (): void => void connection.end();
    stop.addEventListener('abort', leaveQueue);
    try {
      // The signal may have aborted between the connection and the line above.
      stop.throwIfAborted();
      for (const setting of SETTINGS) await connection.query(setting);
      // Any answer shows that this role may take the lock.
      const key = lockKey(schema, name);
      const { rows } = await connection.query('select pg_try_advisory_lock($1::bigint) as held', [key]);
      await connection.prove();
      onWaiting();
      if (rows[0]?.held !== true) {
        while (!(await queueForLock(key, connection))) {
          stop.throwIfAborted();
          // The connection sends no heartbeat while it waits.
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
          reportWaiting(name);
        };
        try {
          return leaseOf(await holdLock(name, stop, onWaiting), closing.signal);
        } catch (error) {
          // The server was reachable when the gateway started, so it will be again. A caller that cannot wait aborts.
          stop.throwIfAborted();
          // A connection that was ended usually comes back at once.
          if (failures > 0 && isRefusal(error)) reportFailure(name, error);
          await clock.sleep(reconnectDelayMs(failures + 1), stop);
        }
      }
    },
    lastError: () => [...waitFailures.values()][0] ?? null,
    async close() {
      closing.abort(new DatabaseClosedError());
      await Promise.all([...connections].map((connection) => connection.end()));
    },
  };
}

/**
 * True when the server answers and refuses to let this role wait. A server that is away, or about to be, shows at every
 * write as well.
 */
export function isRefusal(error: unknown): boolean {
  // Every SQLSTATE has a digit; EPIPE has none.
  return /^(?!08|57P)(?=.*\d)[0-9A-Z]{5}$|^SHARED_CONNECTION$/.test(codeOf(error));
}

function describeFailure(name: string, error: unknown): string {
  const cause =
    explainDatabaseError(error) ??
    `${messageOf(error)} (${codeOf(error) || 'no code'}). Check the server and the rights of the gateway's role.`;
  return `This gateway cannot wait for the lease "${name}", which lets one gateway at a time talk to AWS: ${cause}`;
}

async function queueForLock(key: string, connection: WatchedConnection): Promise<boolean> {
  try {
    await connection.query('select pg_advisory_lock($1::bigint)', [key], QUEUE_MS + ANSWER_TIMEOUT_MS);
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
  // The connection may have ended between the lock and here.
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
 * Advisory locks are numbers that belong to the whole database. Two names get the same 64-bit hash with negligible
 * probability. The schema is part of the hash, because gateways of two schemas are independent. The default schema is
 * left out.
 */
function lockKey(schema: string, name: string): string {
  const prefix = schema === 'public' ? '' : `${schema} `;
  return createHash('sha256')
    .update(`partner-central-gateway lease ${prefix}${name}`)
    .digest()
    .readBigInt64BE()
    .toString();
}
