/** Variants of the system clock, for tests in which real time passes. */
import { STEADY_MS } from '../../../src/runtime/clock-watch.js';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';

/** The system clock with a `jump` forward, so that a test can expire a cache at once. */
export function clockThatJumps(): Clock & { jump(ms: number): void } {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    monotonic: () => systemClock.monotonic() + aheadMs,
    jump(ms) {
      aheadMs += ms;
    },
  };
}

/** A clock that runs `times` as fast: at 20, a minute takes three seconds. */
export function clockThatRuns(times: number): Clock {
  const begun = systemClock.now();
  const now = () => Math.floor(begun + (systemClock.now() - begun) * times);
  return { now, monotonic: now, sleep: (ms, signal) => systemClock.sleep(ms / times, signal) };
}

/** The database with a clock that has been steady for as long as a deletion requires. */
export function steadily(db: Database): Database {
  return { ...db, clockWatch: { ...db.clockWatch, steadyMs: () => STEADY_MS } };
}
