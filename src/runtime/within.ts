/** Waits for work for a limited time. */
import type { Clock } from './clock.js';

/** Resolves with the result of `work`, or with null after `ms` or when `signal` aborts. The work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>, clock: Clock, signal?: AbortSignal): Promise<T | null> {
  const done = new AbortController();
  const end = () => done.abort();
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => null)]);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}
