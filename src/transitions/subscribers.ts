/** Who waits for which task. Nearly every task has one follower, and a set around each of ten thousand would weigh more than they do. */
import type { Follower } from './log-stream.js';

export class Followers {
  /** By task; null for those of all tasks. */
  readonly #of = new Map<string | null, Follower | Set<Follower>>();
  readonly #failed: (error: unknown) => void;

  /** @param failed told of what a follower throws, which must not cost the others their wake-up. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(taskId: string | null, follower: Follower): void {
    const known = this.#of.get(taskId);
    if (known === undefined) this.#of.set(taskId, follower);
    else if (known instanceof Set) known.add(follower);
    else if (known !== follower) this.#of.set(taskId, new Set([known, follower]));
  }

  remove(taskId: string | null, follower: Follower): void {
    const known = this.#of.get(taskId);
    if (known instanceof Set) known.delete(follower);
    if (known === follower || (known instanceof Set && known.size === 0)) this.#of.delete(taskId);
  }

  /** @param before see Follower */
  wake(taskId: string | null, before: number): void {
    const known = this.#of.get(taskId);
    if (known instanceof Set) for (const follower of known) this.#wakeOne(follower, before);
    else if (known !== undefined) this.#wakeOne(known, before);
  }

  #wakeOne(follower: Follower, before: number): void {
    try {
      follower.wake(before);
    } catch (error) {
      this.#failed(error);
    }
  }
}
