import { expect, test } from '@jest/globals';
import type { Follower } from '../../src/transitions/log-stream.js';
import { Followers } from '../../src/transitions/subscribers.js';
import { bytesLeftByEach } from '../support/checks/heap.js';

test.each([1, 2])('nothing stays of a task when the last of its followers has gone: %d', async (count) => {
  const followers = new Followers(() => {});
  const each = Array.from({ length: count }, (): Follower => ({ wake: () => {} }));
  const follow = (taskId: string): void => {
    for (const follower of each) followers.add(taskId, follower);
    for (const follower of each) followers.remove(taskId, follower);
  };
  expect(await bytesLeftByEach((round) => follow(`task ${round}`))).toBeLessThan(20);
});
