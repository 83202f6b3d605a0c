import { systemClock, type Clock } from '../../src/clock.js';

/**
 * Time that passes `speed` times as fast, so that a test of long waits is not one of patience.
 * @param begun the moment at which it agrees with the system clock: processes that share it agree with each other
 */
export function hurriedClock(speed: number, begun = systemClock.now()): Clock {
  return {
    now: () => Math.round(begun + (systemClock.now() - begun) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
