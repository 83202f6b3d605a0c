/**
 * Lists of the tasks that the viewer may see, newest first. This file chooses the index, not the planner, because
 * SQLite keeps no statistics. It would sort a million tasks of one kind to show the newest twenty of one subject.
 */
import {
  sql as raw,
  type ExpressionBuilder,
  type ExpressionWrapper,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely';
import { compileQuery, type Param, type Params } from '../../db/compile-query.js';
import type { Sql } from '../../db/database.js';
import type { Tables } from '../../db/tables.js';
import { isStorableText } from '../../db/storable-text.js';
import { CATALOGS, TASK_KINDS } from '../../partner-central/model/task-kind.js';
import { TASK_COLUMNS, detailsIn, statusOf, taskOf, type TaskRow } from './task-row.js';
import { COLUMNS, choicesOf, type Column, type TaskFilter } from './filter.js';
import { READABLE_ROWS, readItems } from './readable.js';
import { isTerminal, type Task, type TaskStatus } from '../task.js';
import type { Viewer } from '../viewer.js';

/** The allowed values of each column, at least one; an absent column may have any. */
type Wanted = ReadonlyMap<Column, readonly string[]>;
/** The same in a statement, as values or as parameters. */
type WantedParams = ReadonlyMap<Column, readonly Param<string>[]>;

/** An empty list means any value. */
type ListValues = Readonly<Record<Column, readonly string[]>> & { readonly before: number; readonly limit: number };
type ListStatement = (sql: Sql, values: ListValues) => Promise<{ readonly rows: readonly TaskRow[] }>;

/** The compiled statements by their leading columns. */
const statements = new Map<string, ListStatement>();

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
  const leading = leadingColumns(wanted);
  const key = leading.join();
  const statement = statements.get(key) ?? listStatement(leading);
  statements.set(key, statement);
  const valuesOf = (column: Column): readonly string[] => wanted.get(column) ?? [];
  const { rows } = await statement(sql, {
    kind: valuesOf('kind'),
    catalog: valuesOf('catalog'),
    status: valuesOf('status'),
    subject: valuesOf('subject'),
    identifier: valuesOf('identifier'),
    batch_id: valuesOf('batch_id'),
    before: before ?? BEYOND_THE_LOG,
    limit,
  });
  return rows.map(taskOf);
}

/** Above the position of any task. */
const BEYOND_THE_LOG = Number.MAX_SAFE_INTEGER;

function listStatement(leadingColumns: readonly Column[]): ListStatement {
  return compileQuery((sql: Sql, params: Params<ListValues>) => {
    const wanted: WantedParams = new Map(
      COLUMNS.filter((column) => params[column].length > 0).map((column) => [column, params[column]]),
    );
    const newest = (leading: WantedParams) =>
      sql
        .selectFrom('tasks')
        .select(TASK_COLUMNS)
        .where((eb) => eb.and([allOf(eb, leading), ...checked(eb, wanted, leading)]))
        .where('position', '<', params.before)
        .orderBy('position', 'desc')
        .limit(params.limit);
    const [first, ...others] = branchesOf(
      new Map([...wanted].filter(([column]) => leadingColumns.includes(column))),
    ).map(newest);
    if (first === undefined) throw new Error('A list has no branch.');
    // An index orders the tasks of one value, not of several. So each value has a branch, and the branches are merged.
    return others.length === 0 ? first : merged(sql, first, others).orderBy('position', 'desc').limit(params.limit);
  });
}

/** Equal for calls of `listTasks` that run the same statement, also for different viewers. */
export function listKey(viewer: Viewer, filter: TaskFilter, before: number | null, limit: number): string {
  const wanted = wantedOf(viewer, filter);
  return JSON.stringify([wanted === null ? null : [...wanted], before, limit]);
}

/** Reads each task that it counts, so only a caller that asks for the count pays for it. */
export async function countTasks(sql: Sql, viewer: Viewer, filter: TaskFilter): Promise<number> {
  const wanted = wantedOf(viewer, filter);
  if (wanted === null) return 0;
  const row = await sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => ledByOneIndex(eb, wanted))
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
    .where((eb) => ledByOneIndex(eb, wanted))
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
    .where((eb) => ledByOneIndex(eb, wanted))
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

/** The values that viewer and filter allow together; null when no task can match. */
function wantedOf(viewer: Viewer, filter: TaskFilter): Wanted | null {
  const wanted = new Map<Column, readonly string[]>();
  const narrow = (column: Column, values: readonly string[] | undefined): void => {
    if (values === undefined) return;
    const earlier = wanted.get(column);
    wanted.set(
      column,
      [...new Set(values)].filter((value) => isStorableText(value) && (earlier?.includes(value) ?? true)),
    );
  };
  narrow('catalog', viewer.catalogs);
  switch (viewer.reads) {
    case 'all':
      break;
    case 'own':
      // A viewer without a subject owns no task, although unauthenticated starts are stored under ''.
      narrow('subject', viewer.subject === null ? [] : [viewer.subject]);
      break;
    case 'none':
      return null;
    default:
      viewer.reads satisfies never;
  }
  for (const [column, values] of choicesOf(filter)) narrow(column, values);
  // A list that is given but empty matches nothing.
  if ([...wanted.values()].some((values) => values.length === 0)) return null;
  return kindAndCatalogTogether(wanted);
}

/**
 * There is an index on the catalog, and one on kind and catalog. A choice of kinds needs the catalogs named too, and a
 * choice of all values is left out.
 */
function kindAndCatalogTogether(wanted: Map<Column, readonly string[]>): Wanted {
  const kinds = wanted.get('kind') ?? TASK_KINDS;
  const catalogs = wanted.get('catalog') ?? CATALOGS;
  const isAnyKind = kinds.length === TASK_KINDS.length;
  if (isAnyKind) wanted.delete('kind');
  if (isAnyKind && catalogs.length === CATALOGS.length) wanted.delete('catalog');
  else wanted.set('catalog', catalogs);
  return wanted;
}

/** The columns of the index to use, which is the one that leaves the fewest tasks to read. */
function leadingColumns(wanted: Wanted): readonly Column[] {
  const isUnfinished = wanted.get('status')?.every((status) => !isTerminal(statusOf(status))) ?? false;
  if (wanted.has('batch_id')) return ['batch_id'];
  if (wanted.has('identifier')) return ['identifier'];
  // Few tasks are unfinished, however many are stored.
  if (isUnfinished) return ['status'];
  if (wanted.has('subject')) return ['subject'];
  return wanted.has('status') ? ['status'] : ['kind', 'catalog'];
}

/**
 * Each combination of one value a column. Values of identifiers and batches stay together, because each has few tasks,
 * which are sorted fast.
 */
function branchesOf(leading: WantedParams): WantedParams[] {
  let branches: WantedParams[] = [new Map()];
  for (const [column, values] of leading) {
    const choices = column === 'identifier' || column === 'batch_id' ? [values] : values.map((value) => [value]);
    branches = branches.flatMap((branch) => choices.map((choice) => new Map([...branch, [column, choice] as const])));
  }
  return branches;
}

type TaskRows = SelectQueryBuilder<Tables, 'tasks', TaskRow>;

function merged(sql: Sql, first: TaskRows, others: readonly TaskRows[]) {
  const branch = (rows: TaskRows) => sql.selectFrom(rows.as('branch')).select(TASK_COLUMNS);
  return others.reduce((union, rows) => union.unionAll(branch(rows)), branch(first));
}

function allOf(
  eb: ExpressionBuilder<Tables, 'tasks'>,
  wanted: WantedParams,
): ExpressionWrapper<Tables, 'tasks', SqlBool> {
  return eb.and([...wanted].map(([column, values]) => eb(column, 'in', values)));
}

function ledByOneIndex(
  eb: ExpressionBuilder<Tables, 'tasks'>,
  wanted: Wanted,
): ExpressionWrapper<Tables, 'tasks', SqlBool> {
  const columns = leadingColumns(wanted);
  const leading = new Map([...wanted].filter(([column]) => columns.includes(column)));
  return eb.and([allOf(eb, leading), ...checked(eb, wanted, leading)]);
}

/**
 * The conditions besides the leading ones. The cast to the column's own type keeps SQLite from using another index, and
 * has no effect on PostgreSQL.
 */
function checked(
  eb: ExpressionBuilder<Tables, 'tasks'>,
  wanted: WantedParams,
  leading: WantedParams,
): ExpressionWrapper<Tables, 'tasks', SqlBool>[] {
  const others = [...wanted].filter(([column]) => !leading.has(column));
  return others.map(([column, values]) => eb(raw<string>`cast(${eb.ref(column)} as text)`, 'in', values));
}
