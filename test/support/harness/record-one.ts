/** One start and one observation at a time. The gateway itself writes several together. */
import type { Database } from '../../../src/db/database.js';
import { acceptStarts, type AcceptOutcome } from '../../../src/tasks/accept.js';
import { recordObservations } from '../../../src/tasks/record-observations.js';
import type { Start } from '../../../src/tasks/start.js';
import { findTask } from '../../../src/tasks/store/task-queries.js';
import type { Observation, Task } from '../../../src/tasks/task.js';
import type { Telemetry } from '../../../src/runtime/telemetry.js';

export async function acceptStart(db: Database, telemetry: Telemetry, start: Start): Promise<AcceptOutcome> {
  const [outcome] = await acceptStarts(db, telemetry, [start]);
  if (outcome === undefined) throw new Error('A start was accepted without an outcome.');
  return outcome;
}

/** Records an observation of the current task. @returns null if the task is gone or belongs to another worker */
export async function recordObservation(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  taskId: string,
  observation: Observation,
): Promise<Task | null> {
  const before = await findTask(db.sql, taskId);
  if (before === null) return null;
  return (await recordObservations(db, telemetry, epoch, [{ before, observation }])).get(taskId) ?? null;
}
