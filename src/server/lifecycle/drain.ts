/**
 * A drain stops the service without an error and without a storm of reconnecting clients. Requests are served to the
 * end, because a load balancer sends them until it notices, and may not repeat a refused mutation. Streams are closed
 * one by one in random order over the whole time, so that the other instances do not receive all subscribers at once.
 * Each subscriber resumes by its cursor. New sockets are refused. At the end the process stops listening and finishes
 * the operations that run.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { SECOND, type Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Connection, Connections } from './connections.js';
import type { ServerErrorCode } from '../security/error-codes.js';
import { createTemporaryError, type RequestError } from '../security/request-error.js';

export type Drain = {
  readonly draining: boolean;
  /** Counts an operation. @returns a callback for its end */
  admit(): () => void;
  /**
   * Counts a response, which is written after its operation ends and is lost if the server closes first.
   * @returns a callback for the end of the write
   */
  hold(): () => void;
  /** Resolves after `drainMs`, or up to 3 s later if the last response takes so long. A later call joins the first. */
  drain(how: DrainOptions): Promise<void>;
};

export type DrainOptions = {
  /** Serves for all of `drainMs`. Otherwise the drain ends as soon as no connection and no operation is left. */
  readonly serveOn: boolean;
  /** Refuses new connections and closes idle ones. Resolves when all other connections have ended. */
  stopListening(): Promise<void>;
};

export const RESTARTING = 'SERVER_RESTARTING' satisfies ServerErrorCode;

/** The time after which a load balancer usually sends clients to another instance. */
const RETRY_AFTER_MS = SECOND;

/** The number of groups in which subscribers are closed. */
const SLICES = 200;

/** The time for requests that arrived just before the process stopped listening. */
const LAST_ANSWERS_MS = 3 * SECOND;

const QUIET_MS = 1;
/** The limit for a busy process, whose loop is never quiet. */
const MAX_ITERATIONS = 100;

/**
 * Waits for an iteration of the event loop in which hardly anything happened. The process has then accepted and read
 * everything that the system holds for it. Closing resets connections that are not accepted and requests that are not
 * read, and a proxy may not repeat a request that it has sent.
 */
async function untilLoopIsQuiet(): Promise<void> {
  for (let count = 0; count < MAX_ITERATIONS; count += 1) {
    const begun = performance.now();
    await yieldToLoop();
    if (performance.now() - begun < QUIET_MS) return;
  }
}

export function restarting(): RequestError {
  return createTemporaryError(
    RESTARTING,
    'This instance is restarting. Send the request again; another instance will answer it.',
    503,
    RETRY_AFTER_MS,
  );
}

export function createDrain(deps: {
  readonly clock: Clock;
  readonly drainMs: number;
  readonly telemetry: Telemetry;
  readonly connections: Connections;
}): Drain {
  const { clock, drainMs, telemetry, connections } = deps;
  let running = 0;
  let unwritten = 0;
  let started: Promise<void> | null = null;
  const waiting = new Set<() => void>();

  function isIdle(): boolean {
    return running === 0 && unwritten === 0;
  }

  function resolveIfIdle(): void {
    if (!isIdle()) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  async function untilIdle(): Promise<void> {
    if (!isIdle()) await new Promise<void>((resolve) => waiting.add(resolve));
  }

  async function untilEmpty(): Promise<void> {
    await Promise.all([connections.whenNone(), untilIdle()]);
  }

  /**
   * Closes all connections, at random times, including new ones. New streams are accepted, because an EventSource does
   * not reconnect after a refusal but reconnects after an end.
   * @param spread the share of the remaining time over which closes are spread, from 0 to 1
   */
  async function closeGradually(ms: number, spread: number, until: Promise<unknown>): Promise<void> {
    const endsAt = clock.monotonic() + ms;
    const closesAt = new Map<Connection, number>();
    let over = false;
    void until.then(() => (over = true));
    for (let now = clock.monotonic(); now < endsAt && !over; now = clock.monotonic()) {
      for (const connection of connections.all()) {
        const at = closesAt.get(connection) ?? now + Math.random() * spread * (endsAt - now);
        if (at <= now) connection.restart();
        closesAt.set(connection, at <= now ? Number.POSITIVE_INFINITY : at);
      }
      const slice = new AbortController();
      await Promise.race([clock.sleep(Math.min(endsAt - now, ms / SLICES), slice.signal), until]);
      slice.abort();
    }
  }

  async function drainOnce({ serveOn, ...options }: DrainOptions): Promise<void> {
    const startedAt = clock.monotonic();
    telemetry.log.info({ connections: connections.all().length, operations: running, drainMs }, 'draining');
    await closeGradually(drainMs, 1, serveOn ? new Promise(() => {}) : untilEmpty());
    await untilLoopIsQuiet();
    const ended = options.stopListening();
    await closeGradually(LAST_ANSWERS_MS, 0, Promise.all([untilEmpty(), ...(serveOn ? [ended] : [])]));
    telemetry.log.info(
      { connections: connections.all().length, operations: running, durationMs: clock.monotonic() - startedAt },
      'drained',
    );
  }

  return {
    get draining() {
      return started !== null;
    },
    admit() {
      running += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        running -= 1;
        resolveIfIdle();
      };
    },
    hold() {
      unwritten += 1;
      return () => {
        unwritten -= 1;
        resolveIfIdle();
      };
    },
    drain(how) {
      started ??= drainOnce(how);
      return started;
    },
  };
}
