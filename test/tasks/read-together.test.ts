import { expect, test } from '@jest/globals';
import { createSharing, createTaskReader } from '../../src/tasks/read-together.js';
import type { Task } from '../../src/tasks/task.js';
import { isSettled, taskWith } from '../support/core.js';
import { bytesLeftByEach } from '../support/heap.js';

/** A database that answers each statement when the test says so. */
function createDatabase(ids: readonly string[]) {
  const statements: { readonly ids: readonly string[]; answer(): void; fail(error: Error): void }[] = [];
  const read = async (asked: readonly string[]): Promise<Task[]> =>
    new Promise((resolve, reject) => {
      statements.push({ ids: asked, answer: () => resolve(asked.filter((id) => ids.includes(id)).reverse().map((id) => taskWith({ id }))), fail: reject });
    });
  return { statements, read: createTaskReader(read) };
}

test('those who ask while two statements are under way share the third', async () => {
  const { statements, read } = createDatabase(['a', 'b', 'c', 'd']);
  const answers = Promise.all(['a', 'b', 'c', 'd', 'none', 'c'].map(read));
  expect(statements.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
  statements[0]?.answer();
  expect(await isSettled(answers)).toBe(false);
  expect(statements.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd', 'none']]);
  statements[1]?.answer();
  statements[2]?.answer();
  expect((await answers).map((task) => task?.id)).toEqual(['a', 'b', 'c', 'd', undefined, 'c']);
});

test('nobody is answered by a statement that began before they asked', async () => {
  const { statements, read } = createDatabase(['a']);
  const first = read('a');
  const second = read('a');
  expect(statements).toHaveLength(2);
  const third = read('a');
  statements[0]?.answer();
  await first;
  expect(await isSettled(third)).toBe(false);
  expect(statements).toHaveLength(3);
  statements[1]?.answer();
  statements[2]?.answer();
  expect((await Promise.all([second, third])).map((task) => task?.id)).toEqual(['a', 'a']);
});

test('a statement that fails fails those who share it, and no others', async () => {
  const { statements, read } = createDatabase(['a', 'b']);
  const first = read('a');
  const second = read('b');
  const third = [read('a'), read('b')];
  statements[0]?.fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  statements[2]?.fail(new Error('still gone'));
  for (const asked of third) await expect(asked).rejects.toThrow('still gone');
  statements[1]?.answer();
  expect((await second)?.id).toBe('b');
  const later = read('a');
  statements[3]?.answer();
  expect((await later)?.id).toBe('a');
});

test('an id that no database can hold is nobody else\'s trouble', async () => {
  const { statements, read } = createDatabase([]);
  expect(await read('a\0')).toBeNull();
  expect(statements).toEqual([]);
});

test('more than a statement takes are read by the next ones', async () => {
  const ids = Array.from({ length: 2500 }, (_, index) => `task ${index}`);
  const { statements, read } = createDatabase(ids);
  const answers = Promise.all(ids.map(read));
  for (let done = 0; done < statements.length; done += 1) {
    statements[done]?.answer();
    await isSettled(answers);
  }
  expect((await answers).map((task) => task?.id)).toEqual(ids);
  expect(statements.map((statement) => statement.ids.length)).toEqual([1, 1, 1000, 1000, 498]);
});

/** Reads that answer when the test says so. */
function createReads() {
  const begun: { readonly key: string; answer(text: string): void; fail(error: Error): void }[] = [];
  const share = createSharing<string>();
  const read = (key: string): Promise<string> => share(key, () => new Promise((resolve, reject) => begun.push({ key, answer: resolve, fail: reject })));
  return { begun, read };
}

test('those who want the same while two reads of it are under way share the third', async () => {
  const { begun, read } = createReads();
  const answers = ['same', 'same', 'same', 'same', 'other'].map(read);
  expect(begun.map(({ key }) => key)).toEqual(['same', 'same', 'other']);
  begun[1]?.answer('second');
  expect(await answers[1]).toBe('second');
  expect(await isSettled(Promise.race([answers[0], answers[2], answers[3], answers[4]]))).toBe(false);
  expect(begun.map(({ key }) => key)).toEqual(['same', 'same', 'other', 'same']);
  const later = read('same');
  begun[3]?.answer('third');
  expect(await Promise.all([answers[2], answers[3]])).toEqual(['third', 'third']);
  // It came after the third began.
  expect(await isSettled(later)).toBe(false);
  begun[4]?.answer('fourth');
  expect(await later).toBe('fourth');
});

test('a shared read that fails fails those who share it, and the next one goes on', async () => {
  const { begun, read } = createReads();
  const answers = ['same', 'same', 'same', 'same'].map(read);
  begun[0]?.fail(new Error('gone'));
  await expect(answers[0]).rejects.toThrow('gone');
  begun[2]?.fail(new Error('still gone'));
  for (const shared of answers.slice(2)) await expect(shared).rejects.toThrow('still gone');
  begun[1]?.answer('second');
  expect(await answers[1]).toBe('second');
  const alone = read('same');
  begun[3]?.answer('alone');
  expect(await alone).toBe('alone');
});

test('nothing stays of a shared read that is over', async () => {
  const share = createSharing<number>();
  expect(await bytesLeftByEach((round) => share(`key ${round}`, async () => round))).toBeLessThan(20);
});
