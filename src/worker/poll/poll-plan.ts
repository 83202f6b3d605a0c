/**
 * Plans the calls for the due tasks of one kind and catalog. It chooses groups of ids or a sweep from the latest
 * StartTime backwards, by the number of calls. Pure.
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

export type PollCall =
  | { readonly by: 'taskId'; readonly values: readonly string[]; readonly ids: readonly string[] }
  | { readonly by: 'identifier'; readonly values: readonly string[]; readonly ids: readonly string[] }
  /** Pages of the whole list, until `since` is passed, every wanted task was seen, or `maxPages` were read. */
  | { readonly by: 'startTime'; readonly since: number; readonly maxPages: number; readonly ids: readonly string[] };

export type PollPlan = { readonly calls: readonly PollCall[]; readonly callCount: number };

/**
 * The StartTime of a List differs from that of the Start by some ms, and the local clock differs from that of AWS by
 * more.
 */
export const CLOCK_TOLERANCE_MS = 5000;

/**
 * Plans the calls for all due tasks.
 * @param due tasks that must be polled
 * @param soon tasks that fill free places in the calls and never add a call
 * @param listedCount the expected number of tasks in the account's list that began since `sweepSince(due)`
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

/** Returns the StartTime down to which a sweep for these tasks must read. */
export function sweepSince(due: readonly Wanted[]): number {
  return due.reduce((oldest, task) => Math.min(oldest, task.startedAt), Infinity) - CLOCK_TOLERANCE_MS;
}

/**
 * Plans one call for each ten values. Tasks with the same value, such as two contexts of one engagement, share a place.
 */
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
