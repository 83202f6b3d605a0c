/**
 * Every connection that is held open, of whatever transport, in one place: so that one loop keeps their times (heartbeats, expiry, slow
 * readers) instead of timers of their own, callers are counted over all of them, and a drain finds them.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { Telemetry } from '../telemetry.js';

export type Connection = {
  /** When `wake` wants to be called next; read anew every time. */
  dueAt(): number;
  wake(now: number): void;
  /** Tells the reader to come back, elsewhere, and closes. */
  restart(): void;
  /** Ends at once, without a word. */
  destroy(): void;
};

export type Connections = {
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** @returns whether a subject may have one more; then it must be given back. Callers without a subject are not counted. */
  takeSlot(subject: string | null): boolean;
  giveSlot(subject: string | null): void;
  all(): readonly Connection[];
  /** Resolves once none is left. */
  whenNone(): Promise<void>;
  /** Destroys all and stops the loop. */
  close(): Promise<void>;
};

/** A token's expiry ends its stream within a second; a quarter of one leaves the rest to the network. */
const TICK_MS = 250;
/** A look at ten thousand connections takes some milliseconds, for events that come meanwhile too long: no more than these at once. */
const LOOKS_AT_ONCE = 256;
/** Waking one is most often a ping, which takes as long as so many looks: those who came together, all after an outage, are due together. */
const LOOKS_PER_WAKE = 16;

export function createConnections(deps: { readonly clock: Clock; readonly telemetry: Pick<Telemetry, 'unexpected'>; readonly slotsPerSubject: number }): Connections {
  const { clock, telemetry, slotsPerSubject } = deps;
  const open = new Set<Connection>();
  const slots = new Map<string, number>();
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  let loop: Promise<void> | null = null;

  async function tick(): Promise<void> {
    while (open.size > 0 && !stopped.signal.aborted) {
      await clock.sleep(TICK_MS, stopped.signal);
      let looks = 0;
      for (const connection of open) {
        looks += 1;
        if (looks >= LOOKS_AT_ONCE) {
          looks = 0;
          await turnOfTheLoop();
        }
        const now = clock.now();
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
    all: () => [...open],
    async whenNone() {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => waiting.add(resolve));
    },
    async close() {
      stopped.abort();
      for (const connection of open) connection.destroy();
      await loop;
    },
  };
}
