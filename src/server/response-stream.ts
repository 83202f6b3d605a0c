/**
 * A subscription on its way out: each event of the source is executed when the reader asks for it and not before, so that nothing
 * queues. It never throws: it delivers, it fails with errors fit for the client, or it says that the caller's token has expired; after
 * either of the last two, and after `return`, it delivers nothing.
 */
import { execute, type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, type GraphQLError } from 'graphql';
import type { Masking } from './masking.js';

export type Delivery =
  | { readonly kind: 'next'; readonly payload: FormattedExecutionResult; readonly cursor: string | null }
  | { readonly kind: 'failed'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'expired' };

export type ResponseStream = {
  /** @returns null once the source has ended. */
  next(): Promise<Delivery | null>;
  /** Lets go of the source, also while `next` waits for it. */
  return(): Promise<void>;
};

export type StreamHooks = {
  readonly masking: Masking;
  expired(): boolean;
  /** Runs one event's execution, inside whatever should surround it. */
  around(event: unknown, run: () => Promise<ExecutionResult>): Promise<ExecutionResult>;
};

export function createResponseStream(source: AsyncIterable<unknown>, args: ExecutionArgs, hooks: StreamHooks): ResponseStream {
  const iterator = source[Symbol.asyncIterator]();
  let over = false;

  async function finish(): Promise<void> {
    if (over) return;
    over = true;
    try {
      await iterator.return?.();
    } catch (error) {
      // The reader is gone; only the log can still be told.
      hooks.masking.mask(error);
    }
  }

  function end<Last>(last: Last): Last {
    // Not awaited: a source that is slow to let go must not hold back what the reader is told.
    void finish();
    return last;
  }

  return {
    async next() {
      if (over) return null;
      try {
        const event = await iterator.next();
        // Between the question and the answer the reader may have gone, and the token expired.
        if (over) return null;
        if (event.done === true) return end(null);
        if (hooks.expired()) return end({ kind: 'expired' });
        const result = await hooks.around(event.value, async () => execute({ ...args, rootValue: event.value }));
        if (over) return null;
        if (hooks.expired()) return end({ kind: 'expired' });
        return { kind: 'next', payload: hooks.masking.result(result), cursor: cursorOf(event.value) };
      } catch (error) {
        if (over) {
          hooks.masking.mask(error);
          return null;
        }
        return end({ kind: 'failed', errors: [hooks.masking.mask(error)] });
      }
    },
    return: finish,
  };
}

function cursorOf(event: unknown): string | null {
  return typeof event === 'object' && event !== null && 'cursor' in event && typeof event.cursor === 'string' ? event.cursor : null;
}
