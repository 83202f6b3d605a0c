/**
 * Plans how one look learns about the tasks in flight of a kind and catalog with the fewest calls. Pure.
 *
 * There are three ways. Groups of ten ids tell everything about their tasks. A sweep from the latest StartTime
 * backwards tells everything about every task that began since. The list of the tasks in progress tells only who is
 * still running, and groups then ask about those that have left it.
 */
import { FILTER_SIZE, PAGE_SIZE } from '../../partner-central/task-operations.js';

export type Wanted = {
  readonly id: string;
  /** The AWS id, or null if AWS gave none. A task without an id is polled by `identifier`. */
  readonly awsTaskId: string | null;
  /** The opportunity or engagement that the start named, in the form that the filter takes. */
  readonly identifier: string;
  /** The StartTime of AWS, or the time of the first attempt. */
  readonly startedAt: number;
};

/** One call for up to ten values. */
export type GroupCall = {
  readonly by: 'taskId' | 'identifier';
  readonly values: readonly string[];
  readonly ids: readonly string[];
};

export type LookPlan =
  | { readonly way: 'groups'; readonly calls: readonly GroupCall[] }
  /** Pages of the whole list, until `since` is passed, every wanted task was seen, or `maxPages` were read. */
  | { readonly way: 'sweep'; readonly since: number; readonly maxPages: number }
  /**
   * Pages of the tasks in progress, until all were seen or as many calls were made as the groups take. With `isHalf` a
   * page's worth of tasks is enough, and the next look begins at the other end.
   */
  | { readonly way: 'inProgress'; readonly maxPages: number; readonly isHalf: boolean };

/** The expected numbers of tasks in the lists of the account, own and external ones. */
export type Expected = {
  /** Tasks that began since `sweepSince(tasks)`. */
  readonly startedCount: number;
  readonly inProgressCount: number;
  /** Tasks in flight that the list of those in progress does not show. Most of them have ended. */
  readonly leftCount: number;
};

/**
 * The StartTime of a List differs from that of the Start by some ms, and the local clock differs from that of AWS by
 * more.
 */
export const CLOCK_TOLERANCE_MS = 5000;

/**
 * Plans a look at `tasks`. Equal costs go to the way that tells more.
 * @param mayHalve false if this look must cover every task
 * @param calls the groups of `tasks`
 */
export function planLook(
  tasks: readonly Wanted[],
  expected: Expected,
  mayHalve: boolean,
  calls = groupsOf(tasks),
): LookPlan {
  const sweepPages = pagesFor(expected.startedCount);
  const inProgressPages = pagesFor(expected.inProgressCount);
  const inProgressCost = inProgressPages + Math.ceil(expected.leftCount / FILTER_SIZE);
  if (calls.length <= Math.min(sweepPages, inProgressCost)) return { way: 'groups', calls };
  // At equal cost two halves are fresher than a sweep, because most tasks are in both.
  const isSweepBetter = mayHalve && inProgressPages === 2 ? sweepPages < inProgressCost : sweepPages <= inProgressCost;
  if (isSweepBetter) return { way: 'sweep', since: sweepSince(tasks), maxPages: sweepPages };
  return { way: 'inProgress', maxPages: calls.length, isHalf: mayHalve && inProgressPages <= 2 };
}

/** Returns the number of pages of a list with this many tasks. An empty list has a page too. */
function pagesFor(count: number): number {
  return Math.max(1, Math.ceil(count / PAGE_SIZE));
}

/** Returns the StartTime down to which a sweep for these tasks must read. */
export function sweepSince(tasks: readonly Wanted[]): number {
  return tasks.reduce((oldest, task) => Math.min(oldest, task.startedAt), Infinity) - CLOCK_TOLERANCE_MS;
}

/**
 * Plans one call for each ten values. Tasks with the same value, such as two contexts of one engagement, share a place.
 */
export function groupsOf(tasks: readonly Wanted[]): GroupCall[] {
  return [...groupsBy('taskId', tasks), ...groupsBy('identifier', tasks)];
}

function groupsBy(by: GroupCall['by'], tasks: readonly Wanted[]): GroupCall[] {
  const byValue = new Map<string, string[]>();
  for (const task of tasks) {
    if ((task.awsTaskId === null) !== (by === 'identifier')) continue;
    const value = task.awsTaskId ?? task.identifier;
    const ids = byValue.get(value);
    if (ids === undefined) byValue.set(value, [task.id]);
    else ids.push(task.id);
  }
  const entries = [...byValue];
  return Array.from({ length: Math.ceil(entries.length / FILTER_SIZE) }, (_, index) => {
    const group = entries.slice(index * FILTER_SIZE, (index + 1) * FILTER_SIZE);
    return { by, values: group.map(([value]) => value), ids: group.flatMap(([, ids]) => ids) };
  });
}

/** Splits a call in two, so that one value that AWS refuses does not block the others. */
export function halvesOf(call: GroupCall, tasks: readonly Wanted[]): GroupCall[] {
  const middle = Math.ceil(call.values.length / 2);
  return [call.values.slice(0, middle), call.values.slice(middle)].map((values) => ({
    by: call.by,
    values,
    ids: tasks
      .filter((task) => call.ids.includes(task.id) && values.includes(task.awsTaskId ?? task.identifier))
      .map((task) => task.id),
  }));
}
