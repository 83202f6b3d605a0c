/** Lets a loop sleep until there may be something to do. A wake-up that comes while it works makes its next sleep end at once. */
import type { Clock } from './clock.js';

export type Waker = {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

/** Given as the reason of the abort: without one, each wake-up would make an error with a stack that nobody reads. */
const AWAKE = 'awake';

export function createWaker(clock: Clock): Waker {
  let nudge: AbortController | null = null;
  let woken = false;
  return {
    wake() {
      woken = true;
      nudge?.abort(AWAKE);
    },
    async sleep(ms) {
      if (!woken) {
        nudge = new AbortController();
        await clock.sleep(ms, nudge.signal);
        nudge = null;
      }
      woken = false;
    },
  };
}
