/**
 * The errors that a caller can cause and that have no place in a payload, each with its `extensions.code`. Anything else that is thrown
 * is unexpected and is masked by the server, not here.
 */
import { GraphQLError } from 'graphql';
import type { CursorProblem } from '../transitions/cursor.js';

/** About as long as a database takes to fail over or restart. */
const RETRY_AFTER_MS = 2000;

export function forbidden(message: string): GraphQLError {
  return withCode('FORBIDDEN', message);
}

export function badUserInput(message: string): GraphQLError {
  return withCode('BAD_USER_INPUT', message);
}

export function cursorRefused(problem: CursorProblem): GraphQLError {
  switch (problem.type) {
    case 'bad-cursor':
      return withCode('INVALID_CURSOR', problem.message);
    case 'expired-cursor':
      return withCode('CURSOR_EXPIRED', problem.message);
    default:
      return problem.type satisfies never;
  }
}

export function notFound(message: string): GraphQLError {
  return withCode('NOT_FOUND', message);
}

/** Nothing was promised: the caller may do the same again. */
export function serviceUnavailable(): GraphQLError {
  return new GraphQLError(
    "The gateway's database does not answer at the moment. Nothing is lost: try again, a start with the same clientToken as before.",
    { extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true, retryAfterMs: RETRY_AFTER_MS } },
  );
}

function withCode(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
