/**
 * Receives the notifications of every process. After a gap of its connection it calls with `null` as soon as it
 * receives again, and not before. A write during the gap is then covered by `null`, and a later write by its own
 * notification.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.js';

import { openConnection, reconnectDelayMs, type Server, type WatchedConnection } from './postgres-connection.js';
import { explainDatabaseError } from '../errors/explain.js';
import { messageOf } from '../../runtime/error-message.js';

/** A late wake-up costs only time, so this heartbeat is slower than the one of a lease. */
const HEARTBEAT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 4_000;

export const NOTIFICATION_CHANNEL = 'gateway_hints';

/**
 * The channel of a schema. Channels belong to the whole database, and PostgreSQL truncates their names after 63 bytes.
 * Schemas other than `public` therefore have a hash in the name.
 */
export function notificationChannelOf(schema: string): string {
  return schema === 'public'
    ? NOTIFICATION_CHANNEL
    : `${NOTIFICATION_CHANNEL}_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
}
/** The payload that means "read everything". */
export const EVERYTHING = '';

export type Listener = { close(): Promise<void> };

/**
 * Resolves once notifications arrive; rejects if the first connection cannot be made.
 *
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
      purpose: 'notifications',
      clock,
      heartbeatMs: HEARTBEAT_MS,
      timeoutMs: ANSWER_TIMEOUT_MS,
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
    for (let failures = 0; ; failures += 1) {
      await clock.sleep(reconnectDelayMs(failures + 1), closing.signal);
      if (closing.signal.aborted) return undefined;
      try {
        const next = await attach();
        if (isReported) warn('Notifications of other processes arrive again.');
        if (!closing.signal.aborted) return next;
        // `close` ended the connection that it knew. This one is newer.
        await next.end();
      } catch (error) {
        // Every failure is retried, because the server was reachable when the gateway started.
        if (failures === 0 || isReported) continue;
        warn(
          `Notifications of other processes do not arrive, so that streams and starts are delayed: ` +
            `${explainDatabaseError(error) ?? messageOf(error)}`,
        );
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
