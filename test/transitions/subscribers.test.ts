import { expect, test } from '@jest/globals';
import type { Subscriber } from '../../src/transitions/log-stream.js';
import { Subscribers } from '../../src/transitions/subscribers.js';
import { bytesLeftByEach } from '../support/checks/heap.js';

test.each([1, 2])('a task leaves nothing in memory when the last of its subscribers has left: %d', async (count) => {
  const subscribers = new Subscribers(() => {});
  const each = Array.from({ length: count }, (): Subscriber => ({ wake: () => {} }));
  const follow = (taskId: string): void => {
    for (const subscriber of each) subscribers.add(taskId, subscriber);
    for (const subscriber of each) subscribers.remove(taskId, subscriber);
  };
  expect(await bytesLeftByEach((round) => follow(`task ${round}`))).toBeLessThan(20);
});
