/** Clocks for chaos: one that runs faster, and one that jumps. */
import { SECOND, systemClock, type Clock } from '../../../src/runtime/clock.js';

/**
 * A clock that runs `speed` times as fast as the system clock, for tests of long waits.
 * @param begun the moment at which both clocks agree; processes that share it agree with each other
 */
export function hurriedClock(speed: number, begun = systemClock.now()): Clock {
  const now = () => Math.round(begun + (systemClock.now() - begun) * speed);
  return { now, monotonic: now, sleep: (ms, signal) => systemClock.sleep(ms / speed, signal) };
}

/** A clock that is set forward or back by up to `mostMs` at each sleep. */
export function clockThatJumpsAtEveryWait(
  random: () => number,
  mostMs: number,
): Clock & { aheadMs(): number; stop(): void } {
  let aheadMs = 0;
  let most = mostMs;
  return {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    aheadMs: () => aheadMs,
    sleep(ms, signal) {
      // Half of the jumps stay below 90 s, within the intervals of the gateway. The others may exceed all of them.
      aheadMs = Math.round((2 * random() - 1) * (random() < 0.5 ? Math.min(most, 90 * SECOND) : most));
      return systemClock.sleep(ms, signal);
    },
    stop() {
      most = 0;
      aheadMs = 0;
    },
  };
}
