/**
 * What AWS answered a moment ago, and what it is being asked: the same question is not asked twice at once, nor again while its answer
 * is young. Shared by all requests of a process. Answers that are not worth keeping are forgotten as soon as they are given.
 */
import { createTtlCache } from '../runtime/cache.js';
import { SECOND, type Clock } from '../runtime/clock.js';

/** Long enough for one screen's requests to share their calls; too short for a person to see old news. */
export const CACHE_MS = 2 * SECOND;
const MAX_ENTRIES = 1000;

export type Memory<T> = {
  /** The kept answer for `key`, or the one under way; null when there is none that was asked for at `notBefore` of the monotonic clock or later. */
  recall(key: string, notBefore: number): Promise<T> | null;
  /** Asks, and remembers the answer. */
  learn(key: string, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
  forgetAll(): void;
};

type Entry<T> = { readonly askedAt: number; readonly answer: Promise<T> };

export function createMemory<T>(clock: Clock, isKept: (answer: T) => boolean): Memory<T> {
  const entries = createTtlCache<Entry<T>>(clock, MAX_ENTRIES);

  return {
    recall(key, notBefore) {
      const entry = entries.get(key);
      // Nothing can be newer than now.
      return entry === undefined || entry.askedAt < Math.min(notBefore, clock.monotonic()) ? null : entry.answer;
    },
    learn(key, ask) {
      entries.purgeStale();
      const entry: Entry<T> = { askedAt: clock.monotonic(), answer: ask() };
      // The answer counts as young however long it takes.
      entries.set(key, entry, { ttl: 0 });
      const settle = (kept: boolean): void => {
        // Another question may stand in its place by now, or none.
        if (entries.peek(key) !== entry) return;
        // The cache still has an entry when exactly its time is over.
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
