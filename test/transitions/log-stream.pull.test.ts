/** Readers that are called, instead of waiting for a promise: as many transitions in the same order, and no deeper for being asked for at once. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Receiver } from '../../src/runtime/pull-stream.js';
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
        facts: '',
      }));
    },
    attach: () => void (attached += 1),
    detach: () => void (attached -= 1),
    map: ({ position }) => position,
    isLast: ({ terminal }) => terminal,
  };
}

describe('a reader that is called', () => {
  test('and asks again meanwhile gets every transition once and in order, then the end, and lets others run after every page', async () => {
    const count = 50_000;
    const positions: number[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      const follow = new Follow(logOf(count), 0);
      const reader: Receiver<number> = {
        take(result) {
          if (result.done === true) return resolve();
          positions.push(result.value);
          follow.pull(reader);
        },
        fail: reject,
      };
      follow.pull(reader);
    });
    const inOneTurn: number[] = [];
    for (let seen = 0; seen < count; seen = positions.length) {
      await turnOfTheLoop();
      inOneTurn.push(positions.length - seen);
    }
    await ended;
    expect(positions).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(Math.max(...inOneTurn)).toBeLessThanOrEqual(32);
  });

  test('and returns meanwhile ends the stream for all who wait for it', async () => {
    const log = logOf(2);
    const follow = new Follow({ ...log, read: async (after, limit) => log.read(after, limit) }, 0);
    const results: unknown[] = [];
    const take = (result: unknown): void => {
      results.push(result);
      void follow.return();
    };
    follow.pull({ take, fail: take });
    follow.pull({ take, fail: take });
    await follow.next();
    expect(results).toEqual([
      { done: false, value: 1 },
      { done: true, value: undefined },
    ]);
    expect(log.attached()).toBe(0);
  });
});
