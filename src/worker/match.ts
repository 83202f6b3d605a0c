/** Which of AWS's answers is about which task. Pure. */
import { isAbout } from '../partner-central/operations.js';
import type { TaskAnswer } from '../partner-central/task-kind.js';
import type { Task } from '../tasks/task.js';
import { CLOCK_TOLERANCE_MS } from './plan.js';

/**
 * The answer about a task, or null when there is none, which means unknown and never failed.
 *
 * By AWS's id where it is known. Otherwise the earliest task on the same opportunity or engagement that began no earlier than the first
 * attempt and belongs to no other start: the earliest, because a later one is more likely to be somebody's next start.
 * @param isClaimed whether an AWS id belongs to another task that is known here
 */
export function answerFor(task: Task, firstAttemptAt: number, answers: readonly TaskAnswer[], isClaimed: (awsTaskId: string) => boolean): TaskAnswer | null {
  const { taskId } = task.details;
  if (taskId !== null) return answers.find((answer) => answer.taskId === taskId) ?? null;
  const candidates = answers.filter(
    (answer) =>
      isAbout(answer, task.input) &&
      (answer.startedAt === null || answer.startedAt >= firstAttemptAt - CLOCK_TOLERANCE_MS) &&
      (answer.taskId === null || !isClaimed(answer.taskId)),
  );
  return candidates.reduce<TaskAnswer | null>((best, answer) => (best === null || startOf(answer) < startOf(best) ? answer : best), null);
}

function startOf(answer: TaskAnswer): number {
  return answer.startedAt ?? Infinity;
}
