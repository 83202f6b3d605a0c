/** Failures of requests and streams, and which of them pass by waiting. */

export type GraphqlError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
};

/** A quota may be spent for hours. Repeated requests would not help then. */
const PATIENCE_MS = 60_000;

/** A request that brought no data. The message is for people. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  /** The code of the first error; null if the gateway did not answer. */
  readonly code: string | null;
  /** True if the same request may succeed soon. */
  readonly passes: boolean;
  /** The time after which the gateway expects it to succeed; 0 if it does not say. */
  readonly retryAfterMs: number;

  constructor(message: string, code: string | null, passes: boolean, retryAfterMs = 0) {
    super(message);
    this.code = code;
    this.passes = passes;
    this.retryAfterMs = retryAfterMs;
  }
}

export function failureOf(errors: readonly GraphqlError[]): RequestFailed {
  const code = errors[0]?.extensions?.code ?? null;
  const message = errors.map((error) => error.message).join(' ');
  const retryAfterMs = Math.max(0, ...errors.map(({ extensions }) => extensions?.retryAfterMs ?? 0));
  const passes = errors.some(passesByWaiting) && retryAfterMs <= PATIENCE_MS;
  return new RequestFailed(message, code, passes, retryAfterMs);
}

export function unreachable(): RequestFailed {
  const message = navigator.onLine ? 'The gateway does not answer.' : 'This device is offline.';
  return new RequestFailed(message, null, true);
}

/** The reason for which a script of this page could not be loaded. */
export function notLoaded(): string {
  return navigator.onLine
    ? 'The gateway does not send a file of this page. If it was updated, load the page again.'
    : 'This device is offline.';
}

/** @returns the failure for anything that a stream or a request may throw */
export function asFailure(error: unknown): RequestFailed {
  if (error instanceof RequestFailed) return error;
  if (isGraphqlErrors(error)) return failureOf(error);
  // Everything else is a broken connection, or a close code that graphql-ws does not retry.
  return isFatalClose(error)
    ? new RequestFailed(`The gateway closed the connection with code ${error.code}.`, String(error.code), false)
    : unreachable();
}

/** True if a new token heals the failure. */
export function needsToken({ code }: RequestFailed): boolean {
  return code === 'UNAUTHENTICATED';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function passesByWaiting({ extensions }: GraphqlError): boolean {
  return extensions?.retryAfterMs !== undefined || extensions?.code === 'SERVER_RESTARTING';
}

function isGraphqlErrors(value: unknown): value is readonly GraphqlError[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && 'message' in item);
}

function isFatalClose(error: unknown): error is { readonly code: number } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}
