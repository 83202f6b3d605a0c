/** Answers of one turn of the event loop are written together at its end, and no answer waits for more than a few others. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createWriteTogether } from '../../src/server/write-together.js';

/** @returns the numbers of those that have their turn so far. */
function waitAll(count: number): readonly number[] {
  const turn = createWriteTogether();
  const released: number[] = [];
  for (let index = 0; index < count; index += 1) void turn().then(() => released.push(index));
  return released;
}

async function microtasks(): Promise<void> {
  for (let index = 0; index < 10; index += 1) await Promise.resolve();
}

test('all that wait in one turn go on at its end, in their order', async () => {
  const released = waitAll(3);
  await microtasks();
  expect(released).toEqual([]);
  await turnOfTheLoop();
  expect(released).toEqual([0, 1, 2]);
});

test('sixteen go on at once, and the others at the end of the turn', async () => {
  const released = waitAll(20);
  await microtasks();
  expect(released).toEqual(Array.from({ length: 16 }, (_, index) => index));
  await turnOfTheLoop();
  expect(released).toHaveLength(20);
});

test('what comes in a later turn waits for the end of that one', async () => {
  const turn = createWriteTogether();
  await turn();
  let released = false;
  void turn().then(() => (released = true));
  await microtasks();
  expect(released).toBe(false);
  await turnOfTheLoop();
  expect(released).toBe(true);
});
