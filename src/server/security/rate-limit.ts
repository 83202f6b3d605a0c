/**
 * Token buckets by subject. The bucket of a subject is deleted once it is full again, so that memory follows the recent
 * callers and not all callers.
 */
import { SECOND, type Clock } from '../../runtime/clock.js';
import type { Rate } from './limits.js';

export type RateLimit = {
  /**
   * Takes `count` tokens or none, but never more than a full bucket.
   * @returns 0, or the wait in ms until they are available
   */
  take(subject: string, count?: number): number;
};

export function createRateLimit(rate: Rate, clock: Clock): RateLimit {
  const buckets = new Map<string, { tokens: number; filledAt: number }>();
  const fullAfterMs = (rate.burst / rate.perSecond) * SECOND;
  let sweptAt = clock.monotonic();

  function forgetFull(now: number): void {
    if (now - sweptAt < fullAfterMs) return;
    sweptAt = now;
    for (const [subject, bucket] of buckets) {
      if (now - bucket.filledAt >= fullAfterMs) buckets.delete(subject);
    }
  }

  return {
    take(subject, count = 1) {
      const now = clock.monotonic();
      forgetFull(now);
      const bucket = buckets.get(subject) ?? { tokens: rate.burst, filledAt: now };
      buckets.set(subject, bucket);
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.filledAt) / SECOND) * rate.perSecond);
      bucket.filledAt = now;
      const wanted = Math.min(count, rate.burst);
      if (bucket.tokens < wanted) return ((wanted - bucket.tokens) / rate.perSecond) * SECOND;
      bucket.tokens -= wanted;
      return 0;
    },
  };
}
