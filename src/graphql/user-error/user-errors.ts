/** Converts the outcome of a start or a retry to a payload. A start that AWS refused has both a task and errors. */
import type { TaskKind } from '../../partner-central/model/task-kind.js';
import type { Task } from '../../tasks/task.js';
import type { InputProblem } from '../../tasks/input-rules.js';
import type { RetryOutcome, StartOutcome } from '../../tasks/tasks.js';
import type { UserError } from './user-error.type.js';

export type StartResult = {
  readonly task: Task | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

/** @param at path of the start's input in the arguments of the mutation */
export function resultOf(outcome: StartOutcome, at: readonly string[] = ['input']): StartResult {
  switch (outcome.type) {
    case 'accepted':
      return { task: outcome.task, replayed: outcome.replayed, userErrors: refusalsOf(outcome.task, at) };
    case 'invalid':
      return refused(problemsOf(outcome.problems, at));
    case 'token-reused':
      return refused([
        { code: 'CLIENT_TOKEN_REUSED', message: outcome.message, field: [...at, 'clientToken'], awsCode: null },
      ]);
    default:
      return outcome satisfies never;
  }
}

export function retryResultOf(outcome: RetryOutcome): StartResult {
  switch (outcome.type) {
    case 'accepted':
      return { task: outcome.task, replayed: outcome.replayed, userErrors: refusalsOf(outcome.task, null) };
    case 'refused':
      return refused([{ code: outcome.code, message: outcome.message, field: ['id'], awsCode: null }]);
    default:
      return outcome satisfies never;
  }
}

export function problemsOf(problems: readonly InputProblem[], at: readonly string[]): UserError[] {
  return problems.map(({ code, message, path }) => ({ code, message, field: [...at, ...path], awsCode: null }));
}

function refused(userErrors: readonly UserError[]): StartResult {
  return { task: null, replayed: false, userErrors };
}

/**
 * One error for each field that AWS refused, or one error for the whole start. `at` is null if the arguments do not
 * contain the input of the start.
 */
function refusalsOf({ status, failure, input }: Task, at: readonly string[] | null): UserError[] {
  if (status !== 'REJECTED' || failure === null) return [];
  const code = failure.errorCode ?? 'UPSTREAM_FAILED';
  const { awsCode, message, fieldErrors } = failure;
  if (fieldErrors.length === 0) return [{ code, message, field: null, awsCode }];
  return fieldErrors.map((error) => ({
    code,
    message: error.message || message,
    field: at === null ? null : inputPath(input.kind, error.field, at),
    awsCode,
  }));
}

type Shape = { readonly [name: string]: Shape };

const LEAF: Shape = {};
/** '*' matches any index. */
const COMMON: Shape = { catalog: LEAF, identifier: LEAF, clientToken: LEAF, tags: { '*': { key: LEAF, value: LEAF } } };
const SHAPES: Readonly<Record<TaskKind, Shape>> = {
  ENGAGEMENT_FROM_OPPORTUNITY: { ...COMMON, awsSubmission: { involvementType: LEAF, visibility: LEAF } },
  OPPORTUNITY_FROM_ENGAGEMENT: { ...COMMON, contextIdentifier: LEAF },
  ENGAGEMENT_BY_ACCEPTING_INVITATION: COMMON,
};

/**
 * The path in the mutation's input of a field that AWS names (`AwsSubmission.InvolvementType`, `Tags[0].Key`,
 * `tags.1.member.key`). AWS's names differ from ours only in capitals. The path ends at the last part that both know.
 * It is null for a field that the start does not have, for example a field of the opportunity.
 */
export function inputPath(kind: TaskKind, awsField: string | null, at: readonly string[]): readonly string[] | null {
  const path: string[] = [];
  let shape = SHAPES[kind];
  for (const part of (awsField ?? '').split(/[^A-Za-z0-9]+/).filter((text) => text !== '' && text !== 'member')) {
    const known = Object.keys(shape).find((name) =>
      name === '*' ? /^\d+$/.test(part) : name.toLowerCase() === part.toLowerCase(),
    );
    const next = known === undefined ? undefined : shape[known];
    if (known === undefined || next === undefined) break;
    path.push(known === '*' ? part : known);
    shape = next;
  }
  return path.length === 0 ? null : [...at, ...path];
}
