import { expect, test } from '@jest/globals';
import { createSizedCache, createTtlCache } from '../../../src/runtime/loading/cache.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

test('a sized cache keeps the most recently used entries, within both bounds', () => {
  const cache = createSizedCache<string>({ entries: 2, characters: 10 });
  cache.set('a', 'A', { size: 4 });
  cache.set('b', 'B', { size: 4 });
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', { size: 4 });
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  cache.set('d', 'D', { size: 9 });
  expect([cache.size, cache.get('d')]).toEqual([1, 'D']);
  cache.set('e', 'too large for all of it', { size: 11 });
  expect([cache.size, cache.get('e')]).toEqual([1, undefined]);
});

test('a cache with a time to live keeps an entry for that time by the given clock, even if it is used often', async () => {
  const clock = createManualClock();
  const cache = createTtlCache<string>(clock, 10);
  cache.set('a', 'A', { ttl: 1000 });
  cache.set('b', 'B', { ttl: 0 });
  await clock.advance(1000);
  expect([cache.get('a'), cache.has('a')]).toEqual(['A', true]);
  await clock.advance(1);
  expect([cache.has('a'), cache.get('a'), cache.get('b')]).toEqual([false, undefined, 'B']);
});

test('a cache with a time to live frees expired entries, and holds no more than its bound', async () => {
  const clock = createManualClock();
  const cache = createTtlCache<string>(clock, 2);
  cache.set('a', 'A', { ttl: 1000 });
  await clock.advance(1001);
  cache.purgeStale();
  expect(cache.size).toBe(0);
  for (const key of ['b', 'c', 'd']) cache.set(key, key, { ttl: 1000 });
  expect([cache.has('b'), cache.has('c'), cache.has('d')]).toEqual([false, true, true]);
});
