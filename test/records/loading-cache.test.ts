import { expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { createLoadingCache } from '../../src/records/loading-cache.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

const UNEDITED = { version: '', isChanging: false };
const since = (notBefore: number, version = '') => ({ notBefore, version, isChanging: false });

function openCache() {
  const clock = createManualClock();
  const cache = createLoadingCache<string>(clock, (answer) => answer !== 'a problem');
  return { clock, cache };
}

test('a question in flight is cached, however long it takes, and its answer for 2 s more', async () => {
  const { clock, cache } = openCache();
  let answer: (text: string) => void = () => {};
  const asked = cache.load('a key', UNEDITED, () => new Promise((resolve) => (answer = resolve)));
  await clock.advance(60 * SECOND);
  expect(cache.get('a key', since(0))).toBe(asked);
  answer('an answer');
  await asked;
  await clock.advance(2 * SECOND - 1);
  expect(await cache.get('a key', since(0))).toBe('an answer');
  await clock.advance(1);
  expect(cache.get('a key', since(0))).toBeNull();
});

test('an answer is as old as its question, and none is required to be newer than now', async () => {
  const { clock, cache } = openCache();
  const askedAt = clock.now();
  await cache.load('a key', UNEDITED, async () => 'an answer');
  expect(await cache.get('a key', since(askedAt))).toBe('an answer');
  expect(await cache.get('a key', since(askedAt + 1000 * SECOND))).toBe('an answer');
  await clock.advance(1);
  expect(cache.get('a key', since(askedAt + 1))).toBeNull();
});

test('a failed question is asked again', async () => {
  const { cache } = openCache();
  await expect(cache.load('a key', UNEDITED, async () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(cache.get('a key', since(0))).toBeNull();
  await cache.load('a key', UNEDITED, async () => 'a problem');
  expect(cache.get('a key', since(0))).toBeNull();
});

test('a late problem does not replace the answer that took its place', async () => {
  const { cache } = openCache();
  let fail: (text: string) => void = () => {};
  const slow = cache.load('a key', UNEDITED, () => new Promise((resolve) => (fail = resolve)));
  await cache.load('a key', UNEDITED, async () => 'an answer');
  fail('a problem');
  await slow;
  expect(await cache.get('a key', since(0))).toBe('an answer');
});

test('at most a thousand answers are kept, and the oldest are dropped first', async () => {
  const { cache } = openCache();
  for (let key = 0; key <= 1000; key += 1) await cache.load(String(key), UNEDITED, async () => 'an answer');
  expect(cache.get('0', since(0))).toBeNull();
  expect(cache.get('1', since(0))).not.toBeNull();
  expect(cache.get('1000', since(0))).not.toBeNull();
});

test('forgotten answers are asked for again, one or all', async () => {
  const { cache } = openCache();
  for (const key of ['a', 'b', 'c']) await cache.load(key, UNEDITED, async () => 'an answer');
  cache.forget('a');
  expect([cache.get('a', since(0)) === null, cache.get('b', since(0)) === null]).toEqual([true, false]);
  cache.forgetAll();
  expect([cache.get('b', since(0)), cache.get('c', since(0))]).toEqual([null, null]);
});

test('an answer, or a question in flight, from before an edit is not used after it', async () => {
  const { cache } = openCache();
  await cache.load('a key', UNEDITED, async () => 'before');
  expect(cache.get('a key', since(0, 'edited'))).toBeNull();
  let answer: (text: string) => void = () => {};
  const late = cache.load('a key', UNEDITED, () => new Promise((resolve) => (answer = resolve)));
  expect(cache.get('a key', since(0, 'edited'))).toBeNull();
  await cache.load('a key', since(0, 'edited'), async () => 'after');
  answer('before');
  await late;
  expect(await cache.get('a key', since(0, 'edited'))).toBe('after');
});

test('an answer about a record that is changing is shared while it is in flight, and is not kept', async () => {
  const { cache } = openCache();
  let answer: (text: string) => void = () => {};
  const changing = { version: 'edited', isChanging: true };
  const asked = cache.load('a key', changing, () => new Promise((resolve) => (answer = resolve)));
  expect(cache.get('a key', { ...changing, notBefore: 0 })).toBe(asked);
  answer('an answer');
  await asked;
  expect(cache.get('a key', { ...changing, notBefore: 0 })).toBeNull();
});
