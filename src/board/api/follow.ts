/**
 * Follows a stream through outages, restarts and expired tokens. It subscribes again after the last cursor, until the
 * stream completes or fails with an error that waiting does not heal.
 */
import type { Client } from 'graphql-ws/client';
import { asFailure, needsToken, type RequestFailed } from './failure.js';
import type { Payload } from './operations.js';
import { waitMs } from './wait.js';

export type Sink<T> = {
  next(data: T): void;
  /** The stream has ended with a failure that does not pass. */
  failed(failure: RequestFailed): void;
  completed?(): void;
};

/** @returns a callback that ends the stream */
export function follow(client: Client, payload: Payload, sink: Sink<Record<string, unknown>>): () => void {
  // The client sends this object again when it reconnects by itself, with the cursor that it has by then.
  const resumed = payload;
  let retries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};

  function subscribe(): void {
    let interrupted = false;
    stop = client.subscribe<Record<string, unknown>>(resumed, {
      next({ data, errors }) {
        const failure = errors === undefined || data ? null : asFailure(errors);
        if (failure !== null) {
          interrupted = true;
          return end(failure);
        }
        if (!data) return;
        retries = 0;
        const after = cursorOf(data);
        if (after !== undefined) resumed.extensions = { ...resumed.extensions, resume: { after } };
        sink.next(data);
      },
      error: (error) => end(asFailure(error)),
      complete() {
        if (!interrupted) sink.completed?.();
      },
    });
  }
  function end(failure: RequestFailed): void {
    if (!failure.passes && !needsToken(failure)) return sink.failed(failure);
    clearTimeout(timer);
    timer = setTimeout(subscribe, waitMs(retries));
    retries += 1;
  }
  subscribe();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function cursorOf(data: Record<string, unknown>): string | undefined {
  const event = Object.values(data)[0];
  const cursor = typeof event === 'object' && event !== null && 'cursor' in event ? event.cursor : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}
