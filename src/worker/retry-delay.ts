/** Computes how long a call to AWS waits after it failed. Pure. */
import { SECOND, backoffMs } from '../runtime/clock.js';
import { LONGEST_BACKOFF_MS } from '../tasks/store/due-times.js';

const FIRST_BACKOFF_MS = 0.5 * SECOND;

/** Returns the wait after the n-th failed attempt (n from 1): from half a second to half a minute. */
export function retryDelayMs(attempt: number, random: number): number {
  return backoffMs(attempt, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, random);
}
