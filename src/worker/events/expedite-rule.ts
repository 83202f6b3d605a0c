/** Decides when the tasks that an event concerns are polled. Pure. */
import type { ExpeditableTask } from '../../tasks/store/expedite.js';

export type ExpeditePlan = {
  /** The task ids to poll, by the time of the poll. */
  readonly polls: ReadonlyMap<number, readonly string[]>;
  /**
   * The time until which further events are ignored, because each task is polled later anyway. Null if the next event
   * counts at once.
   */
  readonly ignoreUntil: number | null;
};

/**
 * Schedules a poll now, or `intervalMs` after the last expedited poll. A burst of events thus costs one poll at its
 * beginning, one after its end, and at most one per interval between.
 */
export function planExpedite(tasks: readonly ExpeditableTask[], now: number, intervalMs: number): ExpeditePlan {
  const polls = new Map<number, string[]>();
  let ignoreUntil = Infinity;
  for (const { id, expeditedAt } of tasks) {
    const last = expeditedAt ?? -Infinity;
    const isScheduled = last > now && last <= now + intervalMs;
    // `last` lies in the future if the clock was set back; the poll must not wait for hours.
    const at = isScheduled ? last : Math.max(now, Math.min(last, now) + intervalMs);
    if (!isScheduled) polls.set(at, [...(polls.get(at) ?? []), id]);
    ignoreUntil = Math.min(ignoreUntil, at);
  }
  return { polls, ignoreUntil: ignoreUntil > now && ignoreUntil !== Infinity ? ignoreUntil : null };
}
