/** Decides which answers of AWS concern external tasks, and which catalog to list next. Pure. */
import { TASK_OPERATIONS, isAbout } from '../../partner-central/task-operations.js';
import type { Catalog, TaskAnswer } from '../../partner-central/model/task-kind.js';
import type { IdentifiedAnswer, Unidentified } from '../../tasks/external.js';
import { CLOCK_TOLERANCE_MS } from '../poll/look-plan.js';

/** The gateway's own starts of the kind and catalog that was listed. */
export type OwnStarts = {
  isKnown(awsTaskId: string): boolean;
  readonly unidentified: readonly Unidentified[];
};

/**
 * Selects the answers that certainly concern external tasks. An answer that may belong to a start of the gateway is
 * left out. It is judged again once that start has an id or has ended.
 * @param keptSince tasks that began earlier are excluded: the pruner would delete them, and discovery would find them
 * again
 */
export function externalAmong(
  answers: readonly TaskAnswer[],
  own: OwnStarts,
  keptSince: number,
  now: number,
): IdentifiedAnswer[] {
  return answers
    .filter(hasId)
    .filter(
      (answer) =>
        !own.isKnown(answer.taskId) &&
        (answer.startedAt === null || answer.startedAt >= keptSince) &&
        !own.unidentified.some((start) => mayBelongTo(answer, start, now)),
    );
}

function hasId(answer: TaskAnswer): answer is IdentifiedAnswer {
  return answer.taskId !== null;
}

function mayBelongTo(answer: TaskAnswer, { task, firstAttemptAt, mayHaveReached }: Unidentified, now: number): boolean {
  const { status, details, input, createdAt, updatedAt } = task;
  if (status === 'QUEUED' && !mayHaveReached) return false;
  // An answer that names no record may concern any task.
  if (TASK_OPERATIONS[input.kind].targetIdOf(answer) !== null && !isAbout(answer, input)) return false;
  if (answer.startedAt === null) return true;
  const from = details.startedAt ?? firstAttemptAt ?? createdAt;
  // The clock was set back since the first attempt, so the true time of that attempt is unknown.
  if (from > now) return true;
  // AWS has not answered yet, so any of the attempts may have started the task.
  const until = status === 'QUEUED' ? Infinity : (details.startedAt ?? updatedAt);
  return answer.startedAt >= from - CLOCK_TOLERANCE_MS && answer.startedAt <= until + CLOCK_TOLERANCE_MS;
}

/**
 * Returns the catalog whose newest tasks were listed longest ago, or null if even that was within `freshMs`.
 * @param listedAt when the catalog was listed last, -Infinity for never
 */
export function catalogToList(
  catalogs: readonly Catalog[],
  listedAt: (catalog: Catalog) => number,
  now: number,
  freshMs: number,
): Catalog | null {
  const oldest = catalogs.reduce<Catalog | null>(
    (best, catalog) => (best === null || listedAt(catalog) < listedAt(best) ? catalog : best),
    null,
  );
  return oldest === null || now - listedAt(oldest) < freshMs ? null : oldest;
}
