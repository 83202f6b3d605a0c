/**
 * Corrects due times after the clock was set back, so that no task waits for a time that only a fast clock has set. Due
 * times from before a restart are corrected too, although no process saw that jump.
 */
import { lastDueAt, pullBackDueTimes } from '../tasks/store/due-times.js';
import { longestPollMs, stretchFor } from './poll/cadence.js';
import { readsUsage } from './poll/lists.js';
import type { WorkerContext } from './worker-context.js';

/**
 * Makes every waiting task due when the clock is set back, because the wait of each has become longer by an unknown
 * time. The loops of the worker find the tasks within seconds. The correction ends with the term.
 */
export function followClock(context: WorkerContext): void {
  const { db, telemetry, signal } = context;
  const makeAllDue = async () => {
    const now = await db.now();
    await pullBackDueTimes(db.sql, 'QUEUED', now, now);
    await pullBackDueTimes(db.sql, 'IN_PROGRESS', now, now);
  };
  const unfollow = db.clockWatch.listen((ms) => {
    if (ms < 0) makeAllDue().catch((error: unknown) => telemetry.unexpected('clock', error));
  });
  // The listener is removed after its first call. Node keeps a composed signal, and with it the database of the term,
  // while the signal has a listener.
  signal.addEventListener('abort', unfollow, { once: true });
}

/** Makes tasks in progress due now if they are due later than the current stretch of polls explains. */
export async function correctPolls(context: WorkerContext): Promise<void> {
  const { db, poll, pace } = context;
  const { now, dueAt } = await lastDueAt(db);
  if (dueAt === null || dueAt <= now + longestPollMs(poll, pace.stretch)) return;
  // An earlier term may have used a larger stretch than this one has computed so far.
  pace.stretch = stretchFor(await readsUsage(context));
  await pullBackDueTimes(db.sql, 'IN_PROGRESS', now + longestPollMs(poll, pace.stretch), now);
}
