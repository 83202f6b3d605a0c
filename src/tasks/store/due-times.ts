/** Statements that correct due times and end times which a clock that ran ahead has set too far in the future. */
import { SECOND } from '../../runtime/clock.js';
import type { Sql } from '../../db/database.js';

/** The longest delay of a call after it failed. */
export const LONGEST_BACKOFF_MS = 30 * SECOND;

/** Sets the due time of the starts that are due after `time` to `time`. */
export async function pullBackDueTimes(sql: Sql, time: number): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ due_at: time })
    .where('status', '=', 'QUEUED')
    .where('due_at', '>', time)
    .execute();
}

export async function hasEndAfter(sql: Sql, time: number): Promise<boolean> {
  const row = await sql
    .selectFrom('tasks')
    .select('id')
    .where('due_at', 'is', null)
    .where('updated_at', '>', time)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Sets end times after `now` to `now`. Otherwise the tasks would be kept longer by as much as the clock ran ahead. */
export async function pullBackEnds(sql: Sql, now: number): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ updated_at: now })
    .where('due_at', 'is', null)
    .where('updated_at', '>', now)
    .execute();
}
