/**
 * A clock that stands still until a test moves it. Sleepers wake in the order of their time, then of their arrival,
 * each at exactly its time. The work of a woken sleeper, including another sleep, runs before the next sleeper wakes.
 * The clock does not see work that waits for sockets or disks: await its result or `whenAsleep` before moving the
 * clock.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../../src/runtime/clock.js';

export type ManualClock = Clock & {
  /** Sets the time of day forward or back by `ms`, while no time passes. */
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
      // The set keeps the order of arrival, so the first of two equal sleepers wakes first.
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
      // A sleep of 0 ms still ends in a later turn, because a loop of such sleeps must not starve the process.
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
      // One turn of the loop runs every due microtask, so that new sleepers are seen.
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
