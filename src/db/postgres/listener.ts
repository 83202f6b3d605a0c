/**
 * Hears the hints of every process. Whenever it may have missed some, because its connection was gone for a while, it says so
 * with `null`, after it hears again and not before: what is written in between is then covered by one or the other.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.js';
import { messageOf } from '../errors/error-code.js';
import { openConnection, reconnectDelayMs, type Server, type WatchedConnection } from './postgres-connection.js';
import { explainDatabaseError } from '../errors/explain.js';

/** A wake-up that is late by the time it takes to notice costs only time, so this one asks less often than a lease. */
const HEARTBEAT_MS = 3_000;
const PATIENCE_MS = 4_000;

export const NOTIFICATION_CHANNEL = 'gateway_hints';

/** Channels belong to the whole database, and their names end after 63 bytes: other schemas have a hash of theirs in it. */
export function notificationChannelOf(schema: string): string {
  return schema === 'public'
    ? NOTIFICATION_CHANNEL
    : `${NOTIFICATION_CHANNEL}_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
}
/** On the channel it stands for "look at everything". */
export const EVERYTHING = '';

export type Listener = { close(): Promise<void> };

/**
 * Resolves once it hears; rejects if the first connection cannot be made.
 * @param warn is called once when the connection does not come back, and once when it has
 */
export async function openListener(
  server: Server,
  clock: Clock,
  onNotification: (notification: string | null) => void,
  warn: (message: string) => void = () => {},
  channel = NOTIFICATION_CHANNEL,
): Promise<Listener> {
  const closing = new AbortController();
  const attach = async (): Promise<WatchedConnection> => {
    const connection = await openConnection(server, {
      purpose: 'hints',
      clock,
      heartbeatMs: HEARTBEAT_MS,
      patienceMs: PATIENCE_MS,
      signal: closing.signal,
      guardsPool: true,
      onNotification: (payload) => onNotification(payload === EVERYTHING ? null : payload),
    });
    try {
      await connection.query(`listen ${channel}`);
      return connection;
    } catch (error) {
      await connection.end();
      throw error;
    }
  };

  let connection = await attach();
  const reattach = async (): Promise<WatchedConnection | undefined> => {
    let isReported = false;
    for (let attempt = 0; ; attempt += 1) {
      await clock.sleep(reconnectDelayMs(attempt + 1), closing.signal);
      if (closing.signal.aborted) return undefined;
      try {
        const next = await attach();
        if (isReported) warn('Hints of other processes are heard again.');
        if (!closing.signal.aborted) return next;
        // `close` has ended the connection it knew; this one came after.
        await next.end();
      } catch (error) {
        // The answer is to try again: the server was there when the gateway started.
        if (attempt === 0 || isReported) continue;
        warn(`Hints of other processes are not heard, so that news is late: ${explainDatabaseError(error) ?? messageOf(error)}`);
        isReported = true;
      }
    }
  };
  const stay = (async () => {
    for (;;) {
      await aborted(connection.gone);
      const next = await reattach();
      if (next === undefined) return;
      connection = next;
      onNotification(null);
    }
  })();

  return {
    async close() {
      closing.abort();
      await connection.end();
      await stay;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
