/** Statements that correct due times and end times which a clock that ran ahead has set too far in the future. */
import { SECOND } from '../../runtime/clock.js';
import { nowOnce, type Database, type Sql } from '../../db/database.js';

/** The longest delay of a start or a poll after a failed call. */
export const LONGEST_BACKOFF_MS = 30 * SECOND;

/** The latest due time of the tasks in progress, null when there is none, and the time of the database. */
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

/** Sets the due time of the tasks in this status that are due after `time`. */
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

/** Sets end times after `now` to `now`. Otherwise the tasks would be kept longer by as much as the clock ran ahead. */
export async function pullBackEnds(sql: Sql, now: number): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({ updated_at: now })
    .where('due_at', 'is', null)
    .where('updated_at', '>', now)
    .execute();
}
