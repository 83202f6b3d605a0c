/**
 * The results of a subscription. The stream executes an event only when the transport asks for it, so that nothing
 * queues. It never throws: it delivers, fails with masked errors, or reports that the token has expired. After a
 * failure, an expiry or `return` it delivers nothing.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { GraphQLError } from 'graphql';
import type { ErrorMasking } from '../documents/error-masking.js';
import type { Caller } from '../security/caller.js';
import type { CheckedOperation } from './checked-operation.js';

export type Delivery =
  /** `json`: the result as the transport sends it. */
  | { readonly kind: 'next'; readonly json: string; readonly cursor: string | null }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'expired' };

/** The state of one subscription, kept for as long as it runs. */
export type Subscription = {
  readonly checked: CheckedOperation;
  readonly caller: Caller;
  /** The span of the operation that opened it; null without a tracer. */
  readonly span: SpanContext | null;
};

/** The functions that all streams share. */
export type StreamHooks = {
  readonly errorMasking: ErrorMasking;
  isExpired(caller: Caller): boolean;
  /** The result of an event as JSON, without a promise if no resolver waits. */
  resultOf(event: unknown, subscription: Subscription): string | Promise<string>;
};

/** A class, because ten thousand streams wait at once: they share methods, but closures would be made for each. */
export class ResponseStream {
  readonly #source: AsyncIterator<unknown>;
  readonly #subscription: Subscription;
  readonly #hooks: StreamHooks;
  #isOver = false;

  constructor(source: AsyncIterable<unknown>, subscription: Subscription, hooks: StreamHooks) {
    this.#source = source[Symbol.asyncIterator]();
    this.#subscription = subscription;
    this.#hooks = hooks;
  }

  /** @returns null once the source has ended */
  async next(): Promise<Delivery | null> {
    if (this.#isOver) return null;
    try {
      const event = await this.#source.next();
      // The subscriber may have left and the token may have expired during each wait.
      if (event.done === true || this.#isOver) return this.#end(null);
      if (this.#isExpired()) return this.#end({ kind: 'expired' });
      const json = await this.#hooks.resultOf(event.value, this.#subscription);
      if (this.#isOver) return null;
      return this.#isExpired() ? this.#end({ kind: 'expired' }) : { kind: 'next', json, cursor: cursorOf(event.value) };
    } catch (error) {
      const masked = this.#hooks.errorMasking.mask(error);
      return this.#end(this.#isOver ? null : { kind: 'failed', errors: [masked] });
    }
  }

  /** Releases the source, even while `next` waits for it. */
  async return(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#source.return?.();
    } catch (error) {
      // The subscriber has left, so that the error goes only to the log, which masking writes.
      this.#hooks.errorMasking.mask(error);
    }
  }

  #isExpired(): boolean {
    return this.#hooks.isExpired(this.#subscription.caller);
  }

  #end(last: Delivery | null): Delivery | null {
    // The return is not awaited, because a slow source must not delay the last message to the subscriber.
    void this.return();
    return last;
  }
}

function cursorOf(event: unknown): string | null {
  return typeof event === 'object' && event !== null && 'cursor' in event && typeof event.cursor === 'string'
    ? event.cursor
    : null;
}
