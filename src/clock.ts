/**
 * Time, handed in wherever a decision depends on it, so that tests can own it. Nothing else in the gateway may read the
 * system clock or set a timer.
 */
import { setTimeout as delay } from 'node:timers/promises';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects, so a loop can simply look at its signal again. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      // setTimeout overflows above 2^31-1 ms and would fire at once; a loop that wakes early only looks again.
      await delay(Math.min(Math.max(0, ms), 2 ** 31 - 1), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
