/**
 * Sees to it that no task waits for a time that only a clock which ran ahead has brought so far: also after a restart, when the jump itself was not seen.
 */
import { lastDueAt, pullBackDueTimes } from '../tasks/store/due-times.js';
import { longestPollMs, stretchFor } from './poll/cadence.js';
import { readsUsage } from './poll/lists.js';
import type { WorkerContext } from './worker-context.js';

/**
 * As soon as the clock is seen to be set back, everything that waits for a time is due: by how much each wait has become longer is not known of any.
 * The loops of the worker find it within seconds. Until the term ends.
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
  // Once: Node keeps a signal that is made of others, and so a term's whole database, for as long as it has a listener.
  signal.addEventListener('abort', unfollow, { once: true });
}

/** Tasks in progress that are due later than polls are spread at the present pace are due now. */
export async function correctPolls(context: WorkerContext): Promise<void> {
  const { db, poll, pace } = context;
  const { now, dueAt } = await lastDueAt(db);
  if (dueAt === null || dueAt <= now + longestPollMs(poll, pace.stretch)) return;
  // An earlier term may have spread them further than this one knows of yet.
  pace.stretch = stretchFor(await readsUsage(context));
  await pullBackDueTimes(db.sql, 'IN_PROGRESS', now + longestPollMs(poll, pace.stretch), now);
}
