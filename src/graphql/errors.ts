/**
 * The errors that a caller can cause and that no payload holds, each with its `extensions.code`. The server masks every
 * other error.
 */
import { GraphQLError } from 'graphql';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { RecordProblem } from '../records/records.js';
import { catalogRefusal } from '../tasks/input-rules.js';
import type { CursorProblem } from '../transitions/cursor.js';

/** A database fails over or restarts in about this time. */
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

/** The error for a look-up that failed. */
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

/** The gateway stored nothing, so the caller may repeat the request. */
export function serviceUnavailable(): GraphQLError {
  return new GraphQLError(
    "The gateway's database does not answer. Nothing is lost: try again, and repeat a start with the same clientToken.",
    { extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true, retryAfterMs: RETRY_AFTER_MS } },
  );
}

function withCode(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
