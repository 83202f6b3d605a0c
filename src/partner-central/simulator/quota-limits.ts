/**
 * Limits the calls of the account: a rate per second and a count in any 24 hours, for reads and for writes. AWS
 * publishes the numbers but not how it counts; this is the strictest reading. Calls spaced exactly at the rate always
 * pass, even if the network makes some arrive up to 250 ms early. Over time no more than the rate passes. A refused
 * call does not count.
 */
import { DAY, SECOND } from '../../runtime/clock.js';

export const JITTER_TOLERANCE_MS = 250;

export type Quota = {
  /**
   * Counts a call at `now`, a time of a clock that is never set back.
   * @returns false, without counting the call, if the quota is used up
   */
  take(now: number): boolean;
};

export function createQuota(perSecond: number, perDay: number): Quota {
  const spacingMs = SECOND / perSecond;
  /** Generic cell rate algorithm: the time of the next call if all calls came exactly at the rate. */
  let expectedAt = -Infinity;
  /** The calls of the last 24 hours, oldest first. Calls before the index `oldest` have left the window. */
  let taken: number[] = [];
  let oldest = 0;

  function countOfDay(now: number): number {
    while ((taken[oldest] ?? Infinity) <= now - DAY) oldest++;
    if (oldest > taken.length / 2) {
      taken = taken.slice(oldest);
      oldest = 0;
    }
    return taken.length - oldest;
  }

  return {
    take(now) {
      if (now < expectedAt - JITTER_TOLERANCE_MS || countOfDay(now) >= perDay) return false;
      expectedAt = Math.max(now, expectedAt) + spacingMs;
      if (perDay !== Infinity) taken.push(now);
      return true;
    },
  };
}
