/** Caches with a bound, so that no caller can grow the process. The least recently used entry is evicted first. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';

/**
 * Bounds the number of entries and the characters of source that they stand for. Set each entry with its number of
 * characters as `size`.
 */
export function createSizedCache<Value extends {}>(bounds: {
  readonly entries: number;
  readonly characters: number;
}): LRUCache<string, Value> {
  return new LRUCache({ max: bounds.entries, maxSize: bounds.characters });
}

/** Holds so many entries, each under the object that it belongs to. */
export function createObjectCache<Key extends object, Value extends {}>(entries: number): LRUCache<Key, Value> {
  return new LRUCache({ max: entries });
}

/**
 * Set each entry with its time to live as `ttl`; 0 means no expiry. Expired entries are not returned, and `purgeStale`
 * frees their memory.
 */
export function createTtlCache<Value extends {}>(clock: Clock, entries: number): LRUCache<string, Value> {
  // With a resolution, the library would cache the current time, by a timer of its own.
  return new LRUCache({ max: entries, ttlResolution: 0, perf: { now: () => clock.monotonic() } });
}
