/**
 * The errors that a caller can cause and that no payload holds, each with its `extensions.code`. The server masks every
 * other error.
 */
import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../partner-central/failure.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { RecordProblem } from '../records/records.js';
import { catalogRefusal } from '../tasks/input-rules.js';
import type { CursorProblem } from '../transitions/cursor.js';

/** The codes of these errors. The table in src/server/README.md says what a client does about each. */
export const FIELD_ERROR_CODES = [
  'BAD_USER_INPUT',
  'CATALOG_NOT_ALLOWED',
  'CURSOR_EXPIRED',
  'FORBIDDEN',
  'INVALID_CURSOR',
  'NOT_FOUND',
  'QUOTA_SPENT',
  'SERVICE_UNAVAILABLE',
  'UPSTREAM_FAILED',
] as const;

/** AWS's answers to look-ups have the codes of its answers to starts. */
type FieldErrorCode = (typeof FIELD_ERROR_CODES)[number] | ErrorCode;

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
      const message = `${problem.message} Ask again in ${Math.ceil(retryAfterMs / 1000)} s, at ${retryAt}.`;
      return withCode('QUOTA_SPENT', message, { retryable: true, retryAfterMs, retryAt });
    }
    case 'refused':
      return withCode(problem.code, problem.message);
    case 'unavailable':
      return withCode('UPSTREAM_FAILED', problem.message, { retryable: true, retryAfterMs: problem.retryAfterMs });
    default:
      return problem satisfies never;
  }
}

export function notFound(message: string): GraphQLError {
  return withCode('NOT_FOUND', message);
}

/** The gateway stored nothing, so the caller may repeat the request. */
export function serviceUnavailable(): GraphQLError {
  return withCode(
    'SERVICE_UNAVAILABLE',
    "The gateway's database does not answer. Nothing is lost: try again, and repeat a start with the same clientToken.",
    { retryable: true, retryAfterMs: RETRY_AFTER_MS },
  );
}

function withCode(
  code: FieldErrorCode,
  message: string,
  more: { readonly retryable?: true; readonly retryAfterMs?: number; readonly retryAt?: string } = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}
