import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Follow, type Follower, type FollowSource } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';

/** A log in memory whose reads can be held, so that a test decides what happens between the steps of a follow. */
function createLog() {
  const rows: LoggedTransition[] = [];
  const followers = new Set<Follower>();
  let gate: Promise<void> | null = null;
  let readCount = 0;
  let largestLimit = 0;
  const source: FollowSource<number> = {
    async read(after, limit) {
      readCount += 1;
      largestLimit = Math.max(largestLimit, limit);
      const page = rows.filter((row) => row.position > after).slice(0, limit);
      if (gate !== null) await gate;
      return page;
    },
    attach: (follower) => void followers.add(follower),
    detach: (follower) => void followers.delete(follower),
    map: (row) => (row.payload === 'hidden' ? null : row.position),
    isLast: (row) => row.terminal,
  };
  return {
    source,
    followers,
    reads: () => readCount,
    largestLimit: () => largestLimit,
    commit(options: { terminal?: boolean; hidden?: boolean; silent?: boolean } = {}) {
      const position = rows.length + 1;
      rows.push({
        position,
        taskId: 't',
        sequence: position,
        terminal: options.terminal ?? false,
        recordedAt: 0,
        payload: options.hidden === true ? 'hidden' : '',
      });
      if (options.silent !== true) this.wake();
    },
    wake() {
      for (const follower of followers) follower.wake();
    },
    /** Resolves once that many reads have begun. */
    async whenReads(count: number): Promise<void> {
      while (readCount < count) await Promise.resolve();
    },
    /** Reads taken from now on see the log as it is, but answer only after the returned function is called. */
    holdReads(): () => void {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = () => {
          gate = null;
          resolve();
        };
      });
      return release;
    },
  };
}

async function take(follow: Follow<number>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const result = await follow.next();
    if (result.done === true) break;
    taken.push(result.value);
  }
  return taken;
}

describe('follow', () => {
  test('delivers what was in the log, then what comes, and ends after the terminal transition', async () => {
    const log = createLog();
    log.commit();
    log.commit();
    const follow = new Follow(log.source, 0);
    expect(await take(follow, 2)).toEqual([1, 2]);
    const third = follow.next();
    log.commit({ terminal: true });
    expect(await third).toEqual({ done: false, value: 3 });
    expect(await follow.next()).toEqual({ done: true, value: undefined });
    expect(log.followers.size).toBe(0);
  });

  test('finds a commit that falls between attaching and the first read', async () => {
    const log = createLog();
    const follow = new Follow(log.source, 0);
    log.commit();
    expect(await take(follow, 1)).toEqual([1]);
    await follow.return();
  });

  test('finds a commit that falls between a read that came back empty and the wait after it', async () => {
    const log = createLog();
    const follow = new Follow(log.source, 0);
    const release = log.holdReads();
    const next = follow.next();
    await log.whenReads(1);
    log.commit();
    release();
    expect(await next).toEqual({ done: false, value: 1 });
    await follow.return();
  });

  test('reads again when woken, even if the wake-up was for nothing', async () => {
    const log = createLog();
    const follow = new Follow(log.source, 0);
    const next = follow.next();
    await log.whenReads(1);
    log.wake();
    log.wake();
    await log.whenReads(2);
    log.commit();
    expect(await next).toEqual({ done: false, value: 1 });
    await follow.return();
  });

  test('goes on after a cursor without a gap or a repeat', async () => {
    const log = createLog();
    for (let i = 0; i < 40; i += 1) log.commit();
    const follow = new Follow(log.source, 17);
    expect(await take(follow, 23)).toEqual(Array.from({ length: 23 }, (_, i) => i + 18));
    await follow.return();
  });

  test('settles return() and the pending next() at once while it waits', async () => {
    const log = createLog();
    const follow = new Follow(log.source, 0);
    const next = follow.next();
    await log.whenReads(1);
    expect(await follow.return()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(log.followers.size).toBe(0);
  });

  test('settles return() and the pending next() at once while a read is under way', async () => {
    const log = createLog();
    const release = log.holdReads();
    const follow = new Follow(log.source, 0);
    const next = follow.next();
    await log.whenReads(1);
    await follow.return();
    expect(await next).toEqual({ done: true, value: undefined });
    log.commit();
    release();
    expect(await follow.next()).toEqual({ done: true, value: undefined });
  });

  test('gives two calls of next() that are made at once one transition each', async () => {
    const log = createLog();
    log.commit();
    log.commit();
    const follow = new Follow(log.source, 0);
    const results = await Promise.all([follow.next(), follow.next()]);
    expect(results.map((result) => result.value)).toEqual([1, 2]);
    await follow.return();
  });

  test('leaves out what the reader may not see without stopping at it', async () => {
    const log = createLog();
    log.commit({ hidden: true });
    log.commit();
    log.commit({ hidden: true });
    log.commit({ terminal: true, hidden: true });
    const follow = new Follow(log.source, 0);
    expect(await take(follow, 10)).toEqual([2]);
  });

  test('keeps one small page for a slow reader, however long the log grows', async () => {
    const log = createLog();
    const follow = new Follow(log.source, 0);
    for (let i = 0; i < 10_000; i += 1) log.commit();
    expect(await take(follow, 1)).toEqual([1]);
    for (let i = 0; i < 10_000; i += 1) log.commit();
    expect(log.reads()).toBe(1);
    expect(log.largestLimit()).toBeLessThanOrEqual(16);
    await follow.return();
  });

  test('rejects next() when a read fails, and goes on where it was when asked again', async () => {
    const log = createLog();
    log.commit();
    let broken = true;
    const read: FollowSource<number>['read'] = (after, limit) =>
      broken ? Promise.reject(new Error('down')) : log.source.read(after, limit);
    const follow = new Follow({ ...log.source, read }, 0);
    await expect(follow.next()).rejects.toThrow('down');
    broken = false;
    expect(await take(follow, 1)).toEqual([1]);
    await follow.return();
  });

  test('stays open over a failure that the source survives, and goes on where it was', async () => {
    const log = createLog();
    log.commit();
    let broken = false;
    let outlast: (wake: () => void) => void = () => {};
    const failed = new Promise<() => void>((resolve) => (outlast = resolve));
    const follow = new Follow(
      {
        ...log.source,
        read: (after, limit) => (broken ? Promise.reject(new Error('down')) : log.source.read(after, limit)),
        survives: (_error, wake) => {
          outlast(wake);
          return true;
        },
      },
      0,
    );
    expect(await take(follow, 1)).toEqual([1]);
    broken = true;
    const next = follow.next();
    log.commit();
    const recovered = await failed;
    broken = false;
    recovered();
    expect(await next).toEqual({ done: false, value: 2 });
    await follow.return();
  });

  test.each<[string, number[]]>([
    ['reads on from where a wake-up says that it has missed nothing', [0, 50]],
    ['reads on from where it was when it could not read before the wake-up', [0, 0]],
  ])('%s', async (title, asked) => {
    const positions: number[] = [];
    const followers: Follower[] = [];
    const fails = title.includes('could not');
    const follow = new Follow<number>(
      {
        async read(after) {
          positions.push(after);
          if (fails && positions.length === 1) throw new Error('down');
          return [];
        },
        attach: (follower) => void followers.push(follower),
        detach: () => {},
        map: () => 0,
        isLast: () => false,
        survives: () => true,
      },
      0,
    );
    void follow.next();
    await new Promise((resolve) => setImmediate(resolve));
    for (const follower of followers) follower.wake(50);
    expect(positions).toEqual(asked);
    await follow.return();
  });

  test('reads on from where it was when it is woken during a read', async () => {
    const log = createLog();
    const positions: number[] = [];
    const read: FollowSource<number>['read'] = (after, limit) => (positions.push(after), log.source.read(after, limit));
    const follow = new Follow({ ...log.source, read }, 0);
    const release = log.holdReads();
    void follow.next();
    await log.whenReads(1);
    follow.wake(50);
    release();
    await log.whenReads(2);
    expect(positions).toEqual([0, 0]);
    await follow.return();
  });

  test('delivers every transition once and in order under any interleaving of commits, wake-ups and reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('commit', 'silent', 'wake', 'read'), { maxLength: 60 }),
        fc.boolean(),
        async (steps, peeks) => {
          const log = createLog();
          const follow = new Follow(log.source, 0);
          if (peeks) await follow.peek();
          const delivered: Promise<IteratorResult<number, undefined>>[] = [];
          let committed = 0;
          for (const step of steps) {
            if (step === 'commit' || step === 'silent') {
              log.commit({ silent: step === 'silent' });
              committed += 1;
            } else if (step === 'wake') log.wake();
            else delivered.push(follow.next());
            await Promise.resolve();
          }
          log.commit({ terminal: true });
          const seen = (await Promise.all(delivered)).flatMap((result) => (result.done === true ? [] : [result.value]));
          seen.push(...(await take(follow, committed + 1)));
          expect(seen).toEqual(Array.from({ length: committed + 1 }, (_, i) => i + 1));
        },
      ),
      { verbose: 1 },
    );
  });
});
