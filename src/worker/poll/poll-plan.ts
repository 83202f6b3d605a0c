/**
 * What to ask AWS, for tasks of one kind in one catalog: ids in groups, or a sweep of the list from the latest StartTime on, whichever needs
 * fewer calls. Pure.
 */
import { FILTER_SIZE, PAGE_SIZE } from '../../partner-central/task-operations.js';

export type Wanted = {
  readonly id: string;
  /** AWS's id; null when AWS gave none: then the task is looked for under what its start named. */
  readonly awsTaskId: string | null;
  /** The opportunity or engagement, as a filter takes it. */
  readonly identifier: string;
  /** When AWS started it, or about when. */
  readonly startedAt: number;
};

export type PollCall =
  | { readonly by: 'taskId'; readonly values: readonly string[]; readonly ids: readonly string[] }
  | { readonly by: 'identifier'; readonly values: readonly string[]; readonly ids: readonly string[] }
  /** Pages of the whole list until `since` is passed, every wanted task was seen, or `maxPages` were read. */
  | { readonly by: 'startTime'; readonly since: number; readonly maxPages: number; readonly ids: readonly string[] };

export type PollPlan = { readonly calls: readonly PollCall[]; readonly callCount: number };

/** A List's StartTime differs from the Start's by some ms, and the clock here from AWS's by more. */
export const CLOCK_TOLERANCE_MS = 5000;

/**
 * The calls for all tasks that are due.
 * @param due none may be left out
 * @param soon tasks to be asked about next; they fill places that would stay empty and never add a call
 * @param listedCount how many tasks the account's list is expected to hold that were started since `sweepSince(due)`
 */
export function planPolls(due: readonly Wanted[], soon: readonly Wanted[], listedCount: number): PollPlan {
  if (due.length === 0) return { calls: [], callCount: 0 };
  const byGroup = [...groups('taskId', due, soon), ...groups('identifier', due, soon)];
  const maxPages = Math.max(1, Math.ceil(listedCount / PAGE_SIZE));
  if (maxPages >= byGroup.length) return { calls: byGroup, callCount: byGroup.length };
  return {
    calls: [{ by: 'startTime', since: sweepSince(due), maxPages, ids: due.map((task) => task.id) }],
    callCount: maxPages,
  };
}

/** How far back a sweep for these tasks has to go. */
export function sweepSince(due: readonly Wanted[]): number {
  return due.reduce((oldest, task) => Math.min(oldest, task.startedAt), Infinity) - CLOCK_TOLERANCE_MS;
}

/** One call for each ten values; tasks that share a value (two contexts of one engagement) share its place. */
function groups(by: 'taskId' | 'identifier', due: readonly Wanted[], soon: readonly Wanted[]): PollCall[] {
  const wanted = byValue(by, due);
  const groupCount = Math.ceil(wanted.size / FILTER_SIZE);
  for (const [value, tasks] of byValue(by, soon)) {
    if (wanted.has(value) || wanted.size < groupCount * FILTER_SIZE)
      wanted.set(value, [...(wanted.get(value) ?? []), ...tasks]);
  }
  const entries = [...wanted];
  return Array.from({ length: groupCount }, (_, index) => {
    const group = entries.slice(index * FILTER_SIZE, (index + 1) * FILTER_SIZE);
    return {
      by,
      values: group.map(([value]) => value),
      ids: group.flatMap(([, tasks]) => tasks.map((task) => task.id)),
    };
  });
}

function byValue(by: 'taskId' | 'identifier', tasks: readonly Wanted[]): Map<string, Wanted[]> {
  const map = new Map<string, Wanted[]>();
  for (const task of tasks) {
    if ((task.awsTaskId === null) !== (by === 'identifier')) continue;
    const value = task.awsTaskId ?? task.identifier;
    map.set(value, [...(map.get(value) ?? []), task]);
  }
  return map;
}
