/** Lets a loop sleep until there may be something to do. A wake-up that comes while it works makes its next sleep end at once. */
import type { Clock } from './clock.js';

export type Waker = {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

export function createWaker(clock: Clock): Waker {
  let nudge = new AbortController();
  return {
    wake() {
      nudge.abort();
    },
    async sleep(ms) {
      await clock.sleep(ms, nudge.signal);
      nudge = new AbortController();
    },
  };
}
