/** Forgets finished tasks that are older than they are to be kept, in steps so small that nobody waits for one. */
import { MINUTE, SECOND } from '../clock.js';
import { deleteTasks, finishedBefore } from '../tasks/store.js';
import { isLatestEpoch, prune } from '../transitions/log.js';
import type { Term } from './term.js';

const STEP_SIZE = 100;
const BETWEEN_STEPS_MS = 0.1 * SECOND;
const BETWEEN_ROUNDS_MS = 10 * MINUTE;

export async function runPruner(term: Term): Promise<void> {
  const { clock, telemetry, signal } = term;
  while (!signal.aborted) {
    let prunedCount = 0;
    try {
      prunedCount = await pruneStep(term);
    } catch (error) {
      telemetry.unexpected('pruner', error);
    }
    await clock.sleep(prunedCount < STEP_SIZE ? BETWEEN_ROUNDS_MS : BETWEEN_STEPS_MS, signal);
  }
}

/** Task and log together: a task that is found has all of its transitions. */
async function pruneStep(term: Term): Promise<number> {
  const { db, epoch, retentionMs } = term;
  const before = (await db.now()) - retentionMs;
  // A look first: most rounds find nothing, and then nobody has to wait for a write.
  if ((await finishedBefore(db.sql, before, 1)).length === 0) return 0;
  return db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, epoch))) return 0;
    const ids = await finishedBefore(tx, before, STEP_SIZE);
    if (ids.length === 0) return 0;
    await prune(tx, ids);
    await deleteTasks(tx, ids);
    return ids.length;
  });
}
