/** What the answers of a List do to the tasks that they are about: news is recorded, and whoever goes on is put off until its next turn. */
import type { Catalog, TaskAnswer, TaskKind } from '../partner-central/task-kind.js';
import { postponePolls } from '../tasks/hurry.js';
import { recordObservations, type Observed } from '../tasks/record.js';
import { inProgressByAwsId, type WorkItem } from '../tasks/store.js';
import { isLatestEpoch } from '../transitions/log.js';
import { nextPollAt } from './cadence.js';
import { callsForALook, type Looks } from './look.js';
import { answerFor, arrange, type Answers } from './match.js';
import type { Term } from './term.js';

/** When a round of polls began, and by how much they are spread in it. */
export type Round = { readonly now: number; readonly stretch: number };

type Answered = { readonly item: WorkItem; readonly answer: TaskAnswer };

/** Applies a page to every task that AWS is working on and that it shows by AWS's id, due or not; returns the tasks' ids. */
export async function applyPage(
  term: Term,
  looks: Looks,
  { kind, catalog }: { readonly kind: TaskKind; readonly catalog: Catalog },
  page: readonly TaskAnswer[],
  round: Round,
): Promise<string[]> {
  const { byTaskId } = arrange(kind, page);
  const answered: Answered[] = [];
  for (const item of await inProgressByAwsId(term.db.sql, kind, catalog, [...byTaskId.keys()])) {
    const answer = byTaskId.get(item.task.details.taskId ?? '');
    if (answer !== undefined) answered.push({ item, answer });
  }
  return apply(term, looks, answered, round);
}

/**
 * Applies answers to tasks that AWS gave no ids; returns the ids of those that were shown.
 * @param claimed the ids of AWS that belong to tasks that are known here; those that are found are added
 */
export async function applyBySubject(term: Term, looks: Looks, items: readonly WorkItem[], answers: Answers, claimed: Set<string>, round: Round): Promise<string[]> {
  const answered: Answered[] = [];
  for (const item of items) {
    const answer = answerFor(item.task, item.firstAttemptAt ?? item.task.createdAt, answers, (id) => claimed.has(id));
    if (answer === null) continue;
    if (answer.taskId !== null) claimed.add(answer.taskId);
    answered.push({ item, answer });
  }
  return apply(term, looks, answered, round);
}

async function apply(term: Term, looks: Looks, answered: readonly Answered[], round: Round): Promise<string[]> {
  const { db, telemetry, epoch } = term;
  if (answered.length === 0) return [];
  const news: Observed[] = [];
  for (const { item, answer } of answered) {
    const { task } = item;
    const dueAt = (at: number) => nextTurn(term, item, at, round);
    const observation = { type: 'answered', answer } as const;
    if (callsForALook(task, observation)) looks.begin(task, observation, (seen) => recordObservations(db, telemetry, epoch, [{ before: task, observation: seen, dueAt }]));
    else news.push({ before: task, observation, dueAt });
  }
  const after = await recordObservations(db, telemetry, epoch, news);
  await putOff(term, answered.flatMap(({ item }) => ((after.get(item.task.id) ?? item.task).status === 'IN_PROGRESS' ? item : [])), round);
  return answered.map(({ item }) => item.task.id);
}

/** Has these tasks wait for their next turn, and for at least so long. */
export async function putOff(term: Term, items: readonly WorkItem[], round: Round, atLeastMs = 0): Promise<void> {
  if (items.length === 0) return;
  const now = await term.db.now();
  const byTurn = new Map<number, string[]>();
  for (const item of items) {
    const at = Math.max(now + atLeastMs, nextTurn(term, item, now, round));
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
function nextTurn(term: Term, { task, firstAttemptAt }: WorkItem, now: number, { stretch }: Round): number {
  return nextPollAt(now, Math.max(0, now - (firstAttemptAt ?? task.createdAt)), term.poll, stretch);
}
