/**
 * A clock that stands still until a test moves it. Sleepers wake in the order of their time (then of their going to sleep),
 * each at exactly its time, and whatever a sleeper does on waking, including going to sleep again, happens before the next
 * one wakes. Work that waits for sockets or disks is not time: wait for its result, or with `whenAsleep`, before moving on.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../../src/runtime/clock.js';

export type ManualClock = Clock & {
  /** Is set forward by `ms`, or back, while no time passes. */
  jump(ms: number): void;
  /** Lets `ms` pass. */
  advance(ms: number): Promise<void>;
  /** Resolves as soon as at least `count` sleepers wait for this clock. */
  whenAsleep(count?: number): Promise<void>;
  sleepers(): number;
};

type Sleeper = { readonly wakeAt: number; readonly wake: () => void };

export function createManualClock(startAt: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startAt;
  let aheadMs = 0;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<{ readonly count: number; notify(): void }>();

  function fallAsleep(sleeper: Sleeper): void {
    sleepers.add(sleeper);
    for (const watcher of watchers) {
      if (sleepers.size >= watcher.count) watcher.notify();
    }
  }

  function nextToWake(until: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      // A set keeps the order of arrival, so that of two equal times the first to sleep is the first to wake.
      if (sleeper.wakeAt <= until && (next === undefined || sleeper.wakeAt < next.wakeAt)) next = sleeper;
    }
    return next;
  }

  return {
    now: () => now + aheadMs,
    monotonic: () => now,
    jump(ms) {
      aheadMs += ms;
    },

    async sleep(ms, signal) {
      if (signal?.aborted === true) return;
      // Nothing to wait for, but never within the same turn: a loop that sleeps 0 ms must not starve the process.
      if (!(ms > 0)) return turnOfTheLoop();
      await new Promise<void>((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakeAt: now + ms, wake };
        signal?.addEventListener('abort', wake);
        fallAsleep(sleeper);
      });
    },

    async advance(ms) {
      const until = now + ms;
      // A turn of the loop runs every microtask that is due, so that sleepers just created are seen.
      await turnOfTheLoop();
      for (let next = nextToWake(until); next !== undefined; next = nextToWake(until)) {
        now = Math.max(now, next.wakeAt);
        next.wake();
        await turnOfTheLoop();
      }
      now = Math.max(now, until);
    },

    async whenAsleep(count = 1) {
      if (sleepers.size >= count) return;
      await new Promise<void>((resolve) => {
        const watcher = {
          count,
          notify() {
            watchers.delete(watcher);
            resolve();
          },
        };
        watchers.add(watcher);
      });
    },

    sleepers: () => sleepers.size,
  };
}
