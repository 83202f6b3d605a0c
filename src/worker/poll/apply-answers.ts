/** What the answers of a List do to the tasks that they are about: news is recorded, and whoever goes on is put off until its next turn. */
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
import { callsForALook, type Looks } from '../outcome-finding.js';
import { answerFor, arrange, type Answers } from './match-answers.js';
import type { WorkerContext } from '../worker-context.js';

/** When a round of polls began, and by how much they are spread in it. */
export type Round = { readonly now: number; readonly stretch: number };

/** The state that applying answers keeps from one page to the next. */
export type ApplyState = {
  /** Failures that are being explained. */
  readonly looks: Looks;
  /** By task, how many observations in a row the database refused, and until when the task is left alone. */
  readonly refused: Map<string, { readonly count: number; readonly until: number }>;
};

const UNRECORDED =
  'AWS has answered about this task, but the database could not store the answer: the log of the gateway says why. ' +
  'The gateway tries again by itself.';

type Answered = { readonly item: WorkItem; readonly answer: TaskAnswer };

/** Applies a page to every task that AWS is working on and that it shows by AWS's id, due or not; returns the tasks' ids. */
export async function applyPage(
  term: WorkerContext,
  state: ApplyState,
  { kind, catalog }: { readonly kind: TaskKind; readonly catalog: Catalog },
  page: readonly TaskAnswer[],
  round: Round,
): Promise<string[]> {
  const { byTaskId } = arrange(kind, page);
  const answered: Answered[] = [];
  for (const item of await inProgressByAwsId(
    term.db.sql,
    kind,
    catalog,
    [...byTaskId.keys()],
    term.troubles.unreadable,
  )) {
    const answer = byTaskId.get(item.task.details.taskId ?? '');
    if (answer !== undefined) answered.push({ item, answer });
  }
  return apply(term, state, answered, round);
}

/**
 * Applies answers to tasks that AWS gave no ids; returns the ids of those that were shown.
 * @param claimed the ids of AWS that belong to tasks that are known here; those that are found are added
 */
export async function applyBySubject(
  term: WorkerContext,
  state: ApplyState,
  items: readonly WorkItem[],
  answers: Answers,
  claimed: Set<string>,
  round: Round,
): Promise<string[]> {
  const answered: Answered[] = [];
  for (const item of items) {
    // AWS's own word, where there is one: the clock here may have run ahead at the first attempt.
    const startedAfter = Math.min(item.firstAttemptAt ?? item.task.createdAt, item.task.details.startedAt ?? Infinity);
    const answer = answerFor(item.task, startedAfter, answers, (id) => claimed.has(id));
    if (answer === null) continue;
    if (answer.taskId !== null) claimed.add(answer.taskId);
    answered.push({ item, answer });
  }
  return apply(term, state, answered, round);
}

async function apply(
  term: WorkerContext,
  state: ApplyState,
  answered: readonly Answered[],
  round: Round,
): Promise<string[]> {
  const news: Observed[] = [];
  const longestMs = longestPollMs(term.poll, round.stretch);
  const leftAloneUntil = ({ task }: WorkItem) =>
    noFurtherAhead(state.refused.get(task.id)?.until ?? 0, round.now, longestMs);
  for (const { item, answer } of answered) {
    if (leftAloneUntil(item) > round.now) continue;
    const { task } = item;
    const dueAt = (at: number) => nextTurn(term, item, at, round);
    const observation = { type: 'answered', answer } as const;
    const recordSeen = (seen: Observation) => record(term, state, [{ before: task, observation: seen, dueAt }]);
    if (callsForALook(task, observation)) state.looks.begin(task, observation, recordSeen);
    else news.push({ before: task, observation, dueAt });
  }
  const after = await record(term, state, news);
  const goesOn = ({ task }: WorkItem) => (after.get(task.id) ?? task).status === 'IN_PROGRESS';
  await putOff(term, answered.map(({ item }) => item).filter(goesOn), round, 0, leftAloneUntil);
  return answered.map(({ item }) => item.task.id);
}

/** Records what the database takes. A task whose observation it refuses says so, and is asked about later each time. */
async function record(
  term: WorkerContext,
  { refused }: ApplyState,
  news: readonly Observed[],
): Promise<ReadonlyMap<string, Task>> {
  const { db, telemetry, epoch } = term;
  const after = new Map<string, Task>();
  const failed: Observed[] = [];
  await inParts(
    news,
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
    const until = Math.max(dueAt(now), now + retryDelayMs(count, term.random()));
    refused.set(before.id, { count, until });
    await explainUnrecorded(db.sql, epoch, before, UNRECORDED, now);
  }
  return after;
}

/** Forgets the refusals of tasks that have ended or are gone. */
export async function forgetRefusals(
  { db }: Pick<WorkerContext, 'db'>,
  { refused }: Pick<ApplyState, 'refused'>,
): Promise<void> {
  if (refused.size === 0) return;
  const inProgress = await inProgressAmong(db.sql, [...refused.keys()]);
  for (const id of refused.keys()) if (!inProgress.has(id)) refused.delete(id);
}

/** Has these tasks wait for their next turn, for at least so long, and each until its `notBefore`. */
export async function putOff(
  term: WorkerContext,
  items: readonly WorkItem[],
  round: Round,
  atLeastMs = 0,
  notBefore: (item: WorkItem) => number = () => 0,
): Promise<void> {
  if (items.length === 0) return;
  const now = await term.db.now();
  const byTurn = new Map<number, string[]>();
  for (const item of items) {
    const at = Math.max(now + atLeastMs, nextTurn(term, item, now, round), notBefore(item));
    const ids = byTurn.get(at);
    if (ids === undefined) byTurn.set(at, [item.task.id]);
    else ids.push(item.task.id);
  }
  await term.db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, term.epoch))) return term.stepDown();
    for (const [at, ids] of byTurn) await postponePolls(tx, ids, at, round.now);
  });
}

/** The age is told by our own clock alone: AWS's StartTime would make every task old where the two differ. */
function nextTurn(term: WorkerContext, { task, firstAttemptAt }: WorkItem, now: number, { stretch }: Round): number {
  return nextPollAt(now, term.db.clockWatch.passedSince(firstAttemptAt ?? task.createdAt, now), term.poll, stretch);
}
