/**
 * Leaving without a storm: no new work from the first moment, what runs is finished, and readers are sent away one by one over the whole
 * time, in random order at random moments, so that the instances that stay do not get them all at once. Each resumes by its cursor.
 */
import { SECOND, type Clock } from '../clock.js';
import type { Telemetry } from '../telemetry.js';
import type { Connections } from './connections.js';
import { refuseForNow, type Refusal } from './refusal.js';

export type Drain = {
  readonly draining: boolean;
  /** @returns what to call when the work is over, or a refusal while draining. */
  admit(): (() => void) | Refusal;
  /** An operation is over before its answer is written, and closing would take that along. @returns what to call when it is written. */
  hold(): () => void;
  /** Ends within `drainMs`, or a little later if that is how long the last close takes to be written. */
  drain(): Promise<void>;
};

export const RESTARTING = 'SERVER_RESTARTING';

/** A client that comes back at once should find the load balancer already sending it elsewhere. */
const RETRY_AFTER_MS = SECOND;

export function createDrain(deps: { readonly clock: Clock; readonly drainMs: number; readonly telemetry: Telemetry; readonly connections: Connections }): Drain {
  const { clock, drainMs, telemetry } = deps;
  let running = 0;
  let unwritten = 0;
  let idle: (() => void) | null = null;
  let started: Promise<void> | null = null;

  function isIdle(): boolean {
    return running === 0 && unwritten === 0;
  }

  function tellIdle(): void {
    if (isIdle()) idle?.();
  }

  async function untilIdle(): Promise<void> {
    if (isIdle()) return;
    await new Promise<void>((resolve) => {
      idle = resolve;
    });
  }

  async function sendAway(): Promise<void> {
    const startedAt = clock.now();
    const { connections } = deps;
    const leaving = connections.all().map((connection) => ({ connection, at: startedAt + Math.random() * drainMs }));
    leaving.sort((a, b) => a.at - b.at);
    telemetry.log.info({ connections: leaving.length, operations: running, drainMs }, 'draining');
    for (const { connection, at } of leaving) {
      // Sleeping less than a timer can measure would only yield ten thousand times.
      if (at - clock.now() >= 1) await clock.sleep(at - clock.now());
      connection.restart();
    }
    const deadline = new AbortController();
    await Promise.race([
      Promise.all([connections.whenNone(), untilIdle()]),
      clock.sleep(Math.max(SECOND, startedAt + drainMs - clock.now()), deadline.signal),
    ]);
    deadline.abort();
    telemetry.log.info({ connections: connections.all().length, operations: running, durationMs: clock.now() - startedAt }, 'drained');
  }

  return {
    get draining() {
      return started !== null;
    },
    admit() {
      if (started !== null) return refuseForNow(RESTARTING, 'This instance is restarting: send the request again, and it will reach another.', 503, RETRY_AFTER_MS);
      running += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        running -= 1;
        tellIdle();
      };
    },
    hold() {
      unwritten += 1;
      return () => {
        unwritten -= 1;
        tellIdle();
      };
    },
    drain() {
      started ??= sendAway();
      return started;
    },
  };
}
