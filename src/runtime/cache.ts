/** Caches with a bound on what they hold, so that no caller can grow the process: the least recently used entry goes first. */
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

/** Holds so many entries, and as many characters of source as they stand for: each is set with its number of characters as `size`. */
export function createSizedCache<Value extends {}>(bounds: {
  readonly entries: number;
  readonly characters: number;
}): LRUCache<string, Value> {
  return new LRUCache({ max: bounds.entries, maxSize: bounds.characters });
}

/** Holds so many entries, each by the object that it belongs to. */
export function createObjectCache<Key extends object, Value extends {}>(entries: number): LRUCache<Key, Value> {
  return new LRUCache({ max: entries });
}

/** Each entry is set with its time to live as `ttl`, in which 0 stands for no end. Expired entries are gone, and `purgeStale` frees their memory. */
export function createTtlCache<Value extends {}>(clock: Clock, entries: number): LRUCache<string, Value> {
  // Without a resolution, the library would remember the time for a moment by a timer of its own.
  return new LRUCache({ max: entries, ttlResolution: 0, perf: { now: () => clock.monotonic() } });
}
