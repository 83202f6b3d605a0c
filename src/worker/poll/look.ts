/**
 * One look at a list: learns with the fewest calls which of its tasks in flight have ended, and records the answers.
 * Every task in flight is covered. A task that no answer shows stays in progress; only an answer of AWS ends a task.
 */
import { PAGE_SIZE, type TaskQuery } from '../../partner-central/task-operations.js';
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { tasksInFlight, type ListName, type TaskInFlight } from '../../tasks/store/task-lists.js';
import { countListedSince, inProgressByIds, knownAwsTaskIds } from '../../tasks/store/task-queries.js';
import { importAnswers, noteListed } from '../discovery/discoverer.js';
import { retryDelayMs } from '../retry-delay.js';
import type { WorkerContext } from '../worker-context.js';
import type { OutcomeChecks } from '../outcome-finding.js';
import { applyByAwsId, applyBySubject, isSameAnswer, type ApplyState, type Postponed } from './apply-answers.js';
import { groupsOf, halvesOf, planLook, sweepSince, type GroupCall, type LookPlan } from './look-plan.js';
import { indexAnswers } from './match-answers.js';
import { readPages, type PagesOutcome } from './pages.js';

/** The page limit of one group. Ten values have few tasks, so a longer list means that the filter does not work. */
const MAX_PAGES_OF_GROUP = 20;

/** The state of the tasks of one list that is kept from one look to the next. */
export type LookState = ApplyState & {
  /**
   * By task id, the number of consecutive questions about a task that AWS did not show or refused. The next question
   * waits longer each time.
   */
  readonly missing: Map<string, Postponed>;
};

export function createLookState(outcomeChecks: OutcomeChecks): LookState {
  return { outcomeChecks, applied: new Map(), refused: new Map(), missing: new Map() };
}

/** The numbers of tasks that the looks at one list have found. */
export type Experience = {
  /** Tasks that other systems started, among those that a sweep reads. */
  readonly externalCount: number;
  readonly inProgressCount: number;
  /** Tasks that had left the list of those in progress at the last look. */
  readonly leftCount: number;
};

export const NO_EXPERIENCE: Experience = { externalCount: 0, inProgressCount: 0, leftCount: 0 };

export type LookResult = {
  readonly callCount: number;
  /** `stopped` means that the term of this worker ended during the look. */
  readonly outcome: 'done' | 'failed' | 'stopped';
  readonly experience: Experience;
};

/** A look in progress. */
type Look = {
  readonly list: ListName;
  readonly tasks: ReadonlyMap<string, TaskInFlight>;
  readonly idByAwsId: ReadonlyMap<string, string>;
  /** The ids of the tasks that no answer has shown yet. */
  readonly unseen: Set<string>;
  callCount: number;
  /** The tasks that were seen to have ended, and those that a list did not show. */
  endedCount: number;
  leftCount: number;
  outcome: LookResult['outcome'];
};

export async function lookAt(
  context: WorkerContext,
  state: LookState,
  list: ListName,
  experience: Experience,
): Promise<LookResult> {
  const inFlight = await tasksInFlight(context.db.sql, list, context.troubles.unreadable);
  const tasks = new Map(inFlight.map((task) => [task.id, task]));
  for (const map of [state.applied, state.refused, state.missing])
    for (const id of map.keys()) if (!tasks.has(id)) map.delete(id);
  const wanted = askable(context, state, inFlight);
  const look: Look = {
    list,
    tasks,
    idByAwsId: new Map(inFlight.flatMap(({ awsTaskId, id }) => (awsTaskId === null ? [] : [[awsTaskId, id]]))),
    unseen: new Set(wanted.map(({ id }) => id)),
    callCount: 0,
    endedCount: 0,
    leftCount: 0,
    outcome: 'done',
  };
  const plan = planLook(wanted, {
    startedCount: await startedSince(context, list, wanted, experience),
    inProgressCount: Math.max(inFlight.length, experience.inProgressCount),
    leftCount: experience.leftCount,
  });
  let learned = await execute(context, state, look, plan, experience);
  if (plan.way !== 'groups' && look.outcome === 'done') learned = await askAboutUnseen(context, state, look, learned);
  return {
    callCount: look.callCount,
    outcome: look.outcome,
    experience: { ...learned, leftCount: Math.max(look.endedCount, look.leftCount) },
  };
}

async function execute(
  context: WorkerContext,
  state: LookState,
  look: Look,
  plan: LookPlan,
  experience: Experience,
): Promise<Experience> {
  switch (plan.way) {
    case 'groups':
      for (const call of plan.calls) await askGroup(context, state, look, call);
      return experience;
    case 'sweep':
      return { ...experience, externalCount: await sweep(context, state, look, plan, experience) };
    case 'inProgress':
      return { ...experience, inProgressCount: await readInProgress(context, state, look, plan.maxPages, experience) };
    default:
      return plan satisfies never;
  }
}

/** The tasks without those that AWS did not show or refused a short time ago. */
function askable({ clock }: WorkerContext, { missing }: LookState, tasks: readonly TaskInFlight[]): TaskInFlight[] {
  const now = clock.monotonic();
  return tasks.filter(({ id }) => (missing.get(id)?.until ?? -Infinity) <= now);
}

/** Asks about the tasks that a list should have shown and did not. Most of them have ended. */
async function askAboutUnseen(
  context: WorkerContext,
  state: LookState,
  look: Look,
  experience: Experience,
): Promise<Experience> {
  const tasks = [...look.unseen].flatMap((id) => look.tasks.get(id) ?? []);
  look.leftCount = tasks.length;
  const startedCount = await startedSince(context, look.list, tasks, experience);
  const plan = planLook(tasks, { startedCount, inProgressCount: Infinity, leftCount: 0 });
  return execute(context, state, look, plan, experience);
}

/** Counts the tasks of a sweep, up to the number at which groups take fewer calls. */
async function startedSince(
  context: WorkerContext,
  { kind, catalog }: ListName,
  tasks: readonly TaskInFlight[],
  { externalCount }: Experience,
): Promise<number> {
  const groupCount = groupsOf(tasks).length;
  if (groupCount < 2) return Infinity;
  const limit = groupCount * PAGE_SIZE;
  return externalCount + (await countListedSince(context.db.sql, kind, catalog, sweepSince(tasks), limit));
}

function postponeMissing({ clock, random }: WorkerContext, { missing }: LookState, ids: readonly string[]): void {
  for (const id of ids) {
    const count = (missing.get(id)?.count ?? 0) + 1;
    missing.set(id, { count, until: clock.monotonic() + retryDelayMs(count, random()) });
  }
}

async function askGroup(context: WorkerContext, state: LookState, look: Look, call: GroupCall): Promise<void> {
  if (look.outcome === 'stopped') return;
  const select = { by: call.by, values: call.values };
  const outcome = await read(context, state, look, select, MAX_PAGES_OF_GROUP, () => call.ids.every(isSeenIn(look)));
  if (outcome.failure === 'refused' && call.values.length > 1) {
    for (const half of halvesOf(call, [...look.tasks.values()])) await askGroup(context, state, look, half);
    return;
  }
  // A value that AWS refuses delays its own tasks only.
  if (outcome.failure !== 'refused') note(look, outcome);
  if (call.by === 'identifier') await matchBySubject(context, state, look, outcome.answers, call.ids);
  if (look.outcome === 'done')
    postponeMissing(
      context,
      state,
      call.ids.filter((id) => look.unseen.has(id)),
    );
}

/** Returns the expected number of external tasks in the next sweep. */
async function sweep(
  context: WorkerContext,
  state: LookState,
  look: Look,
  { since, maxPages }: Extract<LookPlan, { way: 'sweep' }>,
  { externalCount }: Experience,
): Promise<number> {
  let oldest = Infinity;
  const outcome = await read(context, state, look, { by: 'startTime' }, maxPages, (page) => {
    oldest = Math.min(oldest, page.at(-1)?.startedAt ?? Infinity);
    return oldest < since;
  });
  note(look, outcome);
  const { answers, complete, pageCount, failure } = outcome;
  const known = await matchBySubject(context, state, look, answers, [...look.unseen]);
  if (failure !== 'none') return externalCount;
  noteListed(context, look.list);
  await importAnswers(context, look.list, answers);
  const external = answers.filter(({ taskId }) => taskId === null || !known.has(taskId)).length;
  return expectedCount(external, pageCount, complete);
}

/** Returns the expected number of tasks in the list next time. */
async function readInProgress(
  context: WorkerContext,
  state: LookState,
  look: Look,
  maxPages: number,
  { inProgressCount }: Experience,
): Promise<number> {
  const outcome = await read(context, state, look, { by: 'inProgress' }, maxPages, () => look.unseen.size === 0);
  note(look, outcome);
  const { answers, complete, pageCount, failure } = outcome;
  const withoutId = [...look.unseen].filter((id) => look.tasks.get(id)?.awsTaskId === null);
  if (withoutId.length > 0) await matchBySubject(context, state, look, answers, withoutId);
  if (failure !== 'none') return inProgressCount;
  const external = answers.filter(({ taskId }) => taskId !== null && !look.idByAwsId.has(taskId));
  if (external.length > 0) await importAnswers(context, look.list, external);
  return expectedCount(answers.length, pageCount, complete);
}

/**
 * Returns the number of tasks to expect after a reading that showed `count` of them: twice as many if it did not reach
 * the end. Pages count as full, because a list costs calls and not tasks.
 */
function expectedCount(count: number, pageCount: number, complete: boolean): number {
  return complete ? Math.max(count, (pageCount - 1) * PAGE_SIZE) : 2 * Math.max(count, pageCount * PAGE_SIZE);
}

/**
 * Reads pages and applies each at once to every task that it shows, so that news does not wait for the end of a list.
 */
async function read(
  context: WorkerContext,
  state: LookState,
  look: Look,
  select: TaskQuery['select'],
  maxPages: number,
  isEnough: (page: readonly TaskAnswer[]) => boolean,
): Promise<PagesOutcome> {
  const { kind, catalog } = look.list;
  const outcome = await readPages(context, { kind, catalog, select }, maxPages, async (page) => {
    const news = new Map<string, TaskAnswer>();
    for (const answer of page) {
      const { taskId, status } = answer;
      const id = taskId === null ? undefined : look.idByAwsId.get(taskId);
      if (taskId === null || id === undefined) continue;
      if (status !== 'IN_PROGRESS' && look.unseen.has(id)) look.endedCount += 1;
      look.unseen.delete(id);
      state.missing.delete(id);
      const applied = state.applied.get(id);
      if (!news.has(taskId) && (applied === undefined || !isSameAnswer(applied, answer))) news.set(taskId, answer);
    }
    await applyByAwsId(context, state, look.list, news);
    return isEnough(page) || look.unseen.size === 0;
  });
  look.callCount += outcome.failure === 'none' ? outcome.pageCount : outcome.pageCount + 1;
  return outcome;
}

/** Applies answers to tasks without an AWS id. Returns the AWS ids of the answers that belong to known tasks. */
async function matchBySubject(
  context: WorkerContext,
  state: LookState,
  look: Look,
  answers: readonly TaskAnswer[],
  ids: readonly string[],
): Promise<Set<string>> {
  const { sql } = context.db;
  const known = await knownAwsTaskIds(
    sql,
    answers.flatMap(({ taskId }) => taskId ?? []),
  );
  const withoutId = ids.filter((id) => look.tasks.get(id)?.awsTaskId === null);
  const items = await inProgressByIds(sql, withoutId, context.troubles.unreadable);
  for (const id of await applyBySubject(context, state, items, indexAnswers(look.list.kind, answers), known))
    look.unseen.delete(id);
  return known;
}

function note(look: Look, { failure }: PagesOutcome): void {
  if (failure === 'stopped') look.outcome = 'stopped';
  else if (failure !== 'none' && look.outcome === 'done') look.outcome = 'failed';
}

function isSeenIn({ unseen }: Look): (id: string) => boolean {
  return (id) => !unseen.has(id);
}
