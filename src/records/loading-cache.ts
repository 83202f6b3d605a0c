/**
 * AWS's recent answers, and the calls in flight. The same question is not asked twice at once, nor again while its
 * answer is fresh. All requests of a process share the cache. Answers that are not worth keeping are dropped at once.
 */
import { createTtlCache } from '../runtime/loading/cache.js';
import { SECOND, type Clock } from '../runtime/clock.js';

/** Long enough for the requests of one screen to share their calls, and too short for a person to see outdated data. */
export const CACHE_MS = 2 * SECOND;
const MAX_ENTRIES = 1000;

export type LoadingCache<T> = {
  /**
   * The cached answer for `key`, or the one in flight; null when none was asked for at `notBefore` of the monotonic
   * clock or later.
   */
  get(key: string, notBefore: number): Promise<T> | null;
  /** Asks, and caches the answer. */
  load(key: string, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
  forgetAll(): void;
};

type Entry<T> = { readonly askedAt: number; readonly answer: Promise<T> };

export function createLoadingCache<T>(clock: Clock, isKept: (answer: T) => boolean): LoadingCache<T> {
  const entries = createTtlCache<Entry<T>>(clock, MAX_ENTRIES);

  return {
    get(key, notBefore) {
      const entry = entries.get(key);
      // An answer cannot be newer than now.
      return entry === undefined || entry.askedAt < Math.min(notBefore, clock.monotonic()) ? null : entry.answer;
    },
    load(key, ask) {
      entries.purgeStale();
      const entry: Entry<T> = { askedAt: clock.monotonic(), answer: ask() };
      // A call in flight does not expire, however long it takes.
      entries.set(key, entry, { ttl: 0 });
      const settle = (kept: boolean): void => {
        // Another question may have replaced this one.
        if (entries.peek(key) !== entry) return;
        // The cache still returns an entry at the exact end of its time to live.
        if (kept) entries.set(key, entry, { ttl: CACHE_MS - 1 });
        else entries.delete(key);
      };
      entry.answer.then(
        (answer) => settle(isKept(answer)),
        () => settle(false),
      );
      return entry.answer;
    },
    forget: (key) => void entries.delete(key),
    forgetAll: () => entries.clear(),
  };
}
