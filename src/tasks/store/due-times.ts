/** The statements that take back times of acting on a task which a clock that ran ahead has left too far in the future. */
import { SECOND } from '../../runtime/clock.js';
import { nowOnce, type Database, type Sql } from '../../db/database.js';

/** For which a failed call postpones a start or a poll at most. */
export const LONGEST_BACKOFF_MS = 30 * SECOND;

/** When the last of the tasks in progress is due, null when there is none, and the present time. */
export async function lastDueAt(db: Database): Promise<{ readonly now: number; readonly dueAt: number | null }> {
  const row = await db.sql
    .selectFrom(nowOnce(db.sql, db.nowSql()).as('moment'))
    .select((eb) => [
      'moment.now',
      eb
        .selectFrom('tasks')
        .select('due_at')
        .where('status', '=', 'IN_PROGRESS')
        .where('due_at', 'is not', null)
        .orderBy('due_at', 'desc')
        .limit(1)
        .as('due_at'),
    ])
    .executeTakeFirstOrThrow();
  return { now: row.now, dueAt: row.due_at };
}

/** Makes the tasks in this status that are due after `time` due at `dueAt`. */
export async function pullBackDueTimes(
  sql: Sql,
  status: 'QUEUED' | 'IN_PROGRESS',
  time: number,
  dueAt: number,
): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ due_at: dueAt })
    .where('status', '=', status)
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

/** Makes tasks that ended after `now` tasks that ended now: else they would be kept for longer by as much as the clock ran ahead. */
export async function pullBackEnds(sql: Sql, now: number): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ updated_at: now })
    .where('due_at', 'is', null)
    .where('updated_at', '>', now)
    .execute();
}
