import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createBatchLoader, type BatchOptions } from '../../../src/runtime/loading/batch-loader.js';
import { isSettled } from '../../support/harness/task-harness.js';

/** Loads that answer each key with itself, when the test says so. */
function createLoads(options: Partial<BatchOptions> = {}) {
  const loads: { readonly keys: readonly string[]; answer(): void; fail(error: Error): void }[] = [];
  const read = createBatchLoader<string, string>(
    (keys) =>
      new Promise(
        (resolve, reject) =>
          void loads.push({ keys, answer: () => resolve(keys.map((key) => `value of ${key}`)), fail: reject }),
      ),
    { maxBatchSize: 100, ...options },
  );
  return { loads, read, keys: () => loads.map((load) => load.keys) };
}

describe('createBatchLoader', () => {
  test('requests within one turn of the event loop share a load, also for the same key', async () => {
    const { loads, read, keys } = createLoads();
    const values = Promise.all(['a', 'b', 'a'].map(read));
    expect(keys()).toEqual([]);
    await turnOfTheLoop();
    loads[0]?.answer();
    expect(await values).toEqual(['value of a', 'value of b', 'value of a']);
    expect(keys()).toEqual([['a', 'b', 'a']]);
  });

  test('a load waits for the configured number of turns', async () => {
    const { read, keys } = createLoads({ loopTurns: 3 });
    void read('a');
    await turnOfTheLoop();
    void read('b');
    await turnOfTheLoop();
    expect(keys()).toEqual([]);
    void read('c');
    await turnOfTheLoop();
    expect(keys()).toEqual([['a', 'b', 'c']]);
  });

  test('a request is never answered by a load that began before it', async () => {
    const { loads, read, keys } = createLoads();
    const first = read('a');
    await turnOfTheLoop();
    const second = read('a');
    loads[0]?.answer();
    expect(await first).toBe('value of a');
    expect(await isSettled(second)).toBe(false);
    expect(keys()).toEqual([['a'], ['a']]);
    loads[1]?.answer();
    expect(await second).toBe('value of a');
  });

  test('at most two loads are in flight, so that one that hangs does not block others, which share the next load', async () => {
    const { loads, read, keys } = createLoads();
    const hanging = read('a');
    await turnOfTheLoop();
    const second = read('b');
    await turnOfTheLoop();
    const third = read('c');
    await turnOfTheLoop();
    const fourth = read('d');
    expect(await isSettled(Promise.race([third, fourth]))).toBe(false);
    expect(keys()).toEqual([['a'], ['b']]);
    loads[1]?.answer();
    await second;
    await turnOfTheLoop();
    expect(keys()).toEqual([['a'], ['b'], ['c', 'd']]);
    loads[2]?.answer();
    expect(await Promise.all([third, fourth])).toEqual(['value of c', 'value of d']);
    expect(await isSettled(hanging)).toBe(false);
  });

  test('a load takes no more keys than its limit, and the others follow at once', async () => {
    const { loads, read, keys } = createLoads({ maxBatchSize: 2, maxInFlight: 1 });
    const values = Promise.all(['a', 'b', 'c', 'd', 'e'].map(read));
    for (let done = 0; !(await isSettled(values)); done += 1) loads[done]?.answer();
    expect(keys()).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(await values).toHaveLength(5);
  });

  test('a failed load fails the requests that share it, and no later ones', async () => {
    const { loads, read, keys } = createLoads();
    const shared = ['a', 'b'].map(read);
    await turnOfTheLoop();
    loads[0]?.fail(new Error('gone'));
    for (const value of shared) await expect(value).rejects.toThrow('gone');
    const later = read('a');
    await turnOfTheLoop();
    loads[1]?.answer();
    expect(await later).toBe('value of a');
    expect(keys()).toEqual([['a', 'b'], ['a']]);
  });

  test('after an error that may concern one key, each key is loaded alone and only that key fails', async () => {
    const loaded: (readonly string[])[] = [];
    const load = async (keys: readonly string[]): Promise<readonly string[]> => {
      loaded.push(keys);
      if (keys.includes('bad')) throw new Error('damaged');
      return keys;
    };
    const read = createBatchLoader(load, {
      maxBatchSize: 100,
      mayConcernOneKey: (error) => error instanceof Error && error.message === 'damaged',
    });
    const settled = await Promise.allSettled(['a', 'bad', 'b'].map(read));
    expect(settled).toMatchObject([{ value: 'a' }, { reason: { message: 'damaged' } }, { value: 'b' }]);
    expect(loaded).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  });
});
