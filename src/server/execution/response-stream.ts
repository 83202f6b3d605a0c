/**
 * A subscription on its way out: each event of the source is executed when the reader asks for it and not before, so that nothing
 * queues. It never throws: it delivers, it fails with errors fit for the client, or it says that the caller's token has expired; after
 * either of the last two, and after `return`, it delivers nothing.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { GraphQLError } from 'graphql';
import type { Caller } from '../security/caller.js';
import type { Masking } from '../documents/error-masking.js';
import type { Prepared } from './pipeline.js';

export type Delivery =
  /** `json`: the result as it is sent. */
  | { readonly kind: 'next'; readonly json: string; readonly cursor: string | null }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'expired' };

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
export class ResponseStream {
  readonly #source: AsyncIterator<unknown>;
  readonly #subscription: Subscription;
  readonly #hooks: StreamHooks;
  #over = false;

  constructor(source: AsyncIterable<unknown>, subscription: Subscription, hooks: StreamHooks) {
    this.#source = source[Symbol.asyncIterator]();
    this.#subscription = subscription;
    this.#hooks = hooks;
  }

  /** @returns null once the source has ended. */
  async next(): Promise<Delivery | null> {
    if (this.#over) return null;
    try {
      const event = await this.#source.next();
      // Between the question and the answer the reader may have gone, and the token expired.
      if (event.done === true || this.#over) return this.#end(null);
      if (this.#isExpired()) return this.#end({ kind: 'expired' });
      const json = await this.#hooks.resultOf(event.value, this.#subscription);
      if (this.#over) return null;
      return this.#isExpired() ? this.#end({ kind: 'expired' }) : { kind: 'next', json, cursor: cursorOf(event.value) };
    } catch (error) {
      const masked = this.#hooks.masking.mask(error);
      return this.#end(this.#over ? null : { kind: 'failed', errors: [masked] });
    }
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

  #isExpired(): boolean {
    return this.#hooks.expired(this.#subscription.caller);
  }

  #end(last: Delivery | null): Delivery | null {
    // Not awaited: a source that is slow to let go must not hold back what the reader is told.
    void this.return();
    return last;
  }
}

function cursorOf(event: unknown): string | null {
  return typeof event === 'object' && event !== null && 'cursor' in event && typeof event.cursor === 'string'
    ? event.cursor
    : null;
}
