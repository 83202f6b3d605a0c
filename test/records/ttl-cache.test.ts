import { expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { createMemory } from '../../src/records/ttl-cache.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

function openMemory() {
  const clock = createManualClock();
  const memory = createMemory<string>(clock, (answer) => answer !== 'a problem');
  return { clock, memory };
}

test('a question is remembered while it is being asked, however long that takes, and its answer for 2 s more', async () => {
  const { clock, memory } = openMemory();
  let answer: (text: string) => void = () => {};
  const asked = memory.learn('a key', () => new Promise((resolve) => (answer = resolve)));
  await clock.advance(60 * SECOND);
  expect(memory.recall('a key', 0)).toBe(asked);
  answer('an answer');
  await asked;
  await clock.advance(2 * SECOND - 1);
  expect(await memory.recall('a key', 0)).toBe('an answer');
  await clock.advance(1);
  expect(memory.recall('a key', 0)).toBeNull();
});

test('an answer counts from when it was asked for, and nothing can be asked for later than now', async () => {
  const { clock, memory } = openMemory();
  const askedAt = clock.now();
  await memory.learn('a key', async () => 'an answer');
  expect(await memory.recall('a key', askedAt)).toBe('an answer');
  expect(await memory.recall('a key', askedAt + 1000 * SECOND)).toBe('an answer');
  await clock.advance(1);
  expect(memory.recall('a key', askedAt + 1)).toBeNull();
});

test('a question that failed is asked again', async () => {
  const { memory } = openMemory();
  await expect(memory.learn('a key', async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(memory.recall('a key', 0)).toBeNull();
  await memory.learn('a key', async () => 'a problem');
  expect(memory.recall('a key', 0)).toBeNull();
});

test('a late problem does not drop the answer that took its place', async () => {
  const { memory } = openMemory();
  let fail: (text: string) => void = () => {};
  const slow = memory.learn('a key', () => new Promise((resolve) => (fail = resolve)));
  await memory.learn('a key', async () => 'an answer');
  fail('a problem');
  await slow;
  expect(await memory.recall('a key', 0)).toBe('an answer');
});

test('no more than a thousand answers are kept: the first go first', async () => {
  const { memory } = openMemory();
  for (let key = 0; key <= 1000; key += 1) await memory.learn(String(key), async () => 'an answer');
  expect(memory.recall('0', 0)).toBeNull();
  expect(memory.recall('1', 0)).not.toBeNull();
  expect(memory.recall('1000', 0)).not.toBeNull();
});

test('what is forgotten is asked again, one or all', async () => {
  const { memory } = openMemory();
  for (const key of ['a', 'b', 'c']) await memory.learn(key, async () => 'an answer');
  memory.forget('a');
  expect([memory.recall('a', 0) === null, memory.recall('b', 0) === null]).toEqual([true, false]);
  memory.forgetAll();
  expect([memory.recall('b', 0), memory.recall('c', 0)]).toEqual([null, null]);
});
