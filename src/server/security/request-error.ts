/**
 * A request that was not executed, described for every transport at once: errors, HTTP status and headers. It also says
 * when an unchanged retry can succeed.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SECOND } from '../../runtime/clock.js';
import type { ServerErrorCode } from './error-codes.js';

export type RequestError = {
  readonly kind: 'request-error';
  readonly errors: readonly GraphQLError[];
  readonly status: number;
  /**
   * True for a well-formed HTTP request with a mistake in its GraphQL, which is answered with 200 as application/json.
   * Clients of that type discard the body of any other status (GraphQL over HTTP, section 6.4.1).
   */
  readonly okForPlainJson: boolean;
  readonly headers: Readonly<Record<string, string>>;
};

type Options = {
  readonly status?: number;
  readonly okForPlainJson?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
};

export function requestErrorOf(errors: readonly GraphQLError[], options: Options = {}): RequestError {
  return {
    kind: 'request-error',
    errors,
    status: options.status ?? 400,
    okForPlainJson: options.okForPlainJson ?? options.status === undefined,
    headers: options.headers ?? {},
  };
}

export function createRequestError(code: ServerErrorCode, message: string, options: Options = {}): RequestError {
  return requestErrorOf([new GraphQLError(message, { extensions: { code } })], options);
}

/** The value of the header Retry-After, which has whole seconds. */
export function retryAfterSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / SECOND));
}

/** Makes an error that passes by itself: the same request may succeed after `retryAfterMs`. */
export function createTemporaryError(
  code: ServerErrorCode,
  message: string,
  status: number,
  retryAfterMs: number,
): RequestError {
  return requestErrorOf([new GraphQLError(message, { extensions: { code, retryAfterMs: Math.ceil(retryAfterMs) } })], {
    status,
    headers: { 'retry-after': String(retryAfterSeconds(retryAfterMs)) },
  });
}

export function formatted(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
  return errors.map((error) => error.toJSON());
}
