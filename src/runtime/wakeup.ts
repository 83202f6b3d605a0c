/** Lets a loop sleep until there may be work. A wake-up during the work ends the next sleep at once. */
import type { Clock } from './clock.js';

export type Wakeup = {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

export function createWakeup(clock: Clock): Wakeup {
  let alarm = new AbortController();
  return {
    // A reason avoids the error and its stack that each abort without a reason creates.
    wake: () => alarm.abort('woken'),
    async sleep(ms) {
      await clock.sleep(ms, alarm.signal);
      alarm = new AbortController();
    },
  };
}
