/**
 * The results of a subscription. The stream executes an event only when the transport asks for it, so that nothing
 * queues. It never throws: it delivers, fails with masked errors, or reports that the token has expired. After a
 * failure, an expiry or `return` it delivers nothing.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { GraphQLError } from 'graphql';
import { pullNext, type Receiver } from '../../runtime/pull-stream.js';
import type { ErrorMasking } from '../documents/error-masking.js';
import type { Caller } from '../security/caller.js';
import type { CheckedOperation } from './checked-operation.js';

export type Delivery =
  /** `json`: the result as the transport sends it. */
  | { readonly kind: 'next'; readonly json: string; readonly cursor: string | null }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'expired' };

/** Called once for each pull; with null once the source has ended. It may pull again, and must not throw. */
export type DeliveryReceiver = { deliver(delivery: Delivery | null): void };

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
export class ResponseStream implements Receiver<unknown> {
  /** The cursor of the place at which the stream begins, if the source names it. */
  readonly cursor: string | null;
  readonly #source: AsyncIterator<unknown>;
  readonly #subscription: Subscription;
  readonly #hooks: StreamHooks;
  /** The pull that waits for an answer. */
  #receiver: DeliveryReceiver | null = null;
  #isOver = false;

  constructor(source: AsyncIterable<unknown>, subscription: Subscription, hooks: StreamHooks) {
    this.cursor = cursorOf(source);
    this.#source = source[Symbol.asyncIterator]();
    this.#subscription = subscription;
    this.#hooks = hooks;
  }

  /** @returns null once the source has ended */
  next(): Promise<Delivery | null> {
    return new Promise((resolve) => this.pull({ deliver: resolve }));
  }

  /** Like `next`, without a promise; one pull at a time. */
  pull(receiver: DeliveryReceiver): void {
    if (this.#isOver) return receiver.deliver(null);
    this.#receiver = receiver;
    try {
      pullNext(this.#source, this);
    } catch (error) {
      this.fail(error);
    }
  }

  take(event: IteratorResult<unknown, undefined>): void {
    // The subscriber may have left and the token may have expired during the wait.
    if (this.#isOver || event.done === true) return this.#end(null);
    if (this.#isExpired()) return this.#end({ kind: 'expired' });
    let result: string | Promise<string>;
    try {
      result = this.#hooks.resultOf(event.value, this.#subscription);
    } catch (error) {
      return this.fail(error);
    }
    // A text is not awaited, because that costs a turn for each of ten thousand subscribers.
    if (typeof result === 'string') return this.#deliver(event.value, result);
    result.then(
      (json) => this.#deliver(event.value, json),
      (error: unknown) => this.fail(error),
    );
  }

  fail(error: unknown): void {
    const masked = this.#hooks.errorMasking.mask(error);
    this.#end(this.#isOver ? null : { kind: 'failed', errors: [masked] });
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

  #deliver(event: unknown, json: string): void {
    if (this.#isOver) return this.#end(null);
    if (this.#isExpired()) return this.#end({ kind: 'expired' });
    this.#answer({ kind: 'next', json, cursor: cursorOf(event) });
  }

  #end(last: Delivery | null): void {
    // The return is not awaited, because a slow source must not delay the last message to the subscriber.
    void this.return();
    this.#answer(last);
  }

  #answer(delivery: Delivery | null): void {
    const receiver = this.#receiver;
    this.#receiver = null;
    receiver?.deliver(delivery);
  }
}

function cursorOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'cursor' in value && typeof value.cursor === 'string'
    ? value.cursor
    : null;
}
