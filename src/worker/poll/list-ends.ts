/**
 * Tells which tasks a look at one end of the list of tasks in progress leaves to the next look, which reads the other
 * end. Pure.
 *
 * Two pages cost two calls. If calls are scarce, one look reads the page of the newest tasks and the next one the
 * page of the oldest. Two looks in a row then cover every task, and tasks on both pages are seen to end twice as soon.
 */
import type { ListEnd } from '../../partner-central/task-operations.js';
import { CLOCK_TOLERANCE_MS, type Wanted } from './look-plan.js';

/** A reading from one end that may not have come to the other. */
export type EndReading = {
  readonly from: ListEnd;
  /** The last StartTime that it showed, or an infinite one if it showed none. */
  readonly edge: number;
  /** The ids of the tasks that it did not show because they may lie past the edge. */
  readonly past: ReadonlySet<string>;
  /** True if tasks may lie between its edge and that of the reading from the other end: the list has over two pages. */
  readonly isGap: boolean;
};

/** Returns the end that the next look reads: the other one, unless the reading left no task to it. */
export function nextEnd(before: EndReading | null): ListEnd {
  if (before === null) return 'newest';
  const isNewest = before.from === 'newest';
  return isNewest === (before.past.size === 0) ? 'newest' : 'oldest';
}

/**
 * @param startTimes those of all tasks that the reading showed
 * @param unseen the wanted tasks that it did not show
 * @param before the reading of the look before. A task that it left to this one is left to no other.
 */
export function endReadingOf(
  from: ListEnd,
  startTimes: readonly number[],
  unseen: readonly Wanted[],
  before: EndReading | null,
): EndReading {
  // Times are negated from the oldest on, so that a reading from either end goes down.
  const down = (at: number) => (from === 'newest' ? at : -at);
  const edge = down(startTimes.reduce((last, at) => Math.min(last, down(at)), Infinity));
  const isPast = ({ startedAt }: Wanted) => down(startedAt) <= down(edge) + CLOCK_TOLERANCE_MS;
  const past = unseen.filter((task) => isPast(task) && before?.past.has(task.id) !== true);
  const isGap = before !== null && before.from !== from && down(edge) > down(before.edge);
  return { from, edge, past: new Set(past.map(({ id }) => id)), isGap };
}
