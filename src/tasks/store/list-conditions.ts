/**
 * The conditions of a list of tasks, and the index that they lead with. This file chooses the index, not the planner,
 * because SQLite keeps no statistics. It would sort a million tasks of one kind to show the newest twenty of one
 * subject.
 */
import { sql as raw, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import { isStorableText } from '../../db/storable-text.js';
import type { Tables } from '../../db/tables.js';
import { CATALOGS, TASK_KINDS } from '../../partner-central/model/task-kind.js';
import { isTerminal } from '../task.js';
import type { Viewer } from '../viewer.js';
import { choicesOf, type Column, type TaskFilter } from './filter.js';
import { statusOf } from './task-row.js';

/** The allowed values of each column, at least one; an absent column may have any. */
export type Wanted = ReadonlyMap<Column, readonly string[]>;
type Builder = ExpressionBuilder<Tables, 'tasks'>;
type Condition = ExpressionWrapper<Tables, 'tasks', SqlBool>;
type Lead = readonly (Column | 'updated_at')[];

/** The values that viewer and filter allow together; null when no task can match. */
export function wantedOf(viewer: Viewer, filter: TaskFilter): Wanted | null {
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

/**
 * The columns of the index to use, which is the one that leaves the fewest tasks to read.
 * @param isRecent true if only tasks match that were updated after a time
 */
export function leadOf(wanted: Wanted, isRecent: boolean): Lead {
  const isUnfinished = wanted.get('status')?.every((status) => !isTerminal(statusOf(status))) ?? false;
  if (wanted.has('id')) return ['id'];
  if (wanted.has('batch_id')) return ['batch_id'];
  if (wanted.has('identifier')) return ['identifier'];
  // Few tasks are unfinished, however many are stored.
  if (isUnfinished) return ['status'];
  // A client asks for the changes of a short time.
  if (isRecent) return ['updated_at'];
  if (wanted.has('subject')) return ['subject'];
  return wanted.has('status') ? ['status'] : ['kind', 'catalog'];
}

/** The columns with few tasks for each value, which are sorted fast. Their values stay together. */
const SELECTIVE: readonly Column[] = ['id', 'identifier', 'batch_id'];
const UNFINISHED = ['QUEUED', 'IN_PROGRESS'] as const;

/**
 * A part of the tasks that match, which one index finds.
 * @property isSorted true if that index has them in the order of their positions, or finds few
 */
type Branch = { readonly where: (eb: Builder) => Condition; readonly isSorted: boolean };

export function branchesOf(lead: Lead, wanted: Wanted, updatedAfter: number | undefined): Branch[] {
  if (updatedAfter !== undefined && lead.includes('updated_at')) {
    const finished = (eb: Builder) =>
      eb.and([eb('due_at', 'is', null), eb('updated_at', '>', updatedAfter), ...checked(eb, wanted, undefined, NONE)]);
    const unfinished = (status: string) => (eb: Builder) =>
      eb.and([eb('status', '=', status), eb('due_at', 'is not', null), ...checked(eb, wanted, updatedAfter, NONE)]);
    return [
      { where: finished, isSorted: false },
      ...UNFINISHED.map((status) => ({ where: unfinished(status), isSorted: true })),
    ];
  }
  let branches: Wanted[] = [NONE];
  for (const [column, values] of wanted) {
    if (!lead.includes(column)) continue;
    const choices = SELECTIVE.includes(column) ? [values] : values.map((value) => [value]);
    branches = branches.flatMap((branch) => choices.map((choice) => new Map([...branch, [column, choice] as const])));
  }
  return branches.map((leading) => ({
    where: (eb) => eb.and([...allOf(eb, leading), ...checked(eb, wanted, updatedAfter, leading)]),
    isSorted: true,
  }));
}

/** The tasks that match, for a statement that reads all of them. */
export function matching(eb: Builder, wanted: Wanted, updatedAfter: number | undefined): Condition {
  const lead = leadOf(wanted, updatedAfter !== undefined);
  if (lead.includes('updated_at')) return eb.or(branchesOf(lead, wanted, updatedAfter).map(({ where }) => where(eb)));
  const leading = new Map([...wanted].filter(([column]) => lead.includes(column)));
  return eb.and([...allOf(eb, leading), ...checked(eb, wanted, updatedAfter, leading)]);
}

const NONE: Wanted = new Map();

function allOf(eb: Builder, wanted: Wanted): Condition[] {
  return [...wanted].map(([column, values]) => eb(column, 'in', values));
}

/**
 * The conditions besides the leading ones. A cast to the column's own type, or an addition of 0, keeps SQLite from
 * using another index, and has no effect on PostgreSQL.
 */
function checked(eb: Builder, wanted: Wanted, updatedAfter: number | undefined, leading: Wanted): Condition[] {
  const others = [...wanted].filter(([column]) => !leading.has(column));
  return [
    ...others.map(([column, values]) => eb(raw<string>`cast(${eb.ref(column)} as text)`, 'in', values)),
    ...(updatedAfter === undefined ? [] : [eb(raw<number>`${eb.ref('updated_at')} + 0`, '>', updatedAfter)]),
  ];
}
