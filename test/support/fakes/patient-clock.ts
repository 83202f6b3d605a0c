/**
 * A clock for tests of long waits. It runs `speed` times as fast while this process can run its timers, and stands
 * still while it cannot. Otherwise a pause of a second on a busy machine would use up the patience that a gateway has
 * with its clients and with AWS. It ends with the test file.
 */
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { whenDone } from '../harness/cleanup.js';

const TICK_MS = 5;

export function patientClock(speed: number): Clock {
  const begunAt = systemClock.now();
  const sleepers = new Set<() => void>();
  let elapsedMs = 0;
  let tickedAt = performance.now();
  const timer = setInterval(() => {
    const at = performance.now();
    elapsedMs += speed * Math.min(at - tickedAt, 2 * TICK_MS);
    tickedAt = at;
    for (const wakeIfDue of sleepers) wakeIfDue();
  }, TICK_MS);
  whenDone(() => clearInterval(timer));
  const now = () => Math.floor(begunAt + elapsedMs);
  return {
    now,
    monotonic: now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const dueAt = now() + ms;
        const wakeIfDue = () => {
          if (now() >= dueAt) end();
        };
        function end(): void {
          sleepers.delete(wakeIfDue);
          signal?.removeEventListener('abort', end);
          resolve();
        }
        sleepers.add(wakeIfDue);
        signal?.addEventListener('abort', end);
      }),
  };
}
