/** What an operation works with. */
import type { Clock } from '../../../runtime/clock.js';
import type { StoredTask, World } from './state.js';

export type Service = {
  readonly world: World;
  readonly clock: Clock;
  /** How many times faster than the clock the timelines of tasks run. */
  readonly speed: number;
  /** The largest page a List gives. */
  readonly pageSize: number;
  readonly closing: AbortSignal;
};

/** How far a task is on its timeline. */
export function elapsedMs({ clock, speed }: Service, task: StoredTask): number {
  return (clock.now() - task.startedAt) * speed;
}
