/**
 * Reads the log from a position onwards, for ever: each transition once and in order, whatever happens meanwhile. What it keeps for a
 * reader is a position and at most one small page: a reader that is slow reads the log later.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { PullStream, Receiver } from '../runtime/pull-stream.js';
import type { LoggedTransition } from './log.js';

/** Small, because a page is all that a stalled reader costs: 16 transitions of about 2 KB are half of 64 KB. */
const PAGE_SIZE = 16;

type Page = readonly LoggedTransition[];

/** Whoever waits for the log to grow. */
export type Follower = {
  /** Says that there may be more to read. Whoever had read everything before has missed nothing up to the position `before`. */
  wake(before?: number): void;
};

export type FollowSource<T> = {
  /** Transitions after a position, oldest first; fewer than `limit` when there are no more. At once where nobody need be asked. */
  read(after: number, limit: number): Page | Promise<Page>;
  /** Wakes the follower whenever there may be more to read, until it is detached. */
  attach(follower: Follower): void;
  detach(follower: Follower): void;
  /** What the reader gets for a transition; null to leave it out. */
  map(transition: LoggedTransition): T | null;
  /** Whether the stream is over after this transition. */
  isLast(transition: LoggedTransition): boolean;
  /**
   * Whether the reader is to go on waiting although a read has failed; then calls `wake` when reading may work again. Otherwise, or
   * when absent, the reader gets the error.
   */
  survives?(error: unknown, wake: () => void): boolean;
};

/**
 * An iterator of its own rather than an async generator: `return()` of a generator that waits settles only when the wait is over, and a
 * client that has gone would be kept until its task moves. Here it settles at once, also while a read is under way. And ten thousand of
 * these that wait are ten thousand small objects, not ten thousand functions halted half-way.
 */
export class Follow<T> implements PullStream<T>, Follower {
  readonly #source: FollowSource<T>;
  #page: Page = EMPTY;
  #pageIndex = 0;
  /** Where the next page begins. */
  #position: number;
  /**
   * What comes after this page: `behind`, perhaps more; `reading`, what is being read; `at-end`, only what a wake-up tells of; `cut-off`,
   * perhaps more, but it cannot be read before a wake-up.
   */
  #state: 'behind' | 'reading' | 'at-end' | 'cut-off' = 'behind';
  /** Readers are being served, or will be after a read or a turn of the loop. */
  #busy = false;
  #closed = false;
  /** Those that have asked and are not answered yet; they take turns, so that two at once cannot get the same transition. */
  #readers: readonly Receiver<T>[] = NOBODY;

  /** Attaches at once: what is committed from now on is found, however late the first `next()` comes. */
  constructor(source: FollowSource<T>, after: number) {
    this.#source = source;
    this.#position = after;
    source.attach(this);
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
    return new Promise((resolve, reject) => this.pull({ take: resolve, fail: reject }));
  }

  pull(reader: Receiver<T>): void {
    if (this.#closed) return reader.take(DONE);
    // Not pushed: that makes room for sixteen more, which never come.
    this.#readers = this.#readers.length === 0 ? [reader] : this.#readers.concat(reader);
    this.#advance();
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#close();
    return ENDED;
  }

  throw(error: unknown): Promise<never> {
    this.#close();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  wake(before = 0): void {
    if (this.#state === 'at-end' && before > this.#position) this.#position = before;
    this.#state = 'behind';
    this.#advance();
  }

  /** Answers readers as long as there is something to answer them with. One that asks again meanwhile is answered by the same loop. */
  #advance(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#readers.length > 0) {
      const transition = this.#page[this.#pageIndex];
      if (transition === undefined && this.#state !== 'behind') break;
      const work = transition === undefined ? this.#turnPage() : this.#deliver(transition);
      if (work !== null) return this.#goOnAfter(work);
    }
    this.#busy = false;
  }

  /** @returns what must be waited for before the next one. */
  #deliver(transition: LoggedTransition): Promise<void> | null {
    this.#pageIndex += 1;
    const fullPageRead = this.#pageIndex === PAGE_SIZE;
    // A reader that waits keeps nothing of what it has read.
    if (this.#pageIndex === this.#page.length) this.#page = EMPTY;
    let value: T | null;
    try {
      value = this.#source.map(transition);
    } catch (error) {
      this.#firstReader()?.fail(error);
      return null;
    }
    if (value !== null) this.#firstReader()?.take({ done: false, value });
    if (this.#source.isLast(transition)) this.#close();
    // An embedded database answers without ever letting others run, nor does a connection that takes whatever it is given: a reader of a long log must do so itself.
    return fullPageRead ? turnOfTheLoop() : null;
  }

  #turnPage(): Promise<void> | null {
    this.#state = 'reading';
    const page = this.#source.read(this.#position, PAGE_SIZE);
    if (page instanceof Promise) return page.then((read) => this.#take(read));
    this.#take(page);
    return null;
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
    void work
      .catch((error: unknown) => {
        const outlasted = this.#source.survives?.(error, () => this.wake()) ?? false;
        if (this.#state === 'reading') this.#state = outlasted ? 'cut-off' : 'behind';
        if (!outlasted) this.#firstReader()?.fail(error);
      })
      .then(() => {
        this.#busy = false;
        this.#advance();
      });
  }

  #firstReader(): Receiver<T> | undefined {
    const [first] = this.#readers;
    this.#readers = this.#readers.length > 1 ? this.#readers.slice(1) : NOBODY;
    return first;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#page = EMPTY;
    this.#source.detach(this);
    const left = this.#readers;
    this.#readers = NOBODY;
    for (const reader of left) reader.take(DONE);
  }
}

const EMPTY: Page = [];
const NOBODY: readonly never[] = [];
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const ENDED = Promise.resolve(DONE);
