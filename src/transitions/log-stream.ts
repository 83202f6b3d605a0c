/**
 * Reads the log from a position onwards without end, and delivers each transition once and in order. It keeps a
 * position and at most one small page, so a slow subscriber reads the log later.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { PullStream, Receiver } from '../runtime/pull-stream.js';
import type { LoggedTransition } from './log.js';

/** A page is all that a stalled subscriber costs: 16 transitions of about 2 KB are half of 64 KB. */
const PAGE_SIZE = 16;

type Page = readonly LoggedTransition[];

/** Waits for the log to grow. */
export type Subscriber = {
  /**
   * Signals that there may be more to read. A subscriber at the end of the log has missed nothing up to the position
   * `before`.
   */
  wake(before?: number): void;
};

export type LogStreamSource<T> = {
  /**
   * Transitions after a position, oldest first; fewer than `limit` at the end of the log. Synchronous if they are in
   * memory.
   */
  read(after: number, limit: number): Page | Promise<Page>;
  /** Wakes the subscriber whenever there may be more to read, until it is detached. */
  attach(subscriber: Subscriber): void;
  detach(subscriber: Subscriber): void;
  /** The value delivered for a transition; null to leave the transition out. */
  map(transition: LoggedTransition): T | null;
  /** True if the stream ends after this transition. */
  isLast(transition: LoggedTransition): boolean;
  /**
   * Returns true if the stream waits in spite of a failed read, and calls `wake` when reading may work again.
   * Otherwise, or when absent, `next` rejects with the error.
   */
  survives?(error: unknown, wake: () => void): boolean;
};

/**
 * An iterator and not an async generator, because `return()` of a waiting generator settles only when its wait ends. A
 * client that has gone would be kept until its task changes. Here `return()` settles at once, also during a read.
 * Ten thousand waiting streams are ten thousand small objects, and not ten thousand suspended functions.
 */
export class LogStream<T> implements PullStream<T>, Subscriber {
  /** The cursor of the place at which the stream begins; null if the reader knows it or gets a transition at once. */
  readonly cursor: string | null;
  readonly #source: LogStreamSource<T>;
  #page: Page = EMPTY;
  #pageIndex = 0;
  /** The position after which the next page begins. */
  #position: number;
  /**
   * The state after this page. `behind`: there may be more. `reading`: a read is under way. `at-end`: only a wake-up
   * brings more. `cut-off`: there may be more, which cannot be read before a wake-up.
   */
  #state: 'behind' | 'reading' | 'at-end' | 'cut-off' = 'behind';
  /** Pulls are being served, or will be after a read or a turn of the event loop. */
  #busy = false;
  #closed = false;
  /** Pulls in order. Each waits for the previous one, so that two cannot get the same transition. */
  #pulls: readonly Receiver<T>[] = NO_PULLS;

  /** Attaches at once, so that each later commit is found, however late the first `next()` comes. */
  constructor(source: LogStreamSource<T>, after: number, cursor: string | null = null) {
    this.cursor = cursor;
    this.#source = source;
    this.#position = after;
    source.attach(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads the first page before the first `next()`, and returns its first transition, or null if there is none yet. */
  async peek(): Promise<LoggedTransition | null> {
    this.#state = 'reading';
    this.#acceptPage(await this.#source.read(this.#position, PAGE_SIZE));
    return this.#page[0] ?? null;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => this.pull({ take: resolve, fail: reject }));
  }

  pull(receiver: Receiver<T>): void {
    if (this.#closed) return receiver.take(DONE);
    // A push would reserve room for sixteen more pulls, which never come.
    this.#pulls = this.#pulls.length === 0 ? [receiver] : this.#pulls.concat(receiver);
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

  /** Answers pulls until the transitions or the pulls run out. A receiver that pulls again meets the same loop. */
  #advance(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#pulls.length > 0) {
      const transition = this.#page[this.#pageIndex];
      if (transition === undefined && this.#state !== 'behind') break;
      const work = transition === undefined ? this.#readPage() : this.#deliver(transition);
      if (work !== null) return this.#continueAfter(work);
    }
    this.#busy = false;
  }

  /** @returns the work to await before the next delivery; null if there is none */
  #deliver(transition: LoggedTransition): Promise<void> | null {
    this.#pageIndex += 1;
    const fullPageRead = this.#pageIndex === PAGE_SIZE;
    // A waiting stream keeps no transition that it has delivered.
    if (this.#pageIndex === this.#page.length) this.#page = EMPTY;
    let value: T | null;
    try {
      value = this.#source.map(transition);
    } catch (error) {
      this.#nextPull()?.fail(error);
      return null;
    }
    if (value !== null) this.#nextPull()?.take({ done: false, value });
    if (this.#source.isLast(transition)) this.#close();
    // An embedded database blocks the event loop, and so does a connection that accepts all writes. A stream that reads
    // a long log must therefore yield by itself.
    return fullPageRead ? turnOfTheLoop() : null;
  }

  #readPage(): Promise<void> | null {
    this.#state = 'reading';
    const page = this.#source.read(this.#position, PAGE_SIZE);
    if (page instanceof Promise) return page.then((read) => this.#acceptPage(read));
    this.#acceptPage(page);
    return null;
  }

  #acceptPage(page: Page): void {
    if (this.#closed) return;
    this.#page = page;
    this.#pageIndex = 0;
    this.#position = page.at(-1)?.position ?? this.#position;
    // A wake-up during the read means that the read may have begun too early.
    if (this.#state === 'reading') this.#state = page.length < PAGE_SIZE ? 'at-end' : 'behind';
  }

  #continueAfter(work: Promise<void>): void {
    void work
      .catch((error: unknown) => {
        const survives = this.#source.survives?.(error, () => this.wake()) ?? false;
        if (this.#state === 'reading') this.#state = survives ? 'cut-off' : 'behind';
        if (!survives) this.#nextPull()?.fail(error);
      })
      .then(() => {
        this.#busy = false;
        this.#advance();
      });
  }

  #nextPull(): Receiver<T> | undefined {
    const [first] = this.#pulls;
    this.#pulls = this.#pulls.length > 1 ? this.#pulls.slice(1) : NO_PULLS;
    return first;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#page = EMPTY;
    this.#source.detach(this);
    const left = this.#pulls;
    this.#pulls = NO_PULLS;
    for (const pull of left) pull.take(DONE);
  }
}

const EMPTY: Page = [];
const NO_PULLS: readonly never[] = [];
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const ENDED = Promise.resolve(DONE);
