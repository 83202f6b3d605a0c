import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LogStream, type Subscriber, type LogStreamSource } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';

/** A log in memory whose reads can be held, so that a test decides what happens between the steps of a stream. */
function createLog() {
  const rows: LoggedTransition[] = [];
  const subscribers = new Set<Subscriber>();
  let gate: Promise<void> | null = null;
  let readCount = 0;
  let largestLimit = 0;
  const source: LogStreamSource<number> = {
    async read(after, limit) {
      readCount += 1;
      largestLimit = Math.max(largestLimit, limit);
      const page = rows.filter((row) => row.position > after).slice(0, limit);
      if (gate !== null) await gate;
      return page;
    },
    attach: (subscriber) => void subscribers.add(subscriber),
    detach: (subscriber) => void subscribers.delete(subscriber),
    map: (row) => (row.payload === 'hidden' ? null : row.position),
    isLast: (row) => row.terminal,
  };
  return {
    source,
    subscribers,
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
      for (const subscriber of subscribers) subscriber.wake();
    },
    /** Resolves once `count` reads have begun. */
    async whenReads(count: number): Promise<void> {
      while (readCount < count) await Promise.resolve();
    },
    /** Later reads return the log as it is now, and answer after the returned function is called. */
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

async function take(stream: LogStream<number>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    taken.push(result.value);
  }
  return taken;
}

describe('LogStream', () => {
  test('a stream delivers what was in the log, then later transitions, and ends after the terminal one', async () => {
    const log = createLog();
    log.commit();
    log.commit();
    const stream = new LogStream(log.source, 0);
    expect(await take(stream, 2)).toEqual([1, 2]);
    const third = stream.next();
    log.commit({ terminal: true });
    expect(await third).toEqual({ done: false, value: 3 });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(log.subscribers.size).toBe(0);
  });

  test('a stream delivers a commit between attaching and the first read', async () => {
    const log = createLog();
    const stream = new LogStream(log.source, 0);
    log.commit();
    expect(await take(stream, 1)).toEqual([1]);
    await stream.return();
  });

  test('a stream delivers a commit between an empty read and the wait after it', async () => {
    const log = createLog();
    const stream = new LogStream(log.source, 0);
    const release = log.holdReads();
    const next = stream.next();
    await log.whenReads(1);
    log.commit();
    release();
    expect(await next).toEqual({ done: false, value: 1 });
    await stream.return();
  });

  test('a wake-up causes a read, even if there is nothing new', async () => {
    const log = createLog();
    const stream = new LogStream(log.source, 0);
    const next = stream.next();
    await log.whenReads(1);
    log.wake();
    log.wake();
    await log.whenReads(2);
    log.commit();
    expect(await next).toEqual({ done: false, value: 1 });
    await stream.return();
  });

  test('a stream continues after a cursor without a gap or a repeat', async () => {
    const log = createLog();
    for (let i = 0; i < 40; i += 1) log.commit();
    const stream = new LogStream(log.source, 17);
    expect(await take(stream, 23)).toEqual(Array.from({ length: 23 }, (_, i) => i + 18));
    await stream.return();
  });

  test('a waiting stream settles return() and the pending next() at once', async () => {
    const log = createLog();
    const stream = new LogStream(log.source, 0);
    const next = stream.next();
    await log.whenReads(1);
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(log.subscribers.size).toBe(0);
  });

  test('a reading stream settles return() and the pending next() at once', async () => {
    const log = createLog();
    const release = log.holdReads();
    const stream = new LogStream(log.source, 0);
    const next = stream.next();
    await log.whenReads(1);
    await stream.return();
    expect(await next).toEqual({ done: true, value: undefined });
    log.commit();
    release();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('two calls of next() that are made at once get one transition each', async () => {
    const log = createLog();
    log.commit();
    log.commit();
    const stream = new LogStream(log.source, 0);
    const results = await Promise.all([stream.next(), stream.next()]);
    expect(results.map((result) => result.value)).toEqual([1, 2]);
    await stream.return();
  });

  test('a stream leaves out what its subscriber may not see, and continues behind it', async () => {
    const log = createLog();
    log.commit({ hidden: true });
    log.commit();
    log.commit({ hidden: true });
    log.commit({ terminal: true, hidden: true });
    const stream = new LogStream(log.source, 0);
    expect(await take(stream, 10)).toEqual([2]);
  });

  test('a slow subscriber keeps one small page in memory while the log grows', async () => {
    const log = createLog();
    const stream = new LogStream(log.source, 0);
    for (let i = 0; i < 10_000; i += 1) log.commit();
    expect(await take(stream, 1)).toEqual([1]);
    for (let i = 0; i < 10_000; i += 1) log.commit();
    expect(log.reads()).toBe(1);
    expect(log.largestLimit()).toBeLessThanOrEqual(16);
    await stream.return();
  });

  test('next() rejects when a read fails, and the next call continues at the same place', async () => {
    const log = createLog();
    log.commit();
    let broken = true;
    const read: LogStreamSource<number>['read'] = (after, limit) =>
      broken ? Promise.reject(new Error('down')) : log.source.read(after, limit);
    const stream = new LogStream({ ...log.source, read }, 0);
    await expect(stream.next()).rejects.toThrow('down');
    broken = false;
    expect(await take(stream, 1)).toEqual([1]);
    await stream.return();
  });

  test('a stream stays open over a failure that its source survives, and continues at the same place', async () => {
    const log = createLog();
    log.commit();
    let broken = false;
    let outlast: (wake: () => void) => void = () => {};
    const failed = new Promise<() => void>((resolve) => (outlast = resolve));
    const stream = new LogStream(
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
    expect(await take(stream, 1)).toEqual([1]);
    broken = true;
    const next = stream.next();
    log.commit();
    const recovered = await failed;
    broken = false;
    recovered();
    expect(await next).toEqual({ done: false, value: 2 });
    await stream.return();
  });

  test.each<[string, number[]]>([
    ['a woken stream reads on from the position up to which it has missed nothing', [0, 50]],
    ['a woken stream reads on from its place if it could not read before the wake-up', [0, 0]],
  ])('%s', async (title, asked) => {
    const positions: number[] = [];
    const subscribers: Subscriber[] = [];
    const fails = title.includes('could not');
    const stream = new LogStream<number>(
      {
        async read(after) {
          positions.push(after);
          if (fails && positions.length === 1) throw new Error('down');
          return [];
        },
        attach: (subscriber) => void subscribers.push(subscriber),
        detach: () => {},
        map: () => 0,
        isLast: () => false,
        survives: () => true,
      },
      0,
    );
    void stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    for (const subscriber of subscribers) subscriber.wake(50);
    expect(positions).toEqual(asked);
    await stream.return();
  });

  test('a stream that is woken during a read reads on from its place', async () => {
    const log = createLog();
    const positions: number[] = [];
    const read: LogStreamSource<number>['read'] = (after, limit) => (
      positions.push(after),
      log.source.read(after, limit)
    );
    const stream = new LogStream({ ...log.source, read }, 0);
    const release = log.holdReads();
    void stream.next();
    await log.whenReads(1);
    stream.wake(50);
    release();
    await log.whenReads(2);
    expect(positions).toEqual([0, 0]);
    await stream.return();
  });

  test('a stream delivers every transition once and in order under any interleaving of commits, wake-ups and reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('commit', 'silent', 'wake', 'read'), { maxLength: 60 }),
        fc.boolean(),
        async (steps, peeks) => {
          const log = createLog();
          const stream = new LogStream(log.source, 0);
          if (peeks) await stream.peek();
          const delivered: Promise<IteratorResult<number, undefined>>[] = [];
          let committed = 0;
          for (const step of steps) {
            if (step === 'commit' || step === 'silent') {
              log.commit({ silent: step === 'silent' });
              committed += 1;
            } else if (step === 'wake') log.wake();
            else delivered.push(stream.next());
            await Promise.resolve();
          }
          log.commit({ terminal: true });
          const seen = (await Promise.all(delivered)).flatMap((result) => (result.done === true ? [] : [result.value]));
          seen.push(...(await take(stream, committed + 1)));
          expect(seen).toEqual(Array.from({ length: committed + 1 }, (_, i) => i + 1));
        },
      ),
      { verbose: 1 },
    );
  });
});
