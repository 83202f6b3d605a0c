/**
 * AWS's recent answers, and the calls in flight. The same question is not asked twice at once, nor again while its
 * answer is fresh. An edit of the record makes both stale. All requests of a process share the cache. Answers that are
 * not worth keeping are dropped at once.
 */
import { createTtlCache } from '../runtime/loading/cache.js';
import { SECOND, type Clock } from '../runtime/clock.js';
import type { RecordVersion } from './edited-records.js';

/** Long enough for the requests of one screen to share their calls, and too short for a person to see outdated data. */
export const CACHE_MS = 2 * SECOND;
const MAX_ENTRIES = 1000;

/** The answers that serve a look-up. */
export type Freshness = RecordVersion & {
  /** The time of the monotonic clock at which the question was asked, or later. */
  readonly notBefore: number;
};

export type LoadingCache<T> = {
  /** The cached answer for `key`, or the one in flight; null when neither is fresh enough. */
  get(key: string, freshness: Freshness): Promise<T> | null;
  /** Asks, and caches the answer unless the record is changing. */
  load(key: string, freshness: RecordVersion, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
  forgetAll(): void;
};

type Entry<T> = { readonly askedAt: number; readonly version: string; readonly answer: Promise<T> };

export function createLoadingCache<T>(clock: Clock, isKept: (answer: T) => boolean): LoadingCache<T> {
  const entries = createTtlCache<Entry<T>>(clock, MAX_ENTRIES);

  return {
    get(key, { version, notBefore }) {
      const entry = entries.get(key);
      if (entry === undefined || entry.version !== version) return null;
      // An answer cannot be newer than now.
      return entry.askedAt < Math.min(notBefore, clock.monotonic()) ? null : entry.answer;
    },
    load(key, { version, isChanging }, ask) {
      entries.purgeStale();
      const entry: Entry<T> = { askedAt: clock.monotonic(), version, answer: ask() };
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
        (answer) => settle(!isChanging && isKept(answer)),
        () => settle(false),
      );
      return entry.answer;
    },
    forget: (key) => void entries.delete(key),
    forgetAll: () => entries.clear(),
  };
}
