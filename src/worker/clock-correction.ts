/**
 * Corrects due times after the clock was set back, so that no start waits for a time that only a fast clock has set.
 */
import { pullBackDueTimes } from '../tasks/store/due-times.js';
import type { WorkerContext } from './worker-context.js';

/**
 * Makes every waiting start due when the clock is set back, because the wait of each has become longer by an unknown
 * time. The submitter finds the starts within seconds. The correction ends with the term. Polls need none, because
 * their intervals are measured on a clock that cannot jump.
 */
export function followClock({ db, telemetry, signal }: WorkerContext): void {
  const makeAllDue = async () => pullBackDueTimes(db.sql, await db.now());
  const unfollow = db.clockWatch.listen((ms) => {
    if (ms < 0) makeAllDue().catch((error: unknown) => telemetry.unexpected('clock', error));
  });
  // The listener is removed after its first call. Node keeps a composed signal, and with it the database of the term,
  // while the signal has a listener.
  signal.addEventListener('abort', unfollow, { once: true });
}
