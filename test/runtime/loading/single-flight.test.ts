import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createSingleFlight } from '../../../src/runtime/loading/single-flight.js';
import { isSettled } from '../../support/harness/task-harness.js';
import { bytesLeftByEach } from '../../support/checks/heap.js';

/** Reads that answer when the test says so. */
function createReads() {
  const begun: { readonly key: string; answer(text: string): void; fail(error: Error): void }[] = [];
  const share = createSingleFlight<string>();
  const read = (key: string): Promise<string> =>
    share(key, () => new Promise((resolve, reject) => begun.push({ key, answer: resolve, fail: reject })));
  return { begun, read };
}

test('requests for a key within one turn of the event loop share one read', async () => {
  const { begun, read } = createReads();
  const answers = Promise.all(['same', 'other', 'same'].map(read));
  await turnOfTheLoop();
  expect(begun.map(({ key }) => key)).toEqual(['same', 'other']);
  for (const each of begun) each.answer(`read under ${each.key}`);
  expect(await answers).toEqual(['read under same', 'read under other', 'read under same']);
});

test('requests for a key during two reads in flight share the third', async () => {
  const { begun, read } = createReads();
  const first = read('same');
  await turnOfTheLoop();
  const second = read('same');
  await turnOfTheLoop();
  const shared = ['same', 'same'].map(read);
  const other = read('other');
  await turnOfTheLoop();
  expect(begun.map(({ key }) => key)).toEqual(['same', 'same', 'other']);
  begun[1]?.answer('second');
  expect(await second).toBe('second');
  expect(await isSettled(Promise.race([first, other, ...shared]))).toBe(false);
  expect(begun.map(({ key }) => key)).toEqual(['same', 'same', 'other', 'same']);
  const later = read('same');
  begun[3]?.answer('third');
  expect(await Promise.all(shared)).toEqual(['third', 'third']);
  // The request came after the third read began.
  expect(await isSettled(later)).toBe(false);
  begun[4]?.answer('fourth');
  expect(await later).toBe('fourth');
});

test('a failed read fails the requests that share it, and the next read continues', async () => {
  const { begun, read } = createReads();
  const shared = ['same', 'same'].map(read);
  await turnOfTheLoop();
  begun[0]?.fail(new Error('gone'));
  for (const each of shared) await expect(each).rejects.toThrow('gone');
  const alone = read('same');
  await turnOfTheLoop();
  begun[1]?.answer('alone');
  expect(await alone).toBe('alone');
});

test('a finished read leaves nothing in memory', async () => {
  const share = createSingleFlight<number>();
  expect(await bytesLeftByEach((round) => share(`key ${round}`, async () => round))).toBeLessThan(20);
});
