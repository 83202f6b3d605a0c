/** Lets a loop sleep until there may be something to do. A wake-up that comes while it works makes its next sleep end at once. */
import type { Clock } from './clock.js';

export type Wakeup = {
  wake(): void;
  /** Resolves after `ms`, or sooner when woken since the last sleep ended. */
  sleep(ms: number): Promise<void>;
};

export function createWakeup(clock: Clock): Wakeup {
  let alarm = new AbortController();
  return {
    // With a reason, because without one each abort makes an error and its stack.
    wake: () => alarm.abort('woken'),
    async sleep(ms) {
      await clock.sleep(ms, alarm.signal);
      alarm = new AbortController();
    },
  };
}
