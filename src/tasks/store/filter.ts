/**
 * The filter of tasks, and the meaning of each member, for statements and for a task in memory alike. A new member
 * compiles only with its meaning, so that no list and no stream ignores it.
 */
import type { Catalog, TaskKind } from '../../partner-central/model/task-kind.js';
import type { Task, TaskStatus } from '../task.js';

export type TaskFilter = {
  readonly kinds?: readonly TaskKind[] | undefined;
  readonly catalogs?: readonly Catalog[] | undefined;
  readonly statuses?: readonly TaskStatus[] | undefined;
  readonly identifiers?: readonly string[] | undefined;
  readonly startedBy?: string | undefined;
  readonly batchIds?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Milliseconds since the epoch. The tasks that were updated later match. */
  readonly updatedAfter?: number | undefined;
};

export type Column = 'id' | 'kind' | 'catalog' | 'status' | 'subject' | 'identifier' | 'batch_id';

/** The column that a member restricts, and its value for a task in memory; null where the task has none. */
type Condition = { readonly column: Column; readonly of: (task: Task) => string | null };
/** `updatedAfter` is the only member that is not a choice of values. */
export type Conditions<Filter> = {
  readonly [Name in Exclude<keyof Required<Filter>, 'updatedAfter'>]: Condition;
};

export const CONDITIONS = {
  kinds: { column: 'kind', of: (task) => task.input.kind },
  catalogs: { column: 'catalog', of: (task) => task.input.catalog },
  statuses: { column: 'status', of: (task) => task.status },
  identifiers: { column: 'identifier', of: (task) => task.input.identifier },
  startedBy: { column: 'subject', of: (task) => task.subject },
  batchIds: { column: 'batch_id', of: (task) => task.batchId },
  ids: { column: 'id', of: (task) => task.id },
} as const satisfies Conditions<TaskFilter>;

const MEMBERS = namesIn(CONDITIONS);

/** One value, or one of several; undefined means any. */
type Choice = string | readonly string[] | undefined;

export function choicesOf(filter: TaskFilter): (readonly [column: Column, values: readonly string[] | undefined])[] {
  return MEMBERS.map((name) => {
    const choice: Choice = filter[name];
    return [CONDITIONS[name].column, typeof choice === 'string' ? [choice] : choice];
  });
}

export function matchesFilter(task: Task, filter: TaskFilter): boolean {
  if (filter.updatedAfter !== undefined && task.updatedAt <= filter.updatedAfter) return false;
  return MEMBERS.every((name) => {
    const choice: Choice = filter[name];
    if (choice === undefined) return true;
    const actual = CONDITIONS[name].of(task);
    return actual !== null && (typeof choice === 'string' ? choice === actual : choice.includes(actual));
  });
}

function namesIn<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => name in table);
}
