/**
 * Shares one read among concurrent requests for the same key. The read begins after the request, so no value is older
 * than its request.
 */
import { createBatchLoader } from './batch-loader.js';

/** @returns a function that reads under a key. Reads under equal keys must read the same. */
export function createSingleFlight<Value>(): (key: string, read: () => Promise<Value>) => Promise<Value> {
  const flights = new Map<string, { waiters: number; load: ((read: () => Promise<Value>) => Promise<Value>) | null }>();
  return async (key, read) => {
    const flight = flights.get(key) ?? { waiters: 0, load: null };
    const load = (flight.load ??= createBatchLoader(readOnce<Value>, { maxBatchSize: Infinity }));
    flights.set(key, flight);
    flight.waiters += 1;
    try {
      return await load(read);
    } finally {
      flight.waiters -= 1;
      if (flight.waiters === 0) {
        flights.delete(key);
        // A map that grows leaves its former table to the next full collection, with the flights of that moment. The
        // loader of a flight holds what was read, which would stay in memory as long.
        flight.load = null;
      }
    }
  };
}

/** Without Promise.all, which keeps what it resolves with in memory for several collections. */
async function readOnce<Value>(reads: readonly (() => Promise<Value>)[]): Promise<readonly Value[]> {
  const [read] = reads;
  if (read === undefined) return [];
  const value = await read();
  return reads.map(() => value);
}
