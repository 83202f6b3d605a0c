/**
 * The subscribers of each task. Nearly every task has one, and ten thousand sets would use more memory than the
 * subscribers.
 */
import type { Subscriber } from './log-stream.js';

export class Subscribers {
  /** Subscribers by task; null for those of all tasks. */
  readonly #of = new Map<string | null, Subscriber | Set<Subscriber>>();
  readonly #failed: (error: unknown) => void;

  /** @param failed receives the error of a subscriber, which must not cost the others their wake-up */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(taskId: string | null, subscriber: Subscriber): void {
    const known = this.#of.get(taskId);
    if (known === undefined) this.#of.set(taskId, subscriber);
    else if (known instanceof Set) known.add(subscriber);
    else if (known !== subscriber) this.#of.set(taskId, new Set([known, subscriber]));
  }

  remove(taskId: string | null, subscriber: Subscriber): void {
    const known = this.#of.get(taskId);
    if (known instanceof Set) known.delete(subscriber);
    if (known === subscriber || (known instanceof Set && known.size === 0)) this.#of.delete(taskId);
  }

  /** @param before see Subscriber */
  wake(taskId: string | null, before: number): void {
    const known = this.#of.get(taskId);
    if (known instanceof Set) for (const subscriber of known) this.#wakeOne(subscriber, before);
    else if (known !== undefined) this.#wakeOne(known, before);
  }

  #wakeOne(subscriber: Subscriber, before: number): void {
    try {
      subscriber.wake(before);
    } catch (error) {
      this.#failed(error);
    }
  }
}
