/** When an event makes the worker look at the tasks that it is about. Pure. */
import type { ExpeditableTask } from '../../tasks/store/expedite.js';

export type ExpeditePlan = {
  /** Looks to be promised: for each time the tasks. */
  readonly polls: ReadonlyMap<number, readonly string[]>;
  /** Until when another event about them is no news, because each is looked at later anyway; null when it is news at once. */
  readonly ignoreUntil: number | null;
};

/**
 * A look at once, or, where the last was less than `intervalMs` ago, as soon as that has passed: what comes in bursts is looked at once at
 * their beginning and once after their end, and nothing more often than that.
 */
export function planExpedite(tasks: readonly ExpeditableTask[], now: number, intervalMs: number): ExpeditePlan {
  const polls = new Map<number, string[]>();
  let ignoreUntil = Infinity;
  for (const { id, hurriedAt } of tasks) {
    const last = hurriedAt ?? -Infinity;
    const isScheduled = last > now && last <= now + intervalMs;
    // Of a clock that was set back: a look must not be put off for hours.
    const at = isScheduled ? last : Math.max(now, Math.min(last, now) + intervalMs);
    if (!isScheduled) polls.set(at, [...(polls.get(at) ?? []), id]);
    ignoreUntil = Math.min(ignoreUntil, at);
  }
  return { polls, ignoreUntil: ignoreUntil > now && ignoreUntil !== Infinity ? ignoreUntil : null };
}
