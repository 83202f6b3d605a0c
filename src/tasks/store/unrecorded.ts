/** Statements on tasks in progress whose observations the database refuses to record. */
import type { Sql } from '../../db/database.js';
import { changingColumns } from './task-row.js';
import type { Task } from '../task.js';

/**
 * Sets the message of a task in progress to the reason why its observation is not recorded. Writes nothing if the task
 * has changed since, or if `epoch` is no longer the newest.
 */
export async function explainUnrecorded(
  sql: Sql,
  epoch: number,
  task: Task,
  message: string,
  now: number,
): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ answer: JSON.stringify({ ...task.details, message }), updated_at: now })
    .where('id', '=', task.id)
    .where('status', '=', 'IN_PROGRESS')
    .where('sequence', '=', task.sequence)
    .where('answer', '=', changingColumns(task).answer)
    .where((eb) => eb.exists(eb.selectFrom('log_head').select('log_head.id').where('worker_epoch', '=', epoch)))
    .execute();
}
