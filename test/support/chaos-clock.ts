import { systemClock, type Clock } from '../../src/clock.js';

/** Time that passes `speed` times as fast, so that a test of long waits is not one of patience. */
export function hurriedClock(speed: number): Clock {
  const begun = systemClock.now();
  return {
    now: () => Math.round(begun + (systemClock.now() - begun) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
