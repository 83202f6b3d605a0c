/**
 * A request that was not carried out, in the terms of every transport at once: the errors that the client reads, the HTTP status where
 * there is one, and whether trying again later, unchanged, can help.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SECOND } from '../../runtime/clock.js';

export type Refusal = {
  readonly kind: 'refusal';
  readonly errors: readonly GraphQLError[];
  readonly status: number;
  /**
   * A well-formed HTTP request with a mistake in its GraphQL. Clients that read application/json only, and those behind a proxy that
   * rewrites Accept, throw away the body of any other status than 200 (GraphQL over HTTP, section 6.4.1).
   */
  readonly okForPlainJson: boolean;
  readonly headers: Readonly<Record<string, string>>;
};

type Options = {
  readonly status?: number;
  readonly okForPlainJson?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
};

export function refusal(errors: readonly GraphQLError[], options: Options = {}): Refusal {
  return {
    kind: 'refusal',
    errors,
    status: options.status ?? 400,
    okForPlainJson: options.okForPlainJson ?? options.status === undefined,
    headers: options.headers ?? {},
  };
}

export function refuse(code: string, message: string, options: Options = {}): Refusal {
  return refusal([new GraphQLError(message, { extensions: { code } })], options);
}

/** As the header has it, which knows no parts of a second. */
export function retryAfterSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / SECOND));
}

/** For what passes by itself: the same request may succeed after `retryAfterMs`. */
export function refuseForNow(code: string, message: string, status: number, retryAfterMs: number): Refusal {
  return refusal([new GraphQLError(message, { extensions: { code, retryAfterMs: Math.ceil(retryAfterMs) } })], {
    status,
    headers: { 'retry-after': String(retryAfterSeconds(retryAfterMs)) },
  });
}

export function formatted(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
  return errors.map((error) => error.toJSON());
}
