/**
 * How many calls the account may make: so many a second and so many in any 24 hours, reads and writes apart. AWS publishes the
 * numbers but not how it counts them; this is the strictest reading. Calls spaced exactly at the rate always pass, even when
 * the network makes some of them arrive up to 250 ms early, and over time no more than the rate passes. A refused call counts
 * for nothing.
 */
import { DAY, SECOND } from '../../runtime/clock.js';

export const JITTER_TOLERANCE_MS = 250;

export type Quota = {
  /** Counts a call at `now`, by a clock that is never set back. @returns false, without counting it, when the quota is used up */
  take(now: number): boolean;
};

export function createQuota(perSecond: number, perDay: number): Quota {
  const spacingMs = SECOND / perSecond;
  /** The generic cell rate algorithm: when the next call would arrive if all came at exactly the rate. */
  let expectedAt = -Infinity;
  /** The calls of the last 24 hours, oldest first; those before `oldest` have left the window and wait to be cut off. */
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
