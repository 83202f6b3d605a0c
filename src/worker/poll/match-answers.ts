/** Which of AWS's answers is about which task. Pure. */
import { OPERATIONS, identifierOf } from '../../partner-central/task-operations.js';
import type { TaskAnswer, TaskKind } from '../../partner-central/model/task-kind.js';
import type { Task } from '../../tasks/task.js';
import { CLOCK_TOLERANCE_MS } from './poll-plan.js';

/** The answers of a List, so arranged that each is found without a look at all the others, of which a sweep has thousands. */
export type AnswerIndex = {
  readonly byTaskId: ReadonlyMap<string, TaskAnswer>;
  /** By the opportunity, engagement or invitation that they are about. */
  readonly bySubject: ReadonlyMap<string, readonly TaskAnswer[]>;
};

export function indexAnswers(kind: TaskKind, answers: readonly TaskAnswer[]): AnswerIndex {
  const byTaskId = new Map<string, TaskAnswer>();
  const bySubject = new Map<string, TaskAnswer[]>();
  for (const answer of answers) {
    // The first of several stays: of two pages that overlap, the one that was read first.
    if (answer.taskId !== null && !byTaskId.has(answer.taskId)) byTaskId.set(answer.taskId, answer);
    const named = OPERATIONS[kind].namedBy(answer);
    if (named === null) continue;
    const subject = identifierOf(named);
    const others = bySubject.get(subject);
    if (others === undefined) bySubject.set(subject, [answer]);
    else others.push(answer);
  }
  return { byTaskId, bySubject };
}

/**
 * The answer about a task, or null when there is none, which means unknown and never failed.
 *
 * By AWS's id where it is known. Otherwise the earliest task on the same opportunity or engagement that began no earlier than the first
 * attempt and belongs to no other start: the earliest, because a later one is more likely to be somebody's next start.
 * @param isClaimed whether an AWS id belongs to another task that is known here
 */
export function answerFor(
  task: Task,
  firstAttemptAt: number,
  answers: AnswerIndex,
  isClaimed: (awsTaskId: string) => boolean,
): TaskAnswer | null {
  const { taskId } = task.details;
  if (taskId !== null) return answers.byTaskId.get(taskId) ?? null;
  const candidates = (answers.bySubject.get(identifierOf(task.input.identifier)) ?? []).filter(
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
