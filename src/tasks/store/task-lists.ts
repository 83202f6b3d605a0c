/**
 * Statements on the lists of AWS that the worker reads, one for each kind and catalog. They say which lists have tasks
 * in progress, when each was read last, and which of them an event concerns.
 */
import type { Sql, Tx } from '../../db/database.js';
import { CATALOGS, TASK_KINDS, type Catalog, type TaskKind } from '../../partner-central/model/task-kind.js';
import { identifierOf } from '../../partner-central/identifiers.js';
import { detailsIn } from './task-row.js';
import { EVERY_ROW, READABLE_ROWS, readItems, readableOnly } from './readable.js';

export type ListName = { readonly kind: TaskKind; readonly catalog: Catalog };

/** A list with tasks in progress. */
export type ActiveList = ListName & {
  readonly inProgressCount: number;
  /** The time at which the first of its tasks was accepted. */
  readonly oldestAt: number;
};

export async function activeLists(sql: Sql): Promise<ActiveList[]> {
  const rows = await sql
    .selectFrom('tasks')
    .select((eb) => [
      'kind',
      'catalog',
      eb.fn.countAll<number>().as('in_progress_count'),
      eb.fn.min('created_at').as('oldest_at'),
    ])
    .where('status', '=', 'IN_PROGRESS')
    .where('due_at', 'is not', null)
    .groupBy(['kind', 'catalog'])
    .execute();
  return rows.flatMap((row) => {
    const name = nameOf(row);
    return name === null
      ? []
      : [{ ...name, inProgressCount: Number(row.in_progress_count), oldestAt: Number(row.oldest_at) }];
  });
}

/** A task in progress, without what only its answers need. */
export type TaskInFlight = {
  readonly id: string;
  readonly awsTaskId: string | null;
  readonly identifier: string;
  /** The StartTime of AWS, or the time of the first attempt. */
  readonly startedAt: number;
};

export async function tasksInFlight(
  sql: Sql,
  { kind, catalog }: ListName,
  unreadable = EVERY_ROW,
): Promise<TaskInFlight[]> {
  const tasks = sql
    .selectFrom('tasks')
    .select(['position', 'id', 'aws_task_id', 'identifier', 'started_at', 'first_attempt_at', 'created_at'])
    .where('status', '=', 'IN_PROGRESS')
    .where('due_at', 'is not', null)
    .where('kind', '=', kind)
    .where('catalog', '=', catalog);
  return readItems(
    readableOnly(tasks, unreadable),
    (row) => ({
      id: row.id,
      awsTaskId: row.aws_task_id,
      identifier: identifierOf(row.identifier),
      startedAt: row.started_at ?? row.first_attempt_at ?? row.created_at,
    }),
    unreadable,
  );
}

/** The last reading of a list, and the last event about one of its tasks. */
export type ListState = ListName & {
  readonly readAt: number | null;
  readonly intervalMs: number | null;
  readonly eventAt: number | null;
};

export async function listStates(sql: Sql): Promise<ListState[]> {
  const rows = await sql
    .selectFrom('task_lists')
    .select(['kind', 'catalog', 'read_at', 'interval_ms', 'event_at'])
    .execute();
  return rows.flatMap((row) => {
    const name = nameOf(row);
    return name === null ? [] : [{ ...name, readAt: row.read_at, intervalMs: row.interval_ms, eventAt: row.event_at }];
  });
}

export async function storeReading(
  tx: Tx,
  { kind, catalog }: ListName,
  readAt: number,
  intervalMs: number,
): Promise<void> {
  const read = { read_at: readAt, interval_ms: intervalMs };
  await tx
    .insertInto('task_lists')
    .values({ kind, catalog, ...read, event_at: null })
    .onConflict((conflict) => conflict.columns(['kind', 'catalog']).doUpdateSet(read))
    .execute();
}

/** Stores that an event concerns a task of the list, under another time than any event before. */
export async function storeEvent(tx: Tx, { kind, catalog }: ListName, at: number): Promise<void> {
  await tx
    .insertInto('task_lists')
    .values({ kind, catalog, read_at: null, interval_ms: null, event_at: at })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'catalog']).doUpdateSet((eb) => ({
        event_at: eb
          .case()
          .when('task_lists.event_at', '>=', at)
          .then(eb('task_lists.event_at', '+', 1))
          .else(at)
          .end(),
      })),
    )
    .execute();
}

/** Bounds the search for one event. The search covers the tasks that have been in progress for the shortest time. */
const MAX_TASKS_SEARCHED = 2000;

/** A task in progress, with the identifiers by which an event may name it. */
export type NamedTask = { readonly list: ListName; readonly names: readonly string[] };

export async function namedTasks(sql: Sql): Promise<NamedTask[]> {
  const tasks = sql
    .selectFrom('tasks')
    .select(['position', 'kind', 'catalog', 'identifier', 'answer'])
    .where('status', '=', 'IN_PROGRESS')
    .where('due_at', 'is not', null)
    .orderBy('due_at', 'desc')
    .limit(MAX_TASKS_SEARCHED);
  const found = await readItems(
    tasks,
    (row): NamedTask | null => {
      const list = nameOf(row);
      if (list === null) return null;
      const { opportunityId, engagementId, engagementInvitationId } = detailsIn(row);
      const names = [row.identifier, opportunityId, engagementId, engagementInvitationId];
      return { list, names: names.flatMap((name) => (name ? identifierOf(name) : [])) };
    },
    READABLE_ROWS,
  );
  return found.flatMap((task) => task ?? []);
}

/** Null for a list of a later version, which this one does not read. */
function nameOf(row: { readonly kind: string; readonly catalog: string }): ListName | null {
  const kind = TASK_KINDS.find((each) => each === row.kind);
  const catalog = CATALOGS.find((each) => each === row.catalog);
  return kind === undefined || catalog === undefined ? null : { kind, catalog };
}
