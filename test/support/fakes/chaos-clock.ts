import { SECOND, systemClock, type Clock } from '../../../src/runtime/clock.js';

/**
 * Time that passes `speed` times as fast, so that a test of long waits is not one of patience.
 * @param begun the moment at which it agrees with the system clock: processes that share it agree with each other
 */
export function hurriedClock(speed: number, begun = systemClock.now()): Clock {
  const now = () => Math.round(begun + (systemClock.now() - begun) * speed);
  return { now, monotonic: now, sleep: (ms, signal) => systemClock.sleep(ms / speed, signal) };
}

/** Is set forward or back, by up to `mostMs`, each time that something waits for it. */
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
      // Small and large jumps alike: those that fit between two times of the gateway's, and those that outdo them all.
      aheadMs = Math.round((2 * random() - 1) * (random() < 0.5 ? Math.min(most, 90 * SECOND) : most));
      return systemClock.sleep(ms, signal);
    },
    stop() {
      most = 0;
      aheadMs = 0;
    },
  };
}
