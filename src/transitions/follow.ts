/**
 * Reads the log from a position onwards, for ever: each transition once and in order, whatever happens meanwhile. What it keeps for a
 * reader is a position and at most one small page: a reader that is slow reads the log later.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { LoggedTransition } from './log.js';

/** Small, because a page is all that a stalled reader costs: 16 transitions of about 2 KB are half of 64 KB. */
const PAGE_SIZE = 16;

type Page = readonly LoggedTransition[];

/** Says that there may be more to read. Whoever had read everything before has missed nothing up to the position `before`. */
export type Wake = (before?: number) => void;

export type FollowSource<T> = {
  /** Transitions after a position, oldest first; fewer than `limit` when there are no more. At once where nobody need be asked. */
  read(after: number, limit: number): Page | Promise<Page>;
  /** Calls `wake` whenever there may be more to read; returns how to stop that. */
  attach(wake: Wake): () => void;
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

type Call<T> = {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
};

/**
 * An iterator of its own rather than an async generator: `return()` of a generator that waits settles only when the wait is over, and a
 * client that has gone would be kept until its task moves. Here it settles at once, also while a read is under way. And ten thousand of
 * these that wait are ten thousand small objects, not ten thousand functions halted half-way.
 */
export class Follow<T> implements AsyncIterableIterator<T> {
  readonly #source: FollowSource<T>;
  readonly #detach: () => void;
  #page: Page = EMPTY;
  #pageIndex = 0;
  /** Where the next page begins. */
  #position: number;
  /**
   * What comes after this page: `behind`, perhaps more; `reading`, what is being read; `at-end`, only what a wake-up tells of; `cut-off`,
   * perhaps more, but it cannot be read before a wake-up.
   */
  #state: 'behind' | 'reading' | 'at-end' | 'cut-off' = 'behind';
  /** A read or a turn of the loop is under way, and goes on with `#advance`. */
  #busy = false;
  #closed = false;
  /** Calls of `next` that are not settled yet; they take turns, so that two at once cannot get the same transition. */
  #calls: readonly Call<T>[] = [];

  /** Attaches at once: what is committed from now on is found, however late the first `next()` comes. */
  constructor(source: FollowSource<T>, after: number) {
    this.#source = source;
    this.#position = after;
    this.#detach = source.attach((before) => this.#wake(before));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Before the first `next()`: reads the first page, and shows the transition that it begins with; null when there is none yet. */
  async peek(): Promise<LoggedTransition | null> {
    this.#state = 'reading';
    this.#take(await this.#source.read(this.#position, PAGE_SIZE));
    return this.#page[0] ?? null;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#closed) return ENDED;
    return new Promise((resolve, reject) => {
      // Not pushed: that makes room for sixteen more, which never come.
      this.#calls = this.#calls.concat({ resolve, reject });
      this.#advance();
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#close();
    return ENDED;
  }

  throw(error: unknown): Promise<never> {
    this.#close();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  #wake(before = 0): void {
    if (this.#state === 'at-end' && before > this.#position) this.#position = before;
    this.#state = 'behind';
    this.#advance();
  }

  /** Settles calls as long as there is something to settle them with. */
  #advance(): void {
    while (this.#calls.length > 0 && !this.#busy) {
      const transition = this.#page[this.#pageIndex];
      if (transition !== undefined) this.#deliver(transition);
      else if (this.#state === 'behind') this.#turnPage();
      else return;
    }
  }

  #deliver(transition: LoggedTransition): void {
    this.#pageIndex += 1;
    const fullPageRead = this.#pageIndex === PAGE_SIZE;
    // A reader that waits keeps nothing of what it has read.
    if (this.#pageIndex === this.#page.length) this.#page = EMPTY;
    try {
      const value = this.#source.map(transition);
      if (value !== null) this.#firstCall()?.resolve({ done: false, value });
      if (this.#source.isLast(transition)) return this.#close();
      // An embedded database answers without ever letting others run: a reader that may see little of a long log must do so itself.
      if (value === null && fullPageRead) this.#goOnAfter(turnOfTheLoop());
    } catch (error) {
      this.#firstCall()?.reject(error);
    }
  }

  #turnPage(): void {
    this.#state = 'reading';
    const page = this.#source.read(this.#position, PAGE_SIZE);
    if (page instanceof Promise) this.#goOnAfter(page.then((read) => this.#take(read)));
    else this.#take(page);
  }

  #take(page: Page): void {
    if (this.#closed) return;
    this.#page = page;
    this.#pageIndex = 0;
    this.#position = page.at(-1)?.position ?? this.#position;
    // A wake-up during the read says that it may have come too early.
    if (this.#state === 'reading') this.#state = page.length < PAGE_SIZE ? 'at-end' : 'behind';
  }

  #goOnAfter(work: Promise<void>): void {
    this.#busy = true;
    void work
      .catch((error: unknown) => {
        const outlasted = this.#source.outlasts?.(error, () => this.#wake()) ?? false;
        if (!outlasted) this.#firstCall()?.reject(error);
        if (this.#state === 'reading') this.#state = outlasted ? 'cut-off' : 'behind';
      })
      .then(() => {
        this.#busy = false;
        this.#advance();
      });
  }

  #firstCall(): Call<T> | undefined {
    const [first] = this.#calls;
    this.#calls = this.#calls.slice(1);
    return first;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#page = EMPTY;
    this.#detach();
    for (const call of this.#calls) call.resolve(DONE);
    this.#calls = [];
  }
}

const EMPTY: Page = [];
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const ENDED = Promise.resolve(DONE);
