/** When an event makes the worker look at the tasks that it is about. Pure. */
import type { ExpeditableTask } from '../../tasks/store/expedite.js';

export type ExpeditePlan = {
  /** Looks to be promised: for each time the tasks. */
  readonly looks: ReadonlyMap<number, readonly string[]>;
  /** Until when another event about them is no news, because each is looked at later anyway; null when it is news at once. */
  readonly quietUntil: number | null;
};

/**
 * A look at once, or, where the last was less than `intervalMs` ago, as soon as that has passed: what comes in bursts is looked at once at
 * their beginning and once after their end, and nothing more often than that.
 */
export function planExpedite(tasks: readonly ExpeditableTask[], now: number, intervalMs: number): ExpeditePlan {
  const looks = new Map<number, string[]>();
  let quietUntil = Infinity;
  for (const { id, expeditedAt } of tasks) {
    const last = expeditedAt ?? -Infinity;
    const isPromised = last > now && last <= now + intervalMs;
    // Of a clock that was set back: a look must not be put off for hours.
    const at = isPromised ? last : Math.max(now, Math.min(last, now) + intervalMs);
    if (!isPromised) looks.set(at, [...(looks.get(at) ?? []), id]);
    quietUntil = Math.min(quietUntil, at);
  }
  return { looks, quietUntil: quietUntil > now && quietUntil !== Infinity ? quietUntil : null };
}
