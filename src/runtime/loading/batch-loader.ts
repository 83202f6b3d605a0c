/**
 * Combines loads that are requested at about the same time. One statement for fifty keys costs hardly more than for one
 * key, and after a restart all clients ask at once. The load begins after the request, so no value is older than its
 * request.
 */
import DataLoader from 'dataloader';

/**
 * With one load at a time, a load that hangs would block all others. With more than two, fewer requests share a load.
 */
const MAX_IN_FLIGHT = 2;

export type BatchOptions = {
  readonly maxBatchSize: number;
  readonly maxInFlight?: number;
  /** Number of event-loop turns that a request waits for others. */
  readonly loopTurns?: number;
  /** Returns true if one key may have caused the error. Each key is then loaded alone, and fails alone. */
  readonly mayConcernOneKey?: (error: unknown) => boolean;
};

/** @param load returns the values in the order of the keys; a key may occur twice */
export function createBatchLoader<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  options: BatchOptions,
): (key: Key) => Promise<Value> {
  const { maxBatchSize, maxInFlight = MAX_IN_FLIGHT, loopTurns = 1, mayConcernOneKey = () => false } = options;
  const waiting: (() => void)[] = [];
  let inFlight = 0;

  function dispatchNext(): void {
    const dispatch = inFlight < maxInFlight ? waiting.shift() : undefined;
    if (dispatch === undefined) return;
    inFlight += 1;
    // An embedded database blocks the event loop while it works, so requests that have already arrived are collected
    // first.
    afterTurns(loopTurns, dispatch);
  }

  async function loadBatch(keys: readonly Key[]): Promise<readonly (Value | Error)[]> {
    try {
      return await load(keys);
    } catch (error) {
      if (keys.length === 1 || !mayConcernOneKey(error)) throw error;
      const values: (Value | Error)[] = [];
      for (const key of keys) values.push(...(await load([key]).catch((own: unknown) => [asError(own)])));
      return values;
    } finally {
      inFlight -= 1;
      dispatchNext();
    }
  }

  const batchScheduleFn = (dispatch: () => void): void => {
    waiting.push(dispatch);
    dispatchNext();
  };
  const loader = new DataLoader<Key, Value>(loadBatch, { cache: false, maxBatchSize, batchScheduleFn });
  return (key) => loader.load(key);
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A load failed without an error.', { cause: error });
}
