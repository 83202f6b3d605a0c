/**
 * The append-only log of transitions. It knows ids, sequences and positions, and does not look into the payload. One
 * writer at a time reserves positions, so they become visible in order. A reader that has seen position p never misses
 * a lower one.
 */
import { notifyOnCommit, type Database, type Sql, type Tx } from '../db/database.js';
import type { TransitionsTable } from '../db/tables.js';
import { LogHeadMissingError } from '../db/errors/explain.js';
import { markOf, type LogState } from './cursor.js';

export type LoggedTransition = {
  readonly position: number;
  readonly taskId: string;
  readonly sequence: number;
  /** True if no transition of this task can follow. */
  readonly terminal: boolean;
  readonly recordedAt: number;
  readonly payload: string;
};

export type LogHead = LogState & { readonly logId: string };

/** The members that identify a transition. */
export type LoggedAt = Pick<LoggedTransition, 'position' | 'taskId' | 'sequence' | 'recordedAt'>;

/** The first of the reserved positions, and the time of the reservation. */
export type Reservation = { readonly first: number; readonly now: number };

/**
 * Reserves the next `count` positions for this transaction. Every other writer waits until the transaction ends.
 * Reserve before you read the rows on which the new transitions depend. A position may stay unused.
 * @param epoch of the worker that writes; null for writes of callers
 * @returns null when another worker has taken over, because a deposed worker must not write
 */
export async function reservePositions(
  db: Database,
  tx: Tx,
  epoch: number | null,
  count: number,
): Promise<Reservation | null> {
  const advance = tx.updateTable('log_head').set((eb) => ({ position: eb('position', '+', count) }));
  const head = await (epoch === null ? advance : advance.where('worker_epoch', '=', epoch))
    .returning(['position', db.nowSql().as('now')])
    .executeTakeFirst();
  return head === undefined ? null : { first: head.position - count + 1, now: head.now };
}

/** The position up to which the log has grown, from a notification; null for other notifications. */
export function positionIn(notification: string): number | null {
  const match = /^log(?: (\d+))?$/.exec(notification);
  if (match === null) return null;
  // Earlier versions, which may still be running, send no position.
  return match[1] === undefined ? Infinity : Number(match[1]);
}

/** @param transitions oldest first, at most some hundreds, because each takes six of a statement's variables */
export async function append(tx: Tx, transitions: readonly LoggedTransition[]): Promise<void> {
  const latest = transitions.at(-1);
  if (latest === undefined) return;
  notifyOnCommit(tx, `log ${latest.position}`);
  const rows = transitions.map((transition) => ({
    position: transition.position,
    task_id: transition.taskId,
    sequence: transition.sequence,
    terminal: transition.terminal ? 1 : 0,
    recorded_at: transition.recordedAt,
    facts: transition.payload,
  }));
  tx.appended.push(...rows);
  await tx.insertInto('transitions').values(rows).execute();
}

/** Starts a new epoch, so that writes of earlier workers no longer count. Returns the epoch. */
export async function beginEpoch(tx: Tx): Promise<number> {
  const head = await tx
    .updateTable('log_head')
    .set((eb) => ({ worker_epoch: eb('worker_epoch', '+', 1) }))
    .returning('worker_epoch')
    .executeTakeFirstOrThrow();
  return head.worker_epoch;
}

/** Records that the worker of the present epoch leads from now on. */
export async function recordLead(db: Database, tx: Tx): Promise<void> {
  await tx.updateTable('log_head').set({ led_since: db.nowSql() }).execute();
}

/** The epoch of the latest worker, and the time at which it began to lead; null before the first one. */
export async function latestLead(sql: Sql): Promise<{ readonly epoch: number; readonly since: number } | null> {
  const head = await sql
    .selectFrom('log_head')
    .select(['worker_epoch', 'led_since'])
    .executeTakeFirstOrThrow(() => new LogHeadMissingError());
  return head.led_since === 0 ? null : { epoch: head.worker_epoch, since: head.led_since };
}

/** True if no later worker has taken over. */
export async function isLatestEpoch(sql: Sql, epoch: number): Promise<boolean> {
  const head = await sql
    .selectFrom('log_head')
    .select('worker_epoch')
    .executeTakeFirstOrThrow(() => new LogHeadMissingError());
  return head.worker_epoch === epoch;
}

export async function headOf(sql: Sql): Promise<LogHead> {
  const head = await sql
    .selectFrom('log_head')
    .select(['log_id', 'position', 'pruned_through', 'pruned_mark', 'unmarked_through'])
    .executeTakeFirstOrThrow();
  return {
    logId: head.log_id,
    position: head.position,
    prunedThrough: head.pruned_through,
    prunedMark: prunedMarkOf(head),
    unmarkedThrough: head.unmarked_through,
  };
}

/** An earlier version that runs beside this one changes the position alone. */
function prunedMarkOf({
  pruned_through,
  pruned_mark,
}: {
  readonly pruned_through: number;
  readonly pruned_mark: string;
}): string {
  const [position, mark = ''] = pruned_mark.split(' ');
  return position === String(pruned_through) ? mark : '';
}

/** Deletes all transitions of these tasks, and remembers the last position that is gone. */
export async function prune(tx: Tx, taskIds: readonly string[]): Promise<void> {
  // The deleted rows supply the positions, because a query for their maximum would make PostgreSQL walk the whole log
  // back to these oldest rows.
  const pruned = (await tx.deleteFrom('transitions').where('task_id', 'in', taskIds).returning(AT).execute()).map(
    atFromRow,
  );
  const last = pruned.toSorted((one, other) => one.position - other.position).at(-1);
  if (last === undefined) return;
  const change = { pruned_through: last.position, pruned_mark: `${last.position} ${markOf('transition', last)}` };
  await tx.updateTable('log_head').set(change).where('pruned_through', '<', last.position).execute();
}

/** Transitions of one task, oldest first. */
export async function readTaskAfter(
  sql: Sql,
  taskId: string,
  position: number,
  limit: number,
): Promise<LoggedTransition[]> {
  return readTasksAfter(sql, [taskId], position, limit);
}

/** Transitions of several tasks, task by task, each oldest first. */
export async function readTasksAfter(
  sql: Sql,
  taskIds: readonly string[],
  position: number,
  limit: number,
): Promise<LoggedTransition[]> {
  // The order is by sequence, which rises with the position and is part of the task's index.
  const rows = await sql
    .selectFrom('transitions')
    .select(COLUMNS)
    .where('task_id', 'in', taskIds)
    .where('position', '>', position)
    .orderBy('task_id')
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** Transitions of all tasks, oldest first. */
export async function readAllAfter(sql: Sql, position: number, limit: number): Promise<LoggedTransition[]> {
  const rows = await sql
    .selectFrom('transitions')
    .select(COLUMNS)
    .where('position', '>', position)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** The transitions at these positions, in any order. Unused positions and pruned transitions are left out. */
export async function readAt(sql: Sql, positions: readonly number[]): Promise<LoggedAt[]> {
  const rows = await sql.selectFrom('transitions').select(AT).where('position', 'in', positions).execute();
  return rows.map(atFromRow);
}

/** The latest transition of the whole log; null when none is kept. */
export async function readEnd(sql: Sql): Promise<LoggedAt | null> {
  const row = await sql.selectFrom('transitions').select(AT).orderBy('position', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? null : atFromRow(row);
}

/** The latest transition of each of these tasks, in any order. */
export async function readLatest(sql: Sql, taskIds: readonly string[]): Promise<LoggedTransition[]> {
  const rows = await sql
    .selectFrom('transitions')
    .select(COLUMNS)
    .where((eb) =>
      eb(
        eb.refTuple('task_id', 'sequence'),
        'in',
        eb
          .selectFrom('transitions')
          .select(({ fn }) => ['task_id', fn.max('sequence').as('sequence')])
          .where('task_id', 'in', taskIds)
          .groupBy('task_id')
          .$asTuple('task_id', 'sequence'),
      ),
    )
    .execute();
  return rows.map(fromRow);
}

/** Columns are named so that PostgreSQL may prepare these statements. */
const COLUMNS = ['position', 'task_id', 'sequence', 'terminal', 'recorded_at', 'facts'] as const;

const AT = ['position', 'task_id', 'sequence', 'recorded_at'] as const;

function atFromRow(row: Pick<TransitionsTable, (typeof AT)[number]>): LoggedAt {
  return { position: row.position, taskId: row.task_id, sequence: row.sequence, recordedAt: row.recorded_at };
}

export function fromRow(row: TransitionsTable): LoggedTransition {
  return {
    position: row.position,
    taskId: row.task_id,
    sequence: row.sequence,
    terminal: row.terminal === 1,
    recordedAt: row.recorded_at,
    payload: row.facts,
  };
}
