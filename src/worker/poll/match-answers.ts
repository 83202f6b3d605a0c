/** Matches answers of AWS to tasks. Pure. */
import { identifierOf } from '../../partner-central/identifiers.js';
import { TASK_OPERATIONS } from '../../partner-central/task-operations.js';
import type { TaskAnswer, TaskKind } from '../../partner-central/model/task-kind.js';
import type { Task } from '../../tasks/task.js';
import { CLOCK_TOLERANCE_MS } from './look-plan.js';

/** The answers of a List, indexed so that a match does not scan the thousands of answers of a sweep. */
export type AnswerIndex = {
  readonly byTaskId: ReadonlyMap<string, TaskAnswer>;
  /** By the opportunity, engagement or invitation that the answers name. */
  readonly byIdentifier: ReadonlyMap<string, readonly TaskAnswer[]>;
};

export function indexAnswers(kind: TaskKind, answers: readonly TaskAnswer[]): AnswerIndex {
  const byTaskId = new Map<string, TaskAnswer>();
  const byIdentifier = new Map<string, TaskAnswer[]>();
  for (const answer of answers) {
    // The first answer of an id wins. Two pages may overlap, and the earlier page was read first.
    if (answer.taskId !== null && !byTaskId.has(answer.taskId)) byTaskId.set(answer.taskId, answer);
    const named = TASK_OPERATIONS[kind].targetIdOf(answer);
    if (named === null) continue;
    const identifier = identifierOf(named);
    const others = byIdentifier.get(identifier);
    if (others === undefined) byIdentifier.set(identifier, [answer]);
    else others.push(answer);
  }
  return { byTaskId, byIdentifier };
}

/**
 * Returns the answer about a task, or null if there is none. A missing answer means unknown, never failed.
 * The AWS id decides if the task has one. Otherwise the earliest answer on the same record wins that began no earlier
 * than the first attempt and belongs to no other task. A later answer more likely belongs to a later start.
 * @param isClaimed true if an AWS id belongs to another known task
 */
export function answerFor(
  task: Task,
  firstAttemptAt: number,
  answers: AnswerIndex,
  isClaimed: (awsTaskId: string) => boolean,
): TaskAnswer | null {
  const { taskId } = task.details;
  if (taskId !== null) return answers.byTaskId.get(taskId) ?? null;
  const candidates = (answers.byIdentifier.get(identifierOf(task.input.identifier)) ?? []).filter(
    (answer) =>
      (answer.startedAt === null || answer.startedAt >= firstAttemptAt - CLOCK_TOLERANCE_MS) &&
      (answer.taskId === null || !isClaimed(answer.taskId)),
  );
  return candidates.reduce<TaskAnswer | null>(
    (best, answer) => (best === null || startOf(answer) < startOf(best) ? answer : best),
    null,
  );
}

function startOf(answer: TaskAnswer): number {
  return answer.startedAt ?? Infinity;
}
