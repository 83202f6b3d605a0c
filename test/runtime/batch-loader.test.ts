import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createBatchLoader, type BatchOptions } from '../../src/runtime/batch-loader.js';
import { isSettled } from '../support/harness/task-harness.js';

/** Loads that answer, each key with itself, when the test says so. */
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

describe('a batch loader', () => {
  test('loads together what is asked for in one turn of the event loop, also the same key', async () => {
    const { loads, read, keys } = createLoads();
    const values = Promise.all(['a', 'b', 'a'].map(read));
    expect(keys()).toEqual([]);
    await turnOfTheLoop();
    loads[0]?.answer();
    expect(await values).toEqual(['value of a', 'value of b', 'value of a']);
    expect(keys()).toEqual([['a', 'b', 'a']]);
  });

  test('waits for as many turns as it is given', async () => {
    const { read, keys } = createLoads({ turns: 3 });
    void read('a');
    await turnOfTheLoop();
    void read('b');
    await turnOfTheLoop();
    expect(keys()).toEqual([]);
    void read('c');
    await turnOfTheLoop();
    expect(keys()).toEqual([['a', 'b', 'c']]);
  });

  test('answers no question with a load that began before it', async () => {
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

  test('has two loads in flight at most, so that one that hangs holds up no others, which share the next one', async () => {
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

  test('loads no more keys at once than it may, and the others right after', async () => {
    const { loads, read, keys } = createLoads({ maxBatchSize: 2, maxInFlight: 1 });
    const values = Promise.all(['a', 'b', 'c', 'd', 'e'].map(read));
    for (let done = 0; !(await isSettled(values)); done += 1) loads[done]?.answer();
    expect(keys()).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(await values).toHaveLength(5);
  });

  test('fails those who share a load that fails, and none that come later', async () => {
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

  test('loads each key by itself after an error that may concern one key, and fails that one only', async () => {
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
