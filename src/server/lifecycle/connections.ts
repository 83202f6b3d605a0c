/**
 * The open connections of all transports. One loop keeps their heartbeats, expiry and slow subscribers, instead of a
 * timer for each. The limit for a caller counts the connections of all transports, and a drain finds them all.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';

export type Connection = {
  /** The monotonic time of the next call of `wake`. The loop reads it on each visit. */
  dueAt(): number;
  wake(now: number): void;
  /** Closes with a request to reconnect, to another instance. */
  restart(): void;
  /** Closes with the same request at once, even before a pending response is written. */
  abandon(): void;
  /** Closes at once, without a message. */
  destroy(): void;
};

export type Connections = {
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /**
   * Callers without a subject are not counted.
   * @returns true if the subject may open one more connection; the slot must then be given back
   */
  takeSlot(subject: string | null): boolean;
  giveSlot(subject: string | null): void;
  /**
   * The share of its interval after which a connection starts its heartbeat: above 0, at most 1, evenly spread over all
   * calls. Otherwise connections that open together, as after an outage, would always be pinged together.
   */
  jitter(): number;
  all(): readonly Connection[];
  /** Resolves when no connection is left. */
  whenNone(): Promise<void>;
  /** Restarts every connection. */
  restart(): void;
  /** Abandons every connection. */
  abandon(): void;
  /** Destroys every connection and stops the loop. */
  close(): Promise<void>;
};

/** The period of the loop. An expired token must end its stream within a second, and the network needs the rest. */
const TICK_MS = 250;
/**
 * The connections that are visited without a pause. Ten thousand visits take some milliseconds, which would delay
 * events, so the visits of a tick are spread over it in steps of this size.
 */
const VISITS_PER_STEP = 256;
/** The cost of waking a connection, in visits. A wake-up usually sends a ping, and its client needs as long again. */
const VISITS_PER_WAKE = 16;
/** The fractional parts of its multiples are spread evenly, for any number of them. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

export function createConnections(deps: {
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'unexpected'>;
  readonly slotsPerSubject: number;
}): Connections {
  const { clock, telemetry, slotsPerSubject } = deps;
  const open = new Set<Connection>();
  const slots = new Map<string, number>();
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  let loop: Promise<void> | null = null;
  let jitters = 0;

  async function tick(): Promise<void> {
    while (open.size > 0 && !stopped.signal.aborted) {
      const begunAt = clock.monotonic();
      const step = TICK_MS / Math.ceil(open.size / VISITS_PER_STEP);
      let steps = 0;
      let visits = VISITS_PER_STEP;
      for (const connection of open) {
        visits += 1;
        if (visits >= VISITS_PER_STEP) {
          visits = 0;
          steps += 1;
          await until(begunAt + Math.min(TICK_MS, steps * step));
          if (stopped.signal.aborted) break;
          if (!open.has(connection)) continue;
        }
        const now = clock.monotonic();
        try {
          if (connection.dueAt() > now) continue;
          visits += VISITS_PER_WAKE;
          connection.wake(now);
        } catch (error) {
          // An error of one connection must not stop the loop for the others.
          telemetry.unexpected('connection', error);
          connection.destroy();
        }
      }
    }
    loop = null;
  }

  async function until(time: number): Promise<void> {
    const ms = time - clock.monotonic();
    // A late loop does not sleep, and only yields to other work once.
    await (ms >= 1 ? clock.sleep(ms, stopped.signal) : yieldToLoop());
  }

  function forEach(close: (connection: Connection) => void): void {
    for (const connection of open) {
      try {
        close(connection);
      } catch (error) {
        // The loop goes on, because the other connections must be closed too.
        telemetry.unexpected('connection', error);
      }
    }
  }

  return {
    add(connection) {
      open.add(connection);
      // The loop starts with the first connection and ends with the last, so that an idle server does not wake up.
      if (loop === null && !stopped.signal.aborted) loop = tick();
    },
    remove(connection) {
      open.delete(connection);
      if (open.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
    takeSlot(subject) {
      if (subject === null) return true;
      const taken = slots.get(subject) ?? 0;
      if (taken >= slotsPerSubject) return false;
      slots.set(subject, taken + 1);
      return true;
    },
    giveSlot(subject) {
      if (subject === null) return;
      const taken = slots.get(subject) ?? 0;
      if (taken > 1) slots.set(subject, taken - 1);
      else slots.delete(subject);
    },
    jitter() {
      const jitter = 1 - ((jitters * GOLDEN_RATIO) % 1);
      jitters += 1;
      return jitter;
    },
    all: () => [...open],
    async whenNone() {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => waiting.add(resolve));
    },
    restart: () => forEach((connection) => connection.restart()),
    abandon: () => forEach((connection) => connection.abandon()),
    async close() {
      stopped.abort();
      for (const connection of open) connection.destroy();
      await loop;
    },
  };
}
