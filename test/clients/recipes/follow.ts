/**
 * Follows a stream of the gateway through outages, restarts and expired tokens. It subscribes again after the last
 * cursor until the stream completes, or fails with an error that waiting does not heal.
 */
export type Request = {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
};
export type Result = { readonly data?: any; readonly errors?: readonly any[]; readonly extensions?: any };
export type Sink = { next(result: any): void; error(error: unknown): void; complete(): void };
/** The clients of graphql-ws and of graphql-sse both have this method. */
export type StreamClient = { subscribe(request: any, sink: Sink): () => void };

/** @returns a callback that ends the subscription */
export function follow(client: StreamClient, request: Request, sink: Sink): () => void {
  // The client sends this object again when it reconnects by itself, with the cursor that it has by then.
  const resumed: Request = { ...request };
  let retries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  function subscribe(): void {
    let interrupted = false;
    stop = client.subscribe(resumed, {
      next(result: Result) {
        interrupted = !result.data && passes(result.errors ?? null);
        if (interrupted) return;
        retries = 0;
        const after = cursorOf(result);
        if (after !== undefined) resumed.extensions = { ...resumed.extensions, resume: { after } };
        sink.next(result);
      },
      error: (error) => (passes(error) ? again() : sink.error(error)),
      complete: () => (interrupted ? again() : sink.complete()),
    });
  }
  function again(): void {
    timer = setTimeout(subscribe, waitMs(retries));
    retries += 1;
  }
  subscribe();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** The cursor of an event, or of the place at which a stream over multipart begins. */
export function cursorOf({ data, extensions }: Result): string | undefined {
  const event: any = Object.values(data ?? {})[0];
  return event?.cursor ?? extensions?.cursor;
}

/** True if waiting heals the error: the same request may succeed later, or with a new token. */
export function passes(error: any): boolean {
  if (error === null) return false;
  const errors: any[] | undefined = Array.isArray(error) ? error : error.errors;
  if (errors !== undefined) {
    return errors.some(
      ({ extensions }) =>
        extensions?.retryAfterMs !== undefined || ['UNAUTHENTICATED', 'SERVER_RESTARTING'].includes(extensions?.code),
    );
  }
  const status: number | undefined = error.response?.status ?? error.statusCode;
  if (status !== undefined) return status >= 500 || [401, 408, 429].includes(status);
  // A broken connection passes. A close code that graphql-ws itself does not retry is final.
  return typeof error.code !== 'number';
}

/** Doubles the wait up to 10 s, and spreads it, so that many clients do not come back at the same moment. */
export function waitMs(retries: number): number {
  return Math.min(1000 * 2 ** retries, 10_000) * (0.5 + Math.random() / 2);
}
