/**
 * Reads the log from a position onwards, for ever: each transition once and in order, whatever happens meanwhile. What it keeps for a
 * reader is a position and at most one small page: a reader that is slow reads the log later.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { LoggedTransition } from './log.js';

/** Small, because a page is all that a stalled reader costs: 16 transitions of about 2 KB are half of 64 KB. */
const PAGE_SIZE = 16;

export type FollowSource<T> = {
  /** Transitions after a position, oldest first. */
  read(after: number, limit: number): Promise<readonly LoggedTransition[]>;
  /** Calls `wake` whenever there may be more to read; returns how to stop that. */
  attach(wake: () => void): () => void;
  /** What the reader gets for a transition; null to leave it out. */
  map(transition: LoggedTransition): T | null;
  /** Whether the stream is over after this transition. */
  isLast(transition: LoggedTransition): boolean;
  /**
   * Whether the reader is to go on waiting although a read has failed; then calls `wake` when reading may work again. Otherwise, or
   * when absent, the reader gets the error.
   */
  outlasts?(error: unknown, wake: () => void): boolean;
};

/**
 * An iterator of its own rather than an async generator: `return()` of a generator that waits settles only when the wait is over, and a
 * client that has gone would be kept until its task moves. Here it settles at once, also while a read is under way.
 */
export class Follow<T> implements AsyncIterableIterator<T> {
  readonly #source: FollowSource<T>;
  readonly #detach: () => void;
  #position: number;
  #page: readonly LoggedTransition[] = [];
  #pageIndex = 0;
  #phase: 'open' | 'last-delivered' | 'closed' = 'open';
  #awake = false;
  #wake: () => void = () => {
    this.#awake = true;
  };
  #turn: Promise<void> = Promise.resolve();
  /** Calls of `next` that are not settled yet: closing settles them, whatever they wait for. */
  readonly #pending = new Set<(result: IteratorReturnResult<undefined>) => void>();

  /** Attaches at once: what is committed from now on is found, however late the first `next()` comes. */
  constructor(source: FollowSource<T>, after: number) {
    this.#source = source;
    this.#position = after;
    this.#detach = source.attach(() => this.#wake());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#phase === 'closed') return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#pending.add(resolve);
      // Calls take turns, so that two at once cannot get the same transition.
      this.#turn = this.#turn
        .then(() => this.#advance())
        .then(resolve, reject)
        .finally(() => this.#pending.delete(resolve));
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#close();
    return Promise.resolve(DONE);
  }

  throw(error: unknown): Promise<never> {
    this.#close();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  async #advance(): Promise<IteratorResult<T, undefined>> {
    while (this.#phase === 'open') {
      const transition = this.#page[this.#pageIndex];
      if (transition === undefined) {
        await this.#turnPage();
        continue;
      }
      this.#pageIndex += 1;
      this.#position = transition.position;
      if (this.#source.isLast(transition)) this.#phase = 'last-delivered';
      const value = this.#source.map(transition);
      if (value !== null) return { done: false, value };
      // An embedded database answers without ever letting others run: a reader that may see little of a long log must do so itself.
      if (this.#pageIndex === this.#page.length) await turnOfTheLoop();
    }
    this.#close();
    return DONE;
  }

  /** Reads the next page; when there is none, waits for a wake-up that came after the read began. */
  async #turnPage(): Promise<void> {
    this.#awake = false;
    this.#page = await this.#source.read(this.#position, PAGE_SIZE).catch((error: unknown) => {
      if (this.#source.outlasts?.(error, () => this.#wake()) !== true) throw error;
      return [];
    });
    this.#pageIndex = 0;
    if (this.#page.length > 0 || this.#awake || this.#phase !== 'open') return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = () => {
      this.#awake = true;
    };
  }

  #close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#page = [];
    this.#detach();
    for (const settle of this.#pending) settle(DONE);
    this.#pending.clear();
    this.#wake();
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
