/**
 * A receiver reads a stream of a long log. It gets every transition once and in order, without recursion, and with
 * pauses for other work.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Receiver } from '../../src/runtime/pull-stream.js';
import { LogStream, type LogStreamSource } from '../../src/transitions/log-stream.js';

/** A log of `count` transitions that is read synchronously. The last one is terminal. */
function logOf(count: number): LogStreamSource<number> & { attached(): number } {
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

describe('LogStream', () => {
  test('a receiver that pulls again in take gets every transition once and in order, and other work runs after every page', async () => {
    const count = 50_000;
    const positions: number[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      const stream = new LogStream(logOf(count), 0);
      const receiver: Receiver<number> = {
        take(result) {
          if (result.done === true) return resolve();
          positions.push(result.value);
          stream.pull(receiver);
        },
        fail: reject,
      };
      stream.pull(receiver);
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

  test('a receiver that returns in take ends the stream for all pulls that wait', async () => {
    const log = logOf(2);
    const stream = new LogStream({ ...log, read: async (after, limit) => log.read(after, limit) }, 0);
    const results: unknown[] = [];
    const take = (result: unknown): void => {
      results.push(result);
      void stream.return();
    };
    stream.pull({ take, fail: take });
    stream.pull({ take, fail: take });
    await stream.next();
    expect(results).toEqual([
      { done: false, value: 1 },
      { done: true, value: undefined },
    ]);
    expect(log.attached()).toBe(0);
  });
});
