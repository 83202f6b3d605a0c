/**
 * Applies the answers of a List to their tasks: records changes, and postpones tasks that are still in progress to
 * their next poll.
 */
import { noFurtherAhead } from '../../runtime/clock.js';
import type { Catalog, TaskAnswer, TaskKind } from '../../partner-central/model/task-kind.js';
import { postponePolls } from '../../tasks/store/expedite.js';
import { inParts } from '../../tasks/in-parts.js';
import { recordObservations, type Observed } from '../../tasks/record-observations.js';
import { explainUnrecorded, inProgressAmong } from '../../tasks/store/unrecorded.js';
import { inProgressByAwsId, type WorkItem } from '../../tasks/store/task-queries.js';
import type { Observation, Task } from '../../tasks/task.js';
import { isLatestEpoch } from '../../transitions/log.js';
import { longestPollMs, nextPollAt, retryDelayMs } from './cadence.js';
import { needsOutcomeCheck, type OutcomeChecks } from '../outcome-finding.js';
import { answerFor, indexAnswers, type AnswerIndex } from './match-answers.js';
import type { WorkerContext } from '../worker-context.js';

/** The time at which a round of polls began, and the stretch of its polls. */
export type Round = { readonly now: number; readonly stretch: number };

/** The state that is kept from one page to the next. */
export type ApplyState = {
  /** Outcome checks of failures that are not recorded yet. */
  readonly outcomeChecks: OutcomeChecks;
  /** By task id, the number of consecutive observations that the database refused, and the time of the next try. */
  readonly refused: Map<string, { readonly count: number; readonly until: number }>;
};

const UNRECORDED =
  'AWS has answered about this task, but the database could not store the answer: the log of the gateway says why. ' +
  'The gateway tries again by itself.';

type Answered = { readonly item: WorkItem; readonly answer: TaskAnswer };

/** Applies a page to every task in progress whose AWS id it shows, due or not. Returns the ids of these tasks. */
export async function applyPage(
  context: WorkerContext,
  state: ApplyState,
  { kind, catalog }: { readonly kind: TaskKind; readonly catalog: Catalog },
  page: readonly TaskAnswer[],
  round: Round,
): Promise<string[]> {
  const { byTaskId } = indexAnswers(kind, page);
  const answered: Answered[] = [];
  for (const item of await inProgressByAwsId(
    context.db.sql,
    kind,
    catalog,
    [...byTaskId.keys()],
    context.troubles.unreadable,
  )) {
    const answer = byTaskId.get(item.task.details.taskId ?? '');
    if (answer !== undefined) answered.push({ item, answer });
  }
  return applyAnswers(context, state, answered, round);
}

/**
 * Applies answers to tasks without an AWS id. Returns the ids of the tasks that were found.
 * @param claimed the AWS ids of known tasks; the ids that are found are added
 */
export async function applyBySubject(
  context: WorkerContext,
  state: ApplyState,
  items: readonly WorkItem[],
  answers: AnswerIndex,
  claimed: Set<string>,
  round: Round,
): Promise<string[]> {
  const answered: Answered[] = [];
  for (const item of items) {
    // An earlier StartTime of AWS takes precedence, because the local clock may have been fast at the first attempt.
    const startedAfter = Math.min(item.firstAttemptAt ?? item.task.createdAt, item.task.details.startedAt ?? Infinity);
    const answer = answerFor(item.task, startedAfter, answers, (id) => claimed.has(id));
    if (answer === null) continue;
    if (answer.taskId !== null) claimed.add(answer.taskId);
    answered.push({ item, answer });
  }
  return applyAnswers(context, state, answered, round);
}

async function applyAnswers(
  context: WorkerContext,
  state: ApplyState,
  answered: readonly Answered[],
  round: Round,
): Promise<string[]> {
  const observations: Observed[] = [];
  const longestMs = longestPollMs(context.poll, round.stretch);
  const refusedUntil = ({ task }: WorkItem) =>
    noFurtherAhead(state.refused.get(task.id)?.until ?? 0, round.now, longestMs);
  for (const { item, answer } of answered) {
    if (refusedUntil(item) > round.now) continue;
    const { task } = item;
    const dueAt = (at: number) => nextPollOf(context, item, at, round);
    const observation = { type: 'answered', answer } as const;
    const recordSeen = (seen: Observation) => record(context, state, [{ before: task, observation: seen, dueAt }]);
    if (needsOutcomeCheck(task, observation)) state.outcomeChecks.begin(task, observation, recordSeen);
    else observations.push({ before: task, observation, dueAt });
  }
  const after = await record(context, state, observations);
  const staysInProgress = ({ task }: WorkItem) => (after.get(task.id) ?? task).status === 'IN_PROGRESS';
  await postpone(context, answered.map(({ item }) => item).filter(staysInProgress), round, 0, refusedUntil);
  return answered.map(({ item }) => item.task.id);
}

/**
 * Records the observations. A task whose observation the database refuses says so in its message, and is polled later
 * each time.
 */
async function record(
  context: WorkerContext,
  { refused }: ApplyState,
  observations: readonly Observed[],
): Promise<ReadonlyMap<string, Task>> {
  const { db, telemetry, epoch } = context;
  const after = new Map<string, Task>();
  const failed: Observed[] = [];
  await inParts(
    observations,
    async (some) => {
      for (const [id, task] of await recordObservations(db, telemetry, epoch, some)) after.set(id, task);
    },
    (observed, error) => {
      telemetry.unexpected('poller', error);
      failed.push(observed);
    },
  );
  for (const id of after.keys()) refused.delete(id);
  const now = failed.length === 0 ? 0 : await db.now();
  for (const { before, dueAt } of failed) {
    const count = (refused.get(before.id)?.count ?? 0) + 1;
    const until = Math.max(dueAt(now), now + retryDelayMs(count, context.random()));
    refused.set(before.id, { count, until });
    await explainUnrecorded(db.sql, epoch, before, UNRECORDED, now);
  }
  return after;
}

/** Forgets the refusals of tasks that have ended or were deleted. */
export async function forgetRefusals(
  { db }: Pick<WorkerContext, 'db'>,
  { refused }: Pick<ApplyState, 'refused'>,
): Promise<void> {
  if (refused.size === 0) return;
  const inProgress = await inProgressAmong(db.sql, [...refused.keys()]);
  for (const id of refused.keys()) if (!inProgress.has(id)) refused.delete(id);
}

/** Postpones the tasks to their next polls, by `atLeastMs` or more, and each to its `notBefore` or later. */
export async function postpone(
  context: WorkerContext,
  items: readonly WorkItem[],
  round: Round,
  atLeastMs = 0,
  notBefore: (item: WorkItem) => number = () => 0,
): Promise<void> {
  if (items.length === 0) return;
  const now = await context.db.now();
  const byTime = new Map<number, string[]>();
  for (const item of items) {
    const at = Math.max(now + atLeastMs, nextPollOf(context, item, now, round), notBefore(item));
    const ids = byTime.get(at);
    if (ids === undefined) byTime.set(at, [item.task.id]);
    else ids.push(item.task.id);
  }
  await context.db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, context.epoch))) return context.stepDown();
    for (const [at, ids] of byTime) await postponePolls(tx, ids, at, round.now);
  });
}

/** The age counts from local times only, because StartTime would make every task old where the clocks differ. */
function nextPollOf(
  context: WorkerContext,
  { task, firstAttemptAt }: WorkItem,
  now: number,
  { stretch }: Round,
): number {
  return nextPollAt(
    now,
    context.db.clockWatch.passedSince(firstAttemptAt ?? task.createdAt, now),
    context.poll,
    stretch,
  );
}
