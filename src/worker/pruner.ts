/**
 * Deletes finished tasks that are older than the retention, in steps so small that no writer waits for long. Nothing is
 * deleted within an hour of a clock jump or of the start of the process. A fast clock makes tasks look too old, and a
 * deletion is final.
 */
import { MINUTE, SECOND } from '../runtime/clock.js';
import { forgetEdited } from '../records/edited-records.js';
import { STEADY_MS } from '../runtime/clock-watch.js';
import { hasEndAfter, pullBackEnds } from '../tasks/store/due-times.js';
import { deleteTasks, finishedBefore } from '../tasks/store/task-queries.js';
import { isLatestEpoch, prune } from '../transitions/log.js';
import type { WorkerContext } from './worker-context.js';

const STEP_SIZE = 100;
const BETWEEN_STEPS_MS = 0.1 * SECOND;
const BETWEEN_ROUNDS_MS = 10 * MINUTE;

export async function runPruner(context: WorkerContext): Promise<void> {
  const { clock, telemetry, signal } = context;
  while (!signal.aborted) {
    let sleepMs = BETWEEN_ROUNDS_MS;
    try {
      sleepMs = await pruneStep(context);
    } catch (error) {
      telemetry.unexpected('pruner', error);
    }
    await clock.sleep(sleepMs, signal);
  }
}

/**
 * Deletes tasks together with their transitions, so that every task that is found has its whole log. Returns the time
 * until the next step.
 */
async function pruneStep(context: WorkerContext): Promise<number> {
  const { db, epoch, retentionMs } = context;
  const now = await db.now();
  // The clock is read first, because that read may detect a jump.
  const unsteadyMs = STEADY_MS - db.clockWatch.steadyMs();
  if (unsteadyMs > 0) return unsteadyMs;
  await forgetEdited(db);
  const before = now - retentionMs;
  if (await hasEndAfter(db.sql, now)) await pullBackEnds(db.sql, now);
  // Most rounds find nothing, so a read first saves other writers a wait.
  if ((await finishedBefore(db.sql, before, 1)).length === 0) return BETWEEN_ROUNDS_MS;
  return db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, epoch))) return BETWEEN_ROUNDS_MS;
    const ids = await finishedBefore(tx, before, STEP_SIZE);
    if (ids.length === 0) return BETWEEN_ROUNDS_MS;
    await prune(tx, ids);
    await deleteTasks(tx, ids);
    return ids.length < STEP_SIZE ? BETWEEN_ROUNDS_MS : BETWEEN_STEPS_MS;
  });
}
