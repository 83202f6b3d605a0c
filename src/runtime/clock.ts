/**
 * Time, passed to each part whose decisions depend on it, so that tests can control it. No other code of the gateway
 * reads the system clock or sets a timer.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * The wait after the n-th failure in a row (n from 1). It doubles from the first wait up to the longest.
 * Jitter takes away up to half, so that waits that began together do not end together.
 * @param random from 0 to 1
 */
export function backoffMs(failureCount: number, firstMs: number, longestMs: number, random: number): number {
  return Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(failureCount - 1, 30)) * (0.5 + random / 2));
}

export type Clock = {
  /**
   * Milliseconds since 1970. It may jump when an operator or NTP corrects it. Use it for times that are stored, shown
   * or compared with those of others.
   */
  now(): number;
  /**
   * Milliseconds since an arbitrary moment. It never jumps, and other processes cannot use it. Use it for durations and
   * for expiry in memory.
   */
  monotonic(): number;
  /**
   * Resolves after `ms` of both `now` and `monotonic`, or at once when `signal` aborts. It never rejects, so a loop can
   * simply check its signal again.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** setTimeout overflows above this and would fire at once. A loop that wakes early only checks again. */
const LONGEST_MS = 2 ** 31 - 1;

/** Node cuts the begin and the length of a timer to whole milliseconds, so a timer fires up to this much early. */
const EARLY_MS = 2;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Math.floor(performance.now()),
  sleep(ms, signal) {
    // The timer of node:timers/promises rejects with an error and its stack when it is aborted, and most sleeps here
    // are.
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const dueAt = Date.now() + ms;
      const overAt = systemClock.monotonic() + ms;
      let timer = setTimeout(wake, Math.min(Math.max(0, ms), LONGEST_MS));
      function wake(): void {
        const leftMs = Math.max(dueAt - Date.now(), overAt - systemClock.monotonic());
        // More time is left only for the longest sleeps, and after the clock was set back. The sleep must end then.
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
