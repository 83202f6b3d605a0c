/** The system's clock, changed: for tests in which things happen by themselves, as they do for real, but not when they would. */
import { systemClock, type Clock } from '../../src/clock.js';

/** Goes as ever but can be put forward, so that what is remembered for seconds can be forgotten at once. */
export function clockThatJumps(): Clock & { jump(ms: number): void } {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    jump(ms) {
      aheadMs += ms;
    },
  };
}

/** Goes so many times faster: at 20 a minute takes three seconds. */
export function clockThatRuns(times: number): Clock {
  const begun = systemClock.now();
  return { now: () => Math.floor(begun + (systemClock.now() - begun) * times), sleep: (ms, signal) => systemClock.sleep(ms / times, signal) };
}
