/** Applies the answers of a List to their tasks: records what changed, and skips what was applied before. */
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { inParts } from '../../tasks/in-parts.js';
import { recordObservations, type Observed } from '../../tasks/record-observations.js';
import type { ListName } from '../../tasks/store/task-lists.js';
import { inProgressByAwsId, type WorkItem } from '../../tasks/store/task-queries.js';
import { explainUnrecorded } from '../../tasks/store/unrecorded.js';
import type { Observation } from '../../tasks/task.js';
import { needsOutcomeCheck, type OutcomeChecks } from '../outcome-finding.js';
import { retryDelayMs } from '../retry-delay.js';
import type { WorkerContext } from '../worker-context.js';
import { answerFor, type AnswerIndex } from './match-answers.js';

/** The state about tasks in flight that is kept from one look to the next. */
export type ApplyState = {
  /** Outcome checks of failures that are not recorded yet. */
  readonly outcomeChecks: OutcomeChecks;
  /** By task id, the last answer that left the task in progress. The same answer need not be applied again. */
  readonly applied: Map<string, TaskAnswer>;
  /**
   * By task id, the number of consecutive observations that the database refused, and the time of the monotonic clock
   * until which no other is recorded.
   */
  readonly refused: Map<string, Postponed>;
};

export type Postponed = { readonly count: number; readonly until: number };

export function isPostponed(postponed: Postponed | undefined, now: number): boolean {
  return postponed !== undefined && postponed.until > now;
}

const UNRECORDED =
  'AWS has answered about this task, but the database could not store the answer: the log of the gateway says why. ' +
  'The gateway tries again by itself.';

type Answered = { readonly item: WorkItem; readonly answer: TaskAnswer; readonly isFoundByRecord: boolean };

/** Applies answers to the tasks in flight with these AWS ids. */
export async function applyByAwsId(
  context: WorkerContext,
  state: ApplyState,
  list: ListName,
  answers: ReadonlyMap<string, TaskAnswer>,
): Promise<void> {
  if (answers.size === 0) return;
  const { db, troubles } = context;
  const items = await inProgressByAwsId(db.sql, list.kind, list.catalog, [...answers.keys()], troubles.unreadable);
  await applyAnswers(
    context,
    state,
    items.flatMap((item) => {
      const answer = answers.get(item.task.details.taskId ?? '');
      return answer === undefined ? [] : [{ item, answer, isFoundByRecord: false }];
    }),
  );
}

/**
 * Applies answers to tasks without an AWS id. Returns the ids of the tasks that were found.
 * @param claimed the AWS ids of known tasks; the ids that are found are added
 */
export async function applyByIdentifier(
  context: WorkerContext,
  state: ApplyState,
  items: readonly WorkItem[],
  answers: AnswerIndex,
  claimed: Set<string>,
): Promise<string[]> {
  const answered: Answered[] = [];
  for (const item of items) {
    // An earlier StartTime of AWS takes precedence, because the local clock may have been fast at the first attempt.
    const startedAfter = Math.min(item.firstAttemptAt ?? item.task.createdAt, item.task.details.startedAt ?? Infinity);
    const answer = answerFor(item.task, startedAfter, answers, (id) => claimed.has(id));
    if (answer === null) continue;
    if (answer.taskId !== null) claimed.add(answer.taskId);
    answered.push({ item, answer, isFoundByRecord: true });
  }
  await applyAnswers(context, state, answered);
  return answered.map(({ item }) => item.task.id);
}

async function applyAnswers(context: WorkerContext, state: ApplyState, answered: readonly Answered[]): Promise<void> {
  const observations: Observed[] = [];
  const now = context.clock.monotonic();
  for (const { item, answer, isFoundByRecord } of answered) {
    const { task } = item;
    if (isPostponed(state.refused.get(task.id), now)) continue;
    const observation = { type: 'answered', answer, isFoundByRecord } as const;
    const recordSeen = (seen: Observation) => record(context, state, [{ before: task, observation: seen }]);
    if (needsOutcomeCheck(task, observation)) state.outcomeChecks.begin(task, observation, recordSeen);
    else observations.push({ before: task, observation });
  }
  await record(context, state, observations);
}

/**
 * Records the observations. A task whose observation the database refuses says so in its message, and its observation
 * is recorded later each time.
 */
async function record(
  context: WorkerContext,
  { applied, refused }: ApplyState,
  observations: readonly Observed[],
): Promise<void> {
  const { db, telemetry, epoch, clock } = context;
  const failed: Observed[] = [];
  await inParts(
    observations,
    async (some) => {
      const after = await recordObservations(db, telemetry, epoch, some);
      for (const { before, observation } of some) {
        const task = after.get(before.id);
        if (task === undefined) continue;
        refused.delete(task.id);
        if (task.status === 'IN_PROGRESS' && observation.type === 'answered') applied.set(task.id, observation.answer);
      }
    },
    (observed, error) => {
      telemetry.unexpected('poller', error);
      failed.push(observed);
    },
  );
  for (const { before } of failed) {
    const count = (refused.get(before.id)?.count ?? 0) + 1;
    refused.set(before.id, { count, until: clock.monotonic() + retryDelayMs(count, context.random()) });
    await explainUnrecorded(db.sql, epoch, before, UNRECORDED, await db.now());
  }
}
