/** A look at what a stream begins with takes nothing from it. */
import { describe, expect, test } from '@jest/globals';
import { Follow, type Follower, type FollowSource } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';

function createLog(count: number) {
  const rows: LoggedTransition[] = [];
  const commit = (): void => {
    const position = rows.length + 1;
    rows.push({ position, taskId: 't', sequence: position, terminal: false, recordedAt: 0, payload: '' });
  };
  for (let row = 0; row < count; row += 1) commit();
  const followers = new Set<Follower>();
  let reads = 0;
  const source: FollowSource<number> = {
    async read(after, limit) {
      reads += 1;
      return rows.filter(({ position }) => position > after).slice(0, limit);
    },
    attach: (follower) => void followers.add(follower),
    detach: (follower) => void followers.delete(follower),
    map: ({ position }) => position,
    isLast: () => false,
  };
  return {
    source,
    followers,
    reads: () => reads,
    commit() {
      commit();
      for (const follower of followers) follower.wake(0);
    },
  };
}

describe('a look at what a stream begins with', () => {
  test('shows the first transition, which is then delivered from the same read', async () => {
    const log = createLog(2);
    const follow = new Follow(log.source, 1);
    expect(await follow.peek()).toMatchObject({ position: 2 });
    expect(await follow.next()).toEqual({ done: false, value: 2 });
    const next = follow.next();
    expect(log.reads()).toBe(1);
    log.commit();
    expect(await next).toEqual({ done: false, value: 3 });
  });

  test('shows null where nothing has come yet, and nothing is missed that comes during the read', async () => {
    const log = createLog(0);
    const follow = new Follow(log.source, 0);
    const peeked = follow.peek();
    log.commit();
    expect(await peeked).toBeNull();
    expect(await follow.next()).toEqual({ done: false, value: 1 });
  });

  test('fails as the read fails, and leaves the stream to be closed', async () => {
    const log = createLog(0);
    const follow = new Follow({ ...log.source, read: () => Promise.reject(new Error('away')) }, 0);
    await expect(follow.peek()).rejects.toThrow('away');
    await expect(follow.throw(new Error('away'))).rejects.toThrow('away');
    expect(log.followers.size).toBe(0);
  });
});
