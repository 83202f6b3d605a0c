/** The system's clock, changed: for tests in which things happen by themselves, as they do for real, but not when they would. */
import { STEADY_MS } from '../../../src/runtime/clock-watch.js';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';

/** Goes as ever but can be put forward, so that what is remembered for seconds can be forgotten at once. */
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

/** Goes so many times faster: at 20 a minute takes three seconds. */
export function clockThatRuns(times: number): Clock {
  const begun = systemClock.now();
  const now = () => Math.floor(begun + (systemClock.now() - begun) * times);
  return { now, monotonic: now, sleep: (ms, signal) => systemClock.sleep(ms / times, signal) };
}

/** As if its clock had gone on steadily for as long as a deletion waits for. */
export function steadily(db: Database): Database {
  return { ...db, clockWatch: { ...db.clockWatch, steadyMs: () => STEADY_MS } };
}
