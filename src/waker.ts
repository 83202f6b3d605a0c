/** Lets a loop sleep until there may be something to do. A wake-up that comes while it works makes its next sleep end at once. */
import type { Clock, Interrupt } from './clock.js';

export type Waker = {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

export function createWaker(clock: Clock): Waker {
  let nudge: Nudge | null = null;
  let woken = false;
  return {
    wake() {
      woken = true;
      nudge?.abort();
    },
    async sleep(ms) {
      if (!woken) {
        nudge = new Nudge();
        await clock.sleep(ms, nudge);
        nudge = null;
      }
      woken = false;
    },
  };
}

/** For one sleeper. An AbortController with its signal and its event costs more than all else that a loop does when it is woken in vain. */
class Nudge implements Interrupt {
  aborted = false;
  #listener: (() => void) | null = null;

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = null;
  }

  abort(): void {
    this.aborted = true;
    this.#listener?.();
  }
}
