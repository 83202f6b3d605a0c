/** Which of AWS's answers are about tasks that were started elsewhere, and where to look next. Pure. */
import { OPERATIONS, isAbout } from '../../partner-central/task-operations.js';
import type { Catalog, TaskAnswer } from '../../partner-central/model/task-kind.js';
import type { IdentifiedAnswer, Unidentified } from '../../tasks/external.js';
import { CLOCK_TOLERANCE_MS } from '../poll/poll-plan.js';

/** What the gateway knows of its own starts of the kind and catalog that was listed. */
export type OwnStarts = {
  isKnown(awsTaskId: string): boolean;
  readonly unidentified: readonly Unidentified[];
};

/**
 * The answers that are foreign for certain. One that may be a start of ours is left out: it is looked at again when the start has been settled.
 * @param keptSince what began before is no longer kept: it would be forgotten, and found again, for ever
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
  // An answer that names nothing may be about anything.
  if (OPERATIONS[input.kind].namedBy(answer) !== null && !isAbout(answer, input)) return false;
  if (answer.startedAt === null) return true;
  const from = details.startedAt ?? firstAttemptAt ?? createdAt;
  // The clock was set back since the first attempt: when that was is not known.
  if (from > now) return true;
  // As long as AWS has not answered, any of the sends may have been the one that began it.
  const until = status === 'QUEUED' ? Infinity : (details.startedAt ?? updatedAt);
  return answer.startedAt >= from - CLOCK_TOLERANCE_MS && answer.startedAt <= until + CLOCK_TOLERANCE_MS;
}

/**
 * The catalog whose newest tasks were looked at longest ago; null when even these were looked at within `freshMs`.
 * @param lookedAt when a catalog was looked at last, -Infinity for never
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
