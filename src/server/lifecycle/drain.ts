/**
 * A drain ends the service without a storm of clients and without an error. Requests are served to the end, because a load balancer goes on to send
 * them until it has seen that the process is not ready, and may not repeat a mutation that was refused. Readers are sent away one by one over the
 * whole time, in random order, so that the instances that stay do not get them all at once; each resumes by its cursor. New sockets are refused.
 * Then the process stops to listen, and finishes what runs.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { SECOND, type Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Connection, Connections } from './connections.js';
import { refuseForNow, type Refusal } from '../security/request-error.js';

export type Drain = {
  readonly draining: boolean;
  /** Counts an operation. @returns what to call when it is over. */
  admit(): () => void;
  /** An operation is over before its answer is written, and closing would take that along. @returns what to call when it is written. */
  hold(): () => void;
  /** Ends after `drainMs`, or up to 3 s later if that is how long the last answer takes. Happens once: a later call waits for the same end. */
  drain(how: DrainOptions): Promise<void>;
};

export type DrainOptions = {
  /** Serves for all of `drainMs`. Without it the drain is over as soon as no connection and no operation is left. */
  readonly serveOn: boolean;
  /** Refuses further connections, and closes those that wait for a request. Resolves when the others have ended too. */
  stopListening(): Promise<void>;
};

export const RESTARTING = 'SERVER_RESTARTING';

/** A client that comes back at once should find the load balancer already sending it elsewhere. */
const RETRY_AFTER_MS = SECOND;

/** Readers leave in so many groups. */
const SLICES = 200;

/** For requests that arrived just before the process stopped to listen. */
const LAST_ANSWERS_MS = 3 * SECOND;

const QUIET_MS = 1;
/** A process that is busy without a pause has no quiet turn. */
const MAX_TURNS = 100;

/**
 * A turn of the loop in which hardly anything happened. What the system holds for the process then came within a moment: connections that are not
 * accepted and requests that are not read are reset by closing, and a proxy may not repeat what it has sent.
 */
async function quietTurn(): Promise<void> {
  for (let turns = 0; turns < MAX_TURNS; turns += 1) {
    const begun = performance.now();
    await turnOfTheLoop();
    if (performance.now() - begun < QUIET_MS) return;
  }
}

export function restarting(): Refusal {
  return refuseForNow(
    RESTARTING,
    'This instance is restarting: send the request again, and it will reach another.',
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

  function tellIdle(): void {
    if (!isIdle()) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  async function untilIdle(): Promise<void> {
    if (!isIdle()) await new Promise<void>((resolve) => waiting.add(resolve));
  }

  async function untilNothingIsLeft(): Promise<void> {
    await Promise.all([connections.whenNone(), untilIdle()]);
  }

  /**
   * Also those that come in the meantime: a stream that is refused may never come back (EventSource), one that ends does.
   * @param spread over how much of its time from now on a reader may still stay, from 0 to 1
   */
  async function sendAway(ms: number, spread: number, until: Promise<unknown>): Promise<void> {
    const endsAt = clock.monotonic() + ms;
    const leavesAt = new Map<Connection, number>();
    let over = false;
    void until.then(() => (over = true));
    for (let now = clock.monotonic(); now < endsAt && !over; now = clock.monotonic()) {
      for (const connection of connections.all()) {
        const at = leavesAt.get(connection) ?? now + Math.random() * spread * (endsAt - now);
        if (at <= now) connection.restart();
        leavesAt.set(connection, at <= now ? Number.POSITIVE_INFINITY : at);
      }
      const slice = new AbortController();
      await Promise.race([clock.sleep(Math.min(endsAt - now, ms / SLICES), slice.signal), until]);
      slice.abort();
    }
  }

  async function leave({ serveOn, ...options }: DrainOptions): Promise<void> {
    const startedAt = clock.monotonic();
    telemetry.log.info({ connections: connections.all().length, operations: running, drainMs }, 'draining');
    await sendAway(drainMs, 1, serveOn ? new Promise(() => {}) : untilNothingIsLeft());
    await quietTurn();
    const ended = options.stopListening();
    await sendAway(LAST_ANSWERS_MS, 0, Promise.all([untilNothingIsLeft(), ...(serveOn ? [ended] : [])]));
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
    drain(how) {
      started ??= leave(how);
      return started;
    },
  };
}
