/** The statements on stored tasks, one a function. */
import { sql as raw, type ExpressionBuilder } from 'kysely';
import { nowOnce, type Database, type Sql, type Tx } from '../../db/database.js';
import type { Tables } from '../../db/tables.js';
import type { TaskKind } from '../../partner-central/model/task-kind.js';
import { TASK_COLUMNS, UNAUTHENTICATED, WORK_COLUMNS, changingColumns, taskOf, type WorkRow } from './task-row.js';
import { LONGEST_BACKOFF_MS } from './due-times.js';
import { EVERY_ROW, readItems, readableOnly } from './readable.js';
import { isTerminal, type Task } from '../task.js';

/** Far below SQLite's limit of 32,766 variables a statement, because a sweep may return more ids. */
const IDS_PER_STATEMENT = 1000;

/** A task with the columns that only the worker uses. */
export type WorkItem = {
  readonly task: Task;
  readonly awsClientToken: string;
  readonly dueAt: number;
  readonly attemptCount: number;
  readonly firstAttemptAt: number | null;
  readonly mayHaveReached: boolean;
};

export async function findTask(sql: Sql, id: string): Promise<Task | null> {
  const [task] = await findTasks(sql, [id]);
  return task ?? null;
}

/** @returns the tasks that exist, in any order */
export async function findTasks(sql: Sql, ids: readonly string[]): Promise<Task[]> {
  const rows = await sql.selectFrom('tasks').select(TASK_COLUMNS).where('id', 'in', ids).execute();
  return rows.map(taskOf);
}

/** The tasks that these subjects started under one of these client tokens, of every kind and in every catalog. */
export async function findTasksByTokens(
  sql: Sql,
  subjects: readonly (string | null)[],
  clientTokens: readonly string[],
): Promise<Task[]> {
  const storedSubjects = subjects.map((subject) => subject ?? UNAUTHENTICATED);
  const rows = await sql
    .selectFrom('tasks')
    .select(TASK_COLUMNS)
    .where('client_token', 'in', clientTokens)
    .where('subject', 'in', storedSubjects)
    .execute();
  return rows.map(taskOf);
}

/** The retry of this task; null when there is none. */
export async function findRetry(sql: Sql, id: string): Promise<Task | null> {
  const row = await sql.selectFrom('tasks').select(TASK_COLUMNS).where('retry_of', '=', id).executeTakeFirst();
  return row === undefined ? null : taskOf(row);
}

/** Stores the changes of an observation. A terminal task is never due again. */
export async function updateTask(tx: Tx, task: Task): Promise<void> {
  const changed = { due_at: isTerminal(task.status) ? null : task.updatedAt, ...changingColumns(task) };
  await tx.updateTable('tasks').set(changed).where('id', '=', task.id).execute();
}

/**
 * The oldest due start of each subject, in the order in which they were accepted.
 * @param excluded ids of starts that do not count
 */
export async function firstDueStarts(
  db: Database,
  excluded: readonly string[],
  unreadable = EVERY_ROW,
): Promise<WorkItem[]> {
  let firsts = db.sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.min('position').as('position'))
    .where('status', '=', 'QUEUED')
    .where((eb) => isDue(eb, db))
    .groupBy('subject');
  if (excluded.length > 0) firsts = firsts.where('id', 'not in', excluded);
  firsts = readableOnly(firsts, unreadable);
  const starts = db.sql.selectFrom('tasks').select(WORK_COLUMNS).where('position', 'in', firsts).orderBy('position');
  return readItems(starts, workItemOf, unreadable);
}

/** The tasks in progress among these. */
export async function inProgressByIds(sql: Sql, ids: readonly string[], unreadable = EVERY_ROW): Promise<WorkItem[]> {
  const items: WorkItem[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_STATEMENT) {
    const tasks = sql
      .selectFrom('tasks')
      .select(WORK_COLUMNS)
      .where('id', 'in', ids.slice(start, start + IDS_PER_STATEMENT))
      .where('status', '=', 'IN_PROGRESS');
    items.push(...(await readItems(readableOnly(tasks, unreadable), workItemOf, unreadable)));
  }
  return items;
}

/** The tasks in progress of a kind and catalog that have these task ids of AWS. */
export async function inProgressByAwsId(
  sql: Sql,
  kind: TaskKind,
  catalog: string,
  awsTaskIds: readonly string[],
  unreadable = EVERY_ROW,
): Promise<WorkItem[]> {
  const items: WorkItem[] = [];
  for (let start = 0; start < awsTaskIds.length; start += IDS_PER_STATEMENT) {
    const tasks = sql
      .selectFrom('tasks')
      .select(WORK_COLUMNS)
      .where('aws_task_id', 'in', awsTaskIds.slice(start, start + IDS_PER_STATEMENT))
      // Only unfinished tasks. Kind and catalog are filtered below: with them here, SQLite would read all tasks of a
      // kind.
      .where('due_at', 'is not', null);
    const found = await readItems(readableOnly(tasks, unreadable), workItemOf, unreadable);
    items.push(
      ...found.filter(
        ({ task }) => task.status === 'IN_PROGRESS' && task.input.kind === kind && task.input.catalog === catalog,
      ),
    );
  }
  return items;
}

/** The due time of the next start; null when there is none. */
export async function nextDueAt(
  sql: Sql,
  excluded: readonly string[] = [],
  unreadable = EVERY_ROW,
): Promise<number | null> {
  let due = sql
    .selectFrom('tasks')
    .select('due_at')
    .where('status', '=', 'QUEUED')
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1);
  if (excluded.length > 0) due = due.where('id', 'not in', excluded);
  const row = await readableOnly(due, unreadable).executeTakeFirst();
  return row?.due_at ?? null;
}

/** True if the start is still due. A later write may have ended or postponed it since it was read. */
export async function isDueStart(db: Database, tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('tasks')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'QUEUED')
    .where((eb) => isDue(eb, db))
    .executeTakeFirst();
  return row !== undefined;
}

/** Due is also a start whose time lies further ahead than the longest backoff: a clock that ran ahead has set it. */
function isDue(eb: ExpressionBuilder<Tables, 'tasks'>, db: Database) {
  const now = db.nowSql();
  return eb.or([
    eb('due_at', '<=', nowOnce(db.sql, now)),
    eb('due_at', '>', nowOnce(db.sql, raw<number>`${now} + ${LONGEST_BACKOFF_MS}`)),
  ]);
}

/** Stores an attempt before it is sent. From here on, the start may have reached AWS, even if this process ends. */
export async function storeAttempt(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('tasks')
    .set((eb) => ({
      attempt_count: eb('attempt_count', '+', 1),
      // A first attempt in the future was made before the clock was set back. Otherwise retries would go on until the
      // clock has caught up.
      first_attempt_at: eb.case().when('first_attempt_at', '<', now).then(eb.ref('first_attempt_at')).else(now).end(),
      may_have_reached: 1,
    }))
    .where('id', '=', id)
    .execute();
}

/**
 * Postpones a start after an attempt that AWS neither accepted nor refused, unless a later attempt has been made since.
 */
export async function postponeStart(
  sql: Sql,
  { task, attemptCount }: WorkItem,
  postponement: { dueAt: number; message: string; mayHaveReached: boolean; now: number },
): Promise<void> {
  await sql
    .updateTable('tasks')
    .set({
      due_at: postponement.dueAt,
      answer: JSON.stringify({ ...task.details, message: postponement.message }),
      may_have_reached: postponement.mayHaveReached ? 1 : 0,
      updated_at: postponement.now,
    })
    .where('id', '=', task.id)
    .where('status', '=', 'QUEUED')
    // A deposed worker must not overwrite the state that its successor has stored.
    .where('attempt_count', '=', attemptCount)
    .execute();
}

/** The task ids of AWS among these that belong to stored tasks. */
export async function knownAwsTaskIds(sql: Sql, awsTaskIds: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < awsTaskIds.length; start += IDS_PER_STATEMENT) {
    const ids = awsTaskIds.slice(start, start + IDS_PER_STATEMENT);
    const rows = await sql.selectFrom('tasks').select('aws_task_id').where('aws_task_id', 'in', ids).execute();
    for (const row of rows) if (row.aws_task_id !== null) known.add(row.aws_task_id);
  }
  return known;
}

/** The number of tasks of a kind and catalog that AWS started since a time, counted up to `limit`. */
export async function countListedSince(
  sql: Sql,
  kind: TaskKind,
  catalog: string,
  since: number,
  limit: number,
): Promise<number> {
  const rows = sql
    .selectFrom('tasks')
    .select('id')
    .where('kind', '=', kind)
    .where('catalog', '=', catalog)
    .where('started_at', '>=', since)
    .limit(limit);
  const row = await sql
    .selectFrom(rows.as('listed'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Restricted to unfinished statuses, which have few tasks, because the count reads each. */
export async function countByStatus(sql: Sql, status: 'QUEUED' | 'IN_PROGRESS'): Promise<number> {
  const row = await sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', status)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The number of queued starts of all subjects up to this position, inclusive. */
export async function countQueuedUpTo(sql: Sql, position: number): Promise<number> {
  const row = await sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'QUEUED')
    .where('position', '<=', position)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The ids of tasks that ended before a time, oldest end first. */
export async function finishedBefore(sql: Sql, time: number, limit: number): Promise<string[]> {
  const rows = await sql
    .selectFrom('tasks')
    .select('id')
    .where('due_at', 'is', null)
    .where('updated_at', '<', time)
    .orderBy('updated_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function deleteTasks(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.deleteFrom('tasks').where('id', 'in', ids).execute();
}

function workItemOf(row: WorkRow): WorkItem {
  return {
    task: taskOf(row),
    awsClientToken: row.aws_client_token,
    dueAt: row.due_at ?? row.created_at,
    attemptCount: row.attempt_count,
    firstAttemptAt: row.first_attempt_at,
    mayHaveReached: row.may_have_reached === 1,
  };
}
