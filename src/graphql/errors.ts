/**
 * The errors that a caller can cause and that have no place in a payload, each with its `extensions.code`. Anything else that is thrown
 * is unexpected and is masked by the server, not here.
 */
import { GraphQLError } from 'graphql';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { RecordProblem } from '../records/records.js';
import { catalogRefusal } from '../tasks/input-rules.js';
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

export function catalogNotAllowed(catalog: Catalog, allowed: readonly Catalog[]): GraphQLError {
  return withCode('CATALOG_NOT_ALLOWED', catalogRefusal(catalog, allowed));
}

/** Why a look-up has no answer. */
export function recordProblem(problem: RecordProblem, now: number): GraphQLError {
  switch (problem.type) {
    case 'invalid':
      return badUserInput(problem.message);
    case 'bad-cursor':
      return withCode('INVALID_CURSOR', problem.message);
    case 'quota-spent': {
      const { retryAfterMs } = problem;
      const retryAt = new Date(now + retryAfterMs).toISOString();
      const extensions = { code: 'QUOTA_SPENT', retryable: true, retryAfterMs, retryAt };
      return new GraphQLError(`${problem.message} Ask again in ${Math.ceil(retryAfterMs / 1000)} s, at ${retryAt}.`, {
        extensions,
      });
    }
    case 'refused':
      return withCode(problem.code, problem.message);
    case 'unavailable':
      return new GraphQLError(problem.message, {
        extensions: { code: 'UPSTREAM_FAILED', retryable: true, retryAfterMs: problem.retryAfterMs },
      });
    default:
      return problem satisfies never;
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
