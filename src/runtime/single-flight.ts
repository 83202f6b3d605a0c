/** Shares one read among all that ask for the same at about the same time. No value is older than its question, because the read begins after it came. */
import { createBatchLoader } from './batch-loader.js';

/** @returns how to read under a key. Reads under equal keys must read the same. */
export function createSingleFlight<Value>(): (key: string, read: () => Promise<Value>) => Promise<Value> {
  const flights = new Map<string, { askers: number; readonly load: (read: () => Promise<Value>) => Promise<Value> }>();
  return async (key, read) => {
    const flight = flights.get(key) ?? {
      askers: 0,
      load: createBatchLoader(readOnce<Value>, { maxBatchSize: Infinity }),
    };
    flights.set(key, flight);
    flight.askers += 1;
    try {
      return await flight.load(read);
    } finally {
      flight.askers -= 1;
      if (flight.askers === 0) flights.delete(key);
    }
  };
}

async function readOnce<Value>(reads: readonly (() => Promise<Value>)[]): Promise<readonly Value[]> {
  let value: Promise<Value> | undefined;
  return Promise.all(reads.map((read) => (value ??= read())));
}
