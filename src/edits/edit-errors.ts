/** Turns the problems of reads and writes into the errors of an edit. */
import type { FieldError } from '../partner-central/failure.js';
import { patternError, type TextRule } from '../partner-central/identifiers.js';
import type { RecordProblem } from '../records/records.js';
import type { EditError, EditErrorCode } from './edits.js';
import type { WriteProblem } from './quota-write.js';

export function editError(
  code: EditErrorCode,
  message: string,
  more: Partial<Omit<EditError, 'code' | 'message'>> = {},
): EditError {
  return { code, message, path: null, awsCode: null, retryAfterMs: null, conflict: null, mayBeDone: false, ...more };
}

export function refused(...errors: readonly EditError[]): {
  readonly type: 'refused';
  readonly errors: readonly EditError[];
} {
  return { type: 'refused', errors };
}

/** One error for each value that breaks its rule. */
export function inputErrors(values: readonly (readonly [readonly string[], TextRule, string])[]): EditError[] {
  return values.flatMap(([path, rule, value]) => {
    const message = patternError(rule, value);
    return message === null ? [] : [editError('INVALID_INPUT', message, { path })];
  });
}

/** The error of an identifier that AWS does not know. */
export function notFound(noun: string, path: readonly string[] = ['identifier']): EditError {
  return editError('NOT_FOUND', `AWS has no such ${noun} in this catalog.`, { path });
}

export function readError(problem: RecordProblem): EditError {
  switch (problem.type) {
    case 'invalid':
    case 'bad-cursor':
      return editError('INVALID_INPUT', problem.message, { path: ['identifier'] });
    case 'quota-spent':
      return editError('QUOTA_SPENT', problem.message, { retryAfterMs: problem.retryAfterMs });
    case 'refused':
      return editError(problem.code, problem.message);
    case 'unavailable':
      return editError('UPSTREAM_FAILED', problem.message, { retryAfterMs: problem.retryAfterMs });
    default:
      return problem satisfies never;
  }
}

/** @param pathOf the path in the input of a field that AWS names; null if the input does not have it */
export function writeErrors(
  problem: WriteProblem,
  pathOf: (field: FieldError) => readonly string[] | null,
): readonly EditError[] {
  switch (problem.type) {
    case 'refused': {
      const { code, message, awsCode, fieldErrors } = problem;
      if (fieldErrors.length === 0) return [editError(code, message, { awsCode })];
      return fieldErrors.map((error) => editError(code, error.message || message, { awsCode, path: pathOf(error) }));
    }
    case 'quota-spent':
      return [editError('QUOTA_SPENT', problem.message, { retryAfterMs: problem.retryAfterMs })];
    case 'unavailable':
      return [
        editError('UPSTREAM_FAILED', problem.message, { awsCode: problem.awsCode, retryAfterMs: problem.retryAfterMs }),
      ];
    case 'lost':
      return [editError('UPSTREAM_FAILED', problem.message, { awsCode: problem.awsCode, mayBeDone: true })];
    default:
      return problem satisfies never;
  }
}
