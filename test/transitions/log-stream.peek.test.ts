/** A peek at the first transition of a stream takes nothing from the stream. */
import { describe, expect, test } from '@jest/globals';
import { LogStream, type Subscriber, type LogStreamSource } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';

function createLog(count: number) {
  const rows: LoggedTransition[] = [];
  const commit = (): void => {
    const position = rows.length + 1;
    rows.push({ position, taskId: 't', sequence: position, terminal: false, recordedAt: 0, payload: '' });
  };
  for (let row = 0; row < count; row += 1) commit();
  const subscribers = new Set<Subscriber>();
  let reads = 0;
  const source: LogStreamSource<number> = {
    async read(after, limit) {
      reads += 1;
      return rows.filter(({ position }) => position > after).slice(0, limit);
    },
    attach: (subscriber) => void subscribers.add(subscriber),
    detach: (subscriber) => void subscribers.delete(subscriber),
    map: ({ position }) => position,
    isLast: () => false,
  };
  return {
    source,
    subscribers,
    reads: () => reads,
    commit() {
      commit();
      for (const subscriber of subscribers) subscriber.wake(0);
    },
  };
}

describe('LogStream.peek', () => {
  test('a peek returns the first transition, which the same read then delivers', async () => {
    const log = createLog(2);
    const stream = new LogStream(log.source, 1);
    expect(await stream.peek()).toMatchObject({ position: 2 });
    expect(await stream.next()).toEqual({ done: false, value: 2 });
    const next = stream.next();
    expect(log.reads()).toBe(1);
    log.commit();
    expect(await next).toEqual({ done: false, value: 3 });
  });

  test('a peek returns null when there is no transition yet, and a commit during the read is delivered', async () => {
    const log = createLog(0);
    const stream = new LogStream(log.source, 0);
    const peeked = stream.peek();
    log.commit();
    expect(await peeked).toBeNull();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
  });

  test('a peek rejects when its read fails, and the stream can be closed', async () => {
    const log = createLog(0);
    const stream = new LogStream({ ...log.source, read: () => Promise.reject(new Error('away')) }, 0);
    await expect(stream.peek()).rejects.toThrow('away');
    await expect(stream.throw(new Error('away'))).rejects.toThrow('away');
    expect(log.subscribers.size).toBe(0);
  });
});
