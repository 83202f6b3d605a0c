/** A reader of a long log gets every transition once and in order, and lets others run. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Follow, type FollowSource } from '../../src/transitions/log-stream.js';

/** A log of that many transitions, the last of them terminal, that is read without waiting. */
function logOf(count: number): FollowSource<number> & { attached(): number } {
  let attached = 0;
  return {
    attached: () => attached,
    read(after, limit) {
      const positions = Array.from({ length: Math.min(limit, count - after) }, (_, index) => after + index + 1);
      return positions.map((position) => ({
        position,
        taskId: 't',
        sequence: position,
        terminal: position === count,
        recordedAt: 0,
        payload: '',
      }));
    },
    attach: () => void (attached += 1),
    detach: () => void (attached -= 1),
    map: ({ position }) => position,
    isLast: ({ terminal }) => terminal,
  };
}

test('a reader of a long log gets every transition once and in order, then the end, and lets others run after every page', async () => {
  const count = 50_000;
  const positions: number[] = [];
  const log = logOf(count);
  const follow = new Follow(log, 0);
  const ended = (async () => {
    for (let result = await follow.next(); result.done !== true; result = await follow.next())
      positions.push(result.value);
  })();
  const inOneTurn: number[] = [];
  for (let seen = 0; seen < count; seen = positions.length) {
    await turnOfTheLoop();
    inOneTurn.push(positions.length - seen);
  }
  await ended;
  expect(positions).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect(Math.max(...inOneTurn)).toBeLessThanOrEqual(32);
  expect(log.attached()).toBe(0);
});
