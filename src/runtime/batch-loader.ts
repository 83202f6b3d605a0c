/**
 * Loads together what many ask for at about the same time: a statement for fifty keys costs hardly more than one for one key, and a restarted
 * gateway is asked by all its clients at once. No value is older than its question, because the load begins after the question came.
 */
import DataLoader from 'dataloader';

/** With one at a time, all others would wait for a load that hangs. With more than two, fewer questions share a load. */
const MAX_IN_FLIGHT = 2;

export type BatchOptions = {
  readonly maxBatchSize: number;
  readonly maxInFlight?: number;
  /** For how many turns of the event loop a question waits for others. */
  readonly turns?: number;
  /** True where an error may be the fault of one key: each key is then loaded by itself, and fails by itself. */
  readonly mayConcernOneKey?: (error: unknown) => boolean;
};

/** @param load the values in the order of the keys, among which the same key may come twice */
export function createBatchLoader<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  options: BatchOptions,
): (key: Key) => Promise<Value> {
  const { maxBatchSize, maxInFlight = MAX_IN_FLIGHT, turns = 1, mayConcernOneKey = () => false } = options;
  const waiting: (() => void)[] = [];
  let inFlight = 0;

  function dispatchNext(): void {
    const dispatch = inFlight < maxInFlight ? waiting.shift() : undefined;
    if (dispatch === undefined) return;
    inFlight += 1;
    // An embedded database lets no other code run while it works: the questions that have arrived already are heard first.
    afterTurns(turns, dispatch);
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
