/**
 * A subscription on its way out: each event of the source is executed when the reader asks for it and not before, so that nothing
 * queues. It never throws: it delivers, it fails with errors fit for the client, or it says that the caller's token has expired; after
 * either of the last two, and after `return`, it delivers nothing.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { GraphQLError } from 'graphql';
import { pullNext, type Receiver } from '../../runtime/pull-stream.js';
import type { Caller } from '../security/caller.js';
import type { Masking } from '../documents/error-masking.js';
import type { Prepared } from './pipeline.js';

export type Delivery =
  /** `json`: the result as it is sent. */
  | { readonly kind: 'next'; readonly json: string; readonly cursor: string | null }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'expired' };

/** Called once for each question; with null once the source has ended. It may ask for the next, and must not throw. */
export type DeliveryReceiver = { deliver(delivery: Delivery | null): void };

/** What is known of one subscription for as long as it runs; nothing else is kept of how it came about. */
export type Subscription = {
  readonly prepared: Prepared;
  readonly caller: Caller;
  /** Of the operation that opened it; null when nobody traces. */
  readonly span: SpanContext | null;
};

/** The same for all streams. */
export type StreamHooks = {
  readonly masking: Masking;
  expired(caller: Caller): boolean;
  /** The result of an event as JSON: at once where it can be. */
  resultOf(event: unknown, subscription: Subscription): string | Promise<string>;
};

/** A class, because ten thousand of these wait at once: methods are shared, functions over variables would not be. */
export class ResponseStream implements Receiver<unknown> {
  readonly #source: AsyncIterator<unknown>;
  readonly #subscription: Subscription;
  readonly #hooks: StreamHooks;
  /** Who has asked and is not answered yet. */
  #reader: DeliveryReceiver | null = null;
  #over = false;

  constructor(source: AsyncIterable<unknown>, subscription: Subscription, hooks: StreamHooks) {
    this.#source = source[Symbol.asyncIterator]();
    this.#subscription = subscription;
    this.#hooks = hooks;
  }

  /** @returns null once the source has ended. */
  next(): Promise<Delivery | null> {
    return new Promise((resolve) => this.pull({ deliver: resolve }));
  }

  /** The same for a reader that waits without a promise; one at a time. */
  pull(reader: DeliveryReceiver): void {
    if (this.#over) return reader.deliver(null);
    this.#reader = reader;
    try {
      pullNext(this.#source, this);
    } catch (error) {
      this.fail(error);
    }
  }

  take(event: IteratorResult<unknown, undefined>): void {
    // Between the question and the answer the reader may have gone, and the token expired.
    if (this.#over || event.done === true) return this.#end(null);
    if (this.#hooks.expired(this.#subscription.caller)) return this.#end({ kind: 'expired' });
    let result: string | Promise<string>;
    try {
      result = this.#hooks.resultOf(event.value, this.#subscription);
    } catch (error) {
      return this.fail(error);
    }
    // Not awaited without need: that would be another turn for each of ten thousand readers.
    if (typeof result === 'string') return this.#deliver(event.value, result);
    result.then(
      (json) => this.#deliver(event.value, json),
      (error: unknown) => this.fail(error),
    );
  }

  fail(error: unknown): void {
    const masked = this.#hooks.masking.mask(error);
    this.#end(this.#over ? null : { kind: 'failed', errors: [masked] });
  }

  /** Lets go of the source, also while `next` waits for it. */
  async return(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#source.return?.();
    } catch (error) {
      // The reader is gone; only the log can still be told.
      this.#hooks.masking.mask(error);
    }
  }

  #deliver(event: unknown, json: string): void {
    if (this.#over) return this.#end(null);
    if (this.#hooks.expired(this.#subscription.caller)) return this.#end({ kind: 'expired' });
    this.#answer({ kind: 'next', json, cursor: cursorOf(event) });
  }

  #end(last: Delivery | null): void {
    // Not awaited: a source that is slow to let go must not hold back what the reader is told.
    void this.return();
    this.#answer(last);
  }

  #answer(delivery: Delivery | null): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.deliver(delivery);
  }
}

function cursorOf(event: unknown): string | null {
  return typeof event === 'object' && event !== null && 'cursor' in event && typeof event.cursor === 'string'
    ? event.cursor
    : null;
}
