/**
 * Lists of the tasks that the viewer may see, newest first, and their counts. `list-conditions.ts` chooses the index.
 */
import { sql as raw, type SelectQueryBuilder } from 'kysely';
import type { Sql } from '../../db/database.js';
import type { Tables } from '../../db/tables.js';
import { TASK_COLUMNS, detailsIn, statusOf, taskOf, type TaskRow } from './task-row.js';
import type { TaskFilter } from './filter.js';
import { branchesOf, leadOf, matching, wantedOf, type Wanted } from './list-conditions.js';
import { READABLE_ROWS, readItems } from './readable.js';
import type { Task, TaskStatus } from '../task.js';
import type { Viewer } from '../viewer.js';

/** @param before lists only tasks below this position; null begins with the newest task */
export async function listTasks(
  sql: Sql,
  viewer: Viewer,
  filter: TaskFilter,
  before: number | null,
  limit: number,
): Promise<Task[]> {
  const wanted = wantedOf(viewer, filter);
  if (wanted === null) return [];
  const lead = leadOf(wanted, filter.updatedAfter !== undefined);
  const [first, ...others] = branchesOf(lead, wanted, filter.updatedAfter).map(({ where, isSorted }) => {
    // The sum keeps SQLite from reading all tasks in the order of their positions.
    const position = isSorted ? raw<number>`position` : raw<number>`position + 0`;
    return sql
      .selectFrom('tasks')
      .select(TASK_COLUMNS)
      .where(where)
      .where(position, '<', before ?? BEYOND_THE_LOG)
      .orderBy(position, 'desc')
      .limit(limit);
  });
  if (first === undefined) throw new Error('A list has no branch.');
  // An index orders the tasks of one value, not of several. So each value has a branch, and the branches are merged.
  const tasks = others.length === 0 ? first : merged(sql, first, others).orderBy('position', 'desc').limit(limit);
  return (await tasks.execute()).map(taskOf);
}

/** Above the position of any task. */
const BEYOND_THE_LOG = Number.MAX_SAFE_INTEGER;

type TaskRows = SelectQueryBuilder<Tables, 'tasks', TaskRow>;

function merged(sql: Sql, first: TaskRows, others: readonly TaskRows[]) {
  const branch = (rows: TaskRows) => sql.selectFrom(rows.as('branch')).select(TASK_COLUMNS);
  return others.reduce((union, rows) => union.unionAll(branch(rows)), branch(first));
}

/** Equal for calls of `listTasks` that run the same statement, also for different viewers. */
export function listKey(viewer: Viewer, filter: TaskFilter, before: number | null, limit: number): string {
  const wanted = wantedOf(viewer, filter);
  return JSON.stringify([wanted === null ? null : [...wanted], filter.updatedAfter, before, limit]);
}

/** Reads each task that it counts, so only a caller that asks for the count pays for it. */
export async function countTasks(sql: Sql, viewer: Viewer, filter: TaskFilter): Promise<number> {
  const wanted = wantedOf(viewer, filter);
  if (wanted === null) return 0;
  const row = await sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => matching(eb, wanted, filter.updatedAfter))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** More starts than can be in flight, so that a start with a failed attempt is among them. */
const MAX_ATTEMPTED_STARTS = 50;

/**
 * The message of the oldest queued start whose attempt failed: why it waits. A start during its first attempt has none.
 * @param viewer restricts the starts; all starts count if it is absent
 */
export async function oldestWait(sql: Sql, viewer?: Viewer): Promise<string | null> {
  const wanted: Wanted | null =
    viewer === undefined ? new Map([['status', ['QUEUED']]]) : wantedOf(viewer, { statuses: ['QUEUED'] });
  if (wanted === null) return null;
  const starts = sql
    .selectFrom('tasks')
    .select(['position', 'answer'])
    .where((eb) => matching(eb, wanted, undefined))
    .where('attempt_count', '>', 0)
    .orderBy('position')
    .limit(MAX_ATTEMPTED_STARTS);
  const messages = await readItems(starts, (row) => detailsIn(row).message, READABLE_ROWS);
  return messages.find((message) => message !== null) ?? null;
}

/** A summary of the tasks that have one status. */
export type StatusSummary = {
  readonly status: TaskStatus;
  readonly count: number;
  readonly firstCreatedAt: number;
  readonly lastPosition: number;
  /** The time from first attempt to last update, as a sum over the tasks that were attempted. */
  readonly durationMs: number;
};

/** Reads each task that matches, like `countTasks`. */
export async function statusSummariesOf(sql: Sql, viewer: Viewer, filter: TaskFilter): Promise<StatusSummary[]> {
  const wanted = wantedOf(viewer, filter);
  if (wanted === null) return [];
  const rows = await sql
    .selectFrom('tasks')
    .select((eb) => [
      'status',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('created_at').as('firstCreatedAt'),
      eb.fn.max('position').as('lastPosition'),
      eb.fn.coalesce(eb.fn.sum<number>(eb('updated_at', '-', eb.ref('first_attempt_at'))), eb.lit(0)).as('durationMs'),
    ])
    .where((eb) => matching(eb, wanted, filter.updatedAfter))
    .groupBy('status')
    .execute();
  return rows.map((row) => ({
    status: statusOf(row.status),
    count: Number(row.count),
    firstCreatedAt: Number(row.firstCreatedAt),
    lastPosition: Number(row.lastPosition),
    durationMs: Number(row.durationMs),
  }));
}
