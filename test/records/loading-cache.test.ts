import { expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { createLoadingCache } from '../../src/records/loading-cache.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

function openCache() {
  const clock = createManualClock();
  const cache = createLoadingCache<string>(clock, (answer) => answer !== 'a problem');
  return { clock, cache };
}

test('a question in flight is cached, however long it takes, and its answer for 2 s more', async () => {
  const { clock, cache } = openCache();
  let answer: (text: string) => void = () => {};
  const asked = cache.load('a key', () => new Promise((resolve) => (answer = resolve)));
  await clock.advance(60 * SECOND);
  expect(cache.get('a key', 0)).toBe(asked);
  answer('an answer');
  await asked;
  await clock.advance(2 * SECOND - 1);
  expect(await cache.get('a key', 0)).toBe('an answer');
  await clock.advance(1);
  expect(cache.get('a key', 0)).toBeNull();
});

test('an answer is as old as its question, and none is required to be newer than now', async () => {
  const { clock, cache } = openCache();
  const askedAt = clock.now();
  await cache.load('a key', async () => 'an answer');
  expect(await cache.get('a key', askedAt)).toBe('an answer');
  expect(await cache.get('a key', askedAt + 1000 * SECOND)).toBe('an answer');
  await clock.advance(1);
  expect(cache.get('a key', askedAt + 1)).toBeNull();
});

test('a failed question is asked again', async () => {
  const { cache } = openCache();
  await expect(cache.load('a key', async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(cache.get('a key', 0)).toBeNull();
  await cache.load('a key', async () => 'a problem');
  expect(cache.get('a key', 0)).toBeNull();
});

test('a late problem does not replace the answer that took its place', async () => {
  const { cache } = openCache();
  let fail: (text: string) => void = () => {};
  const slow = cache.load('a key', () => new Promise((resolve) => (fail = resolve)));
  await cache.load('a key', async () => 'an answer');
  fail('a problem');
  await slow;
  expect(await cache.get('a key', 0)).toBe('an answer');
});

test('at most a thousand answers are kept, and the oldest are dropped first', async () => {
  const { cache } = openCache();
  for (let key = 0; key <= 1000; key += 1) await cache.load(String(key), async () => 'an answer');
  expect(cache.get('0', 0)).toBeNull();
  expect(cache.get('1', 0)).not.toBeNull();
  expect(cache.get('1000', 0)).not.toBeNull();
});

test('forgotten answers are asked for again, one or all', async () => {
  const { cache } = openCache();
  for (const key of ['a', 'b', 'c']) await cache.load(key, async () => 'an answer');
  cache.forget('a');
  expect([cache.get('a', 0) === null, cache.get('b', 0) === null]).toEqual([true, false]);
  cache.forgetAll();
  expect([cache.get('b', 0), cache.get('c', 0)]).toEqual([null, null]);
});
