/**
 * Time, handed in wherever a decision depends on it, so that tests can own it. Nothing else in the gateway may read the
 * system clock or set a timer.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A stored time that lies further ahead than its longest possible delay was written by a clock that has been set back since: it counts as now. */
export function noFurtherAhead(storedAt: number, now: number, longestDelayMs: number): number {
  return storedAt > now + longestDelayMs ? now : storedAt;
}

/**
 * How long to wait after the n-th failure in a row (n from 1): doubles from the first wait to the longest one.
 * A random half is taken away, so that waits that began together do not end together.
 * @param random from 0 to 1
 */
export function backoffMs(failureCount: number, firstMs: number, longestMs: number, random: number): number {
  return Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(failureCount - 1, 30)) * (0.5 + random / 2));
}

export type Clock = {
  /** Milliseconds since the epoch. It may jump, because an operator or NTP corrects it: for times that are stored, shown or compared with others'. */
  now(): number;
  /** Milliseconds since some moment. It never jumps and means nothing to another process: for how long something takes or is remembered. */
  monotonic(): number;
  /**
   * Resolves after `ms`, as both `now` and `monotonic` count them, or at once when `signal` aborts. It never rejects, so
   * that a loop can simply look at its signal again.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** setTimeout overflows above this and would fire at once; a loop that wakes early only looks again. */
const LONGEST_MS = 2 ** 31 - 1;

/** Node's timers cut the moment they begin at, and how long they last, to whole milliseconds: they fire up to this much early. */
const EARLY_MS = 2;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Math.floor(performance.now()),
  sleep(ms, signal) {
    // Not the timer of node:timers/promises, which ends with an error and its stack each time it is cut short: most sleeps here are.
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const dueAt = Date.now() + ms;
      const overAt = systemClock.monotonic() + ms;
      let timer = setTimeout(wake, Math.min(Math.max(0, ms), LONGEST_MS));
      function wake(): void {
        const leftMs = Math.max(dueAt - Date.now(), overAt - systemClock.monotonic());
        // More is left only of the longest sleeps, and when the clock was set back: then the sleep must still end.
        if (leftMs > 0 && leftMs <= EARLY_MS) timer = setTimeout(wake, leftMs);
        else end();
      }
      function end(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      }
      signal?.addEventListener('abort', end);
    });
  },
};
