/**
 * Every connection that is held open, of whatever transport, in one place: so that one loop keeps their times (heartbeats, expiry, slow
 * readers) instead of timers of their own, callers are counted over all of them, and a drain finds them.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';

export type Connection = {
  /** The monotonic time at which `wake` is to be called next. It is read before each wait. */
  dueAt(): number;
  wake(now: number): void;
  /** Tells the reader to come back, elsewhere, and closes. */
  restart(): void;
  /** Tells the reader so at once, although an answer is owed to it. */
  abandon(): void;
  /** Ends at once, without a word. */
  destroy(): void;
};

export type Connections = {
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** @returns whether a subject may have one more; then it must be given back. Callers without a subject are not counted. */
  takeSlot(subject: string | null): boolean;
  giveSlot(subject: string | null): void;
  /**
   * Above 0 and up to 1, evenly spread over all who ask: the share of its interval after which a connection's own rhythm is to begin. Ten thousand
   * that came together, as all do after an outage, would be pinged together for ever.
   */
  phase(): number;
  all(): readonly Connection[];
  /** Resolves once none is left. */
  whenNone(): Promise<void>;
  /** Abandons all. */
  abandon(): void;
  /** Destroys all and stops the loop. */
  close(): Promise<void>;
};

/** A token's expiry ends its stream within a second; a quarter of one leaves the rest to the network. */
const TICK_MS = 250;
/** A look at ten thousand connections takes some milliseconds, for events that come meanwhile too long: a walk past all takes a tick, in steps of these. */
const LOOKS_AT_ONCE = 256;
/** Waking one is most often a ping, which takes as long as so many looks, and its reader as long again. */
const LOOKS_PER_WAKE = 16;
/** Its multiples, without their whole part, are spread as evenly as can be, however many there are. */
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
  let asked = 0;

  async function tick(): Promise<void> {
    while (open.size > 0 && !stopped.signal.aborted) {
      const begunAt = clock.monotonic();
      const step = TICK_MS / Math.ceil(open.size / LOOKS_AT_ONCE);
      let steps = 0;
      let looks = LOOKS_AT_ONCE;
      for (const connection of open) {
        looks += 1;
        if (looks >= LOOKS_AT_ONCE) {
          looks = 0;
          steps += 1;
          await until(begunAt + Math.min(TICK_MS, steps * step));
          if (stopped.signal.aborted) break;
          if (!open.has(connection)) continue;
        }
        const now = clock.monotonic();
        try {
          if (connection.dueAt() > now) continue;
          looks += LOOKS_PER_WAKE;
          connection.wake(now);
        } catch (error) {
          // One connection's fault must not stop the clock of all the others.
          telemetry.unexpected('connection', error);
          connection.destroy();
        }
      }
    }
    loop = null;
  }

  async function until(time: number): Promise<void> {
    const ms = time - clock.monotonic();
    // Late, as it is when many are due: the others have a turn of the loop, and nothing is waited for.
    await (ms >= 1 ? clock.sleep(ms, stopped.signal) : turnOfTheLoop());
  }

  return {
    add(connection) {
      open.add(connection);
      // The loop ends with the last connection and starts with the first: an idle server does not wake four times a second.
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
    phase() {
      const phase = 1 - ((asked * GOLDEN_RATIO) % 1);
      asked += 1;
      return phase;
    },
    all: () => [...open],
    async whenNone() {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => waiting.add(resolve));
    },
    abandon() {
      for (const connection of open) {
        try {
          connection.abandon();
        } catch (error) {
          // The others are still to be abandoned.
          telemetry.unexpected('connection', error);
        }
      }
    },
    async close() {
      stopped.abort();
      for (const connection of open) connection.destroy();
      await loop;
    },
  };
}
