/** The environment of an operation: state, clock and settings. */
import type { Clock } from '../../../runtime/clock.js';
import type { State, StoredTask } from './state.js';

export type Service = {
  readonly state: State;
  readonly clock: Clock;
  /** Timelines of tasks run this many times faster than the clock. */
  readonly speed: number;
  /** How long a created opportunity cannot be found, on the timelines' clock. */
  readonly invisibleMs: number;
  /** The largest page of a List. */
  readonly pageSize: number;
  readonly closing: AbortSignal;
};

/** The position of a task on its timeline. */
export function elapsedMs({ clock, speed }: Service, task: StoredTask): number {
  return (clock.now() - task.startedAt) * speed;
}
