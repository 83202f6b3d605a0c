/**
 * One look at a list: learns with the fewest calls which of its tasks in flight have ended, and records the answers.
 * Each look covers every task in flight. When two pages of a list are read in turn, two looks in a row cover them
 * together. A task that no answer shows stays in progress; only an answer of AWS ends a task.
 */
import { PAGE_SIZE, type TaskQuery } from '../../partner-central/task-operations.js';
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { tasksInFlight, type ListName, type TaskInFlight } from '../../tasks/store/task-lists.js';
import { countListedSince, inProgressByIds, knownAwsTaskIds } from '../../tasks/store/task-queries.js';
import { sameDetails } from '../../tasks/task.js';
import { importAnswers, noteListed } from '../discovery/discoverer.js';
import type { OutcomeChecks } from '../outcome-finding.js';
import { retryDelayMs } from '../retry-delay.js';
import type { WorkerContext } from '../worker-context.js';
import { applyByAwsId, applyByIdentifier, isPostponed, type ApplyState, type Postponed } from './apply-answers.js';
import { endReadingOf, nextEnd, type EndReading } from './list-ends.js';
import { groupsOf, halvesOf, planLook, sweepSince, type GroupCall, type LookPlan } from './look-plan.js';
import { indexAnswers } from './match-answers.js';
import { readPages, type PagesOutcome } from './pages.js';

/** The page limit of one group. Ten values have few tasks, so a longer list means that the filter does not work. */
const MAX_PAGES_OF_GROUP = 20;

/** The state of one list that is kept from one look to the next. */
export type LookState = ApplyState & {
  /** By task id, the number of consecutive questions about a task that AWS did not show or refused. */
  readonly missing: Map<string, Postponed>;
  /** Tasks that other systems started, among those that a sweep reads. */
  externalCount: number;
  /** Tasks in the list of those in progress. */
  inProgressCount: number;
  /** Tasks that had ended, or had left the list of those in progress, at the last look. */
  leftCount: number;
  /** The last look, if it read the list of those in progress from one end. */
  endReading: EndReading | null;
};

export function createLookState(outcomeChecks: OutcomeChecks): LookState {
  const maps = { applied: new Map(), refused: new Map(), missing: new Map() };
  return { outcomeChecks, ...maps, externalCount: 0, inProgressCount: 0, leftCount: 0, endReading: null };
}

export type LookResult = {
  readonly callCount: number;
  /** True if tasks are left to the next look. */
  readonly isHalf: boolean;
  /** `stopped` means that the term of this worker ended during the look. */
  readonly outcome: 'done' | 'failed' | 'stopped';
};

/** A look in progress. */
type Look = {
  readonly context: WorkerContext;
  readonly state: LookState;
  readonly list: ListName;
  readonly tasks: ReadonlyMap<string, TaskInFlight>;
  readonly idByAwsId: ReadonlyMap<string, string>;
  /** The ids of the tasks that no answer has shown yet. */
  readonly unseen: Set<string>;
  /** False if this look must cover every task. */
  readonly mayHalve: boolean;
  callCount: number;
  endedCount: number;
  outcome: LookResult['outcome'];
};

/** @param mayHalve true if the look may leave tasks to the next one where that saves a call */
export async function lookAt(
  context: WorkerContext,
  state: LookState,
  list: ListName,
  mayHalve: boolean,
): Promise<LookResult> {
  const inFlight = await tasksInFlight(context.db.sql, list, context.troubles.unreadable);
  const tasks = new Map(inFlight.map((task) => [task.id, task]));
  for (const map of [state.applied, state.refused, state.missing])
    for (const id of map.keys()) if (!tasks.has(id)) map.delete(id);
  const now = context.clock.monotonic();
  // A task waits for its own next question if AWS did not show it or refused its id, or the database refused its answer.
  const isWanted = ({ id }: TaskInFlight) =>
    [state.missing, state.refused].every((map) => !isPostponed(map.get(id), now));
  const wanted = inFlight.filter(isWanted);
  const look: Look = {
    context,
    state,
    list,
    tasks,
    idByAwsId: new Map(inFlight.flatMap(({ awsTaskId, id }) => (awsTaskId === null ? [] : [[awsTaskId, id]]))),
    unseen: new Set(wanted.map(({ id }) => id)),
    mayHalve,
    callCount: 0,
    endedCount: 0,
    outcome: 'done',
  };
  const inProgressCount = Math.max(inFlight.length, state.inProgressCount);
  const way = await lookAround(look, wanted, inProgressCount, state.leftCount);
  if (way !== 'inProgress') state.endReading = null;
  // Most of the tasks that a list should have shown and did not have ended.
  const left = unseenTasks(look).filter(({ id }) => state.endReading?.past.has(id) !== true);
  if (way !== 'groups' && look.outcome === 'done') await lookAround(look, left, Infinity, 0);
  state.leftCount = Math.max(look.endedCount, way === 'groups' ? 0 : left.length);
  return { callCount: look.callCount, isHalf: leavesTasks(state), outcome: look.outcome };
}

function leavesTasks({ endReading }: LookState): boolean {
  return endReading !== null && endReading.past.size > 0;
}

function unseenTasks({ unseen, tasks }: Look): TaskInFlight[] {
  return [...unseen].flatMap((id) => tasks.get(id) ?? []);
}

/** Takes the cheapest way to learn about these tasks. */
async function lookAround(
  look: Look,
  tasks: readonly TaskInFlight[],
  inProgressCount: number,
  leftCount: number,
): Promise<LookPlan['way']> {
  const calls = groupsOf(tasks);
  const ownCount = await startedSince(look, tasks, calls.length);
  const startedCount = ownCount + look.state.externalCount;
  const plan = planLook(tasks, { startedCount, inProgressCount, leftCount }, look.mayHalve, calls);
  switch (plan.way) {
    case 'groups':
      for (const call of plan.calls) await askGroup(look, call);
      break;
    case 'sweep':
      await sweep(look, plan, ownCount);
      break;
    case 'inProgress':
      await readInProgress(look, plan);
      break;
    default:
      return plan satisfies never;
  }
  return plan.way;
}

/** Counts the own tasks of a sweep, up to the number at which groups take fewer calls. */
async function startedSince(
  { context, list }: Look,
  tasks: readonly TaskInFlight[],
  groupCount: number,
): Promise<number> {
  if (groupCount < 2) return Infinity;
  return countListedSince(context.db.sql, list.kind, list.catalog, sweepSince(tasks), groupCount * PAGE_SIZE);
}

async function askGroup(look: Look, call: GroupCall): Promise<void> {
  if (look.outcome === 'stopped') return;
  const select = { by: call.by, values: call.values };
  const { answers, failure } = await read(look, select, MAX_PAGES_OF_GROUP, () =>
    call.ids.every((id) => !look.unseen.has(id)),
  );
  if (failure === 'refused' && call.values.length > 1) {
    for (const half of halvesOf(call, [...look.tasks.values()])) await askGroup(look, half);
    return;
  }
  // A value that AWS refuses delays its own tasks only.
  if (failure !== 'refused') note(look, failure);
  await matchByIdentifier(look, answers, call.ids);
  if (look.outcome !== 'done') return;
  const { clock, random } = look.context;
  for (const id of call.ids.filter((each) => look.unseen.has(each))) {
    const count = (look.state.missing.get(id)?.count ?? 0) + 1;
    look.state.missing.set(id, { count, until: clock.monotonic() + retryDelayMs(count, random()) });
  }
}

async function sweep(look: Look, plan: Extract<LookPlan, { way: 'sweep' }>, ownCount: number): Promise<void> {
  const isPast = (page: readonly TaskAnswer[]) => (page.at(-1)?.startedAt ?? Infinity) < plan.since;
  const outcome = await read(look, { by: 'startTime' }, plan.maxPages, isPast);
  note(look, outcome.failure);
  await matchByIdentifier(look, outcome.answers, [...look.unseen]);
  if (outcome.failure !== 'none') return;
  noteListed(look.context, look.list);
  await importAnswers(look.context, look.list, outcome.answers);
  look.state.externalCount = expectedCount(Math.max(0, outcome.answers.length - ownCount), outcome);
}

async function readInProgress(
  look: Look,
  { maxPages, isHalf }: Extract<LookPlan, { way: 'inProgress' }>,
): Promise<void> {
  const { state } = look;
  const before = isHalf ? state.endReading : null;
  const from = nextEnd(before);
  let count = 0;
  const isEnough = (page: readonly TaskAnswer[]) => {
    count += page.length;
    return isHalf && count >= PAGE_SIZE;
  };
  const outcome = await read(look, { by: 'inProgress', from }, maxPages, isEnough);
  note(look, outcome.failure);
  await matchByIdentifier(look, outcome.answers, [...look.unseen]);
  if (outcome.failure !== 'none') return;
  const external = outcome.answers.filter(({ taskId }) => taskId !== null && !look.idByAwsId.has(taskId));
  const latestFirst = from === 'newest' ? external : external.toReversed();
  if (external.length > 0) await importAnswers(look.context, look.list, latestFirst);
  const isCut = isHalf && (count >= PAGE_SIZE || !outcome.complete);
  const startTimes = outcome.answers.flatMap(({ startedAt }) => startedAt ?? []);
  state.endReading = isCut ? endReadingOf(from, startTimes, unseenTasks(look), before) : null;
  const isGap = state.endReading?.isGap === true;
  const complete = outcome.complete && !isGap && !leavesTasks(state);
  state.inProgressCount = (isGap ? 2 : 1) * expectedCount(count, { ...outcome, complete });
}

/**
 * Returns the number of tasks to expect after a reading that showed `count` of them: twice as many if it did not reach
 * the end. Pages count as full, because a list costs calls and not tasks.
 */
function expectedCount(count: number, { pageCount, complete }: PagesOutcome): number {
  return complete ? Math.max(count, (pageCount - 1) * PAGE_SIZE) : 2 * Math.max(count, pageCount * PAGE_SIZE);
}

/**
 * Reads pages and applies each at once to every task that it shows, so that news does not wait for the end of a list.
 */
async function read(
  look: Look,
  select: TaskQuery['select'],
  maxPages: number,
  isEnough: (page: readonly TaskAnswer[]) => boolean,
): Promise<PagesOutcome> {
  const { context, state, list } = look;
  const outcome = await readPages(context, { ...list, select }, maxPages, async (page) => {
    const news = new Map<string, TaskAnswer>();
    for (const answer of page) {
      const { taskId, status } = answer;
      const id = taskId === null ? undefined : look.idByAwsId.get(taskId);
      if (taskId === null || id === undefined) continue;
      if (look.unseen.delete(id) && status !== 'IN_PROGRESS') look.endedCount += 1;
      state.missing.delete(id);
      const applied = state.applied.get(id);
      const isKnown = applied?.status === status && sameDetails(applied, answer);
      if (!isKnown && !news.has(taskId)) news.set(taskId, answer);
    }
    await applyByAwsId(context, state, list, news);
    return isEnough(page) || look.unseen.size === 0;
  });
  look.callCount += outcome.failure === 'none' ? outcome.pageCount : outcome.pageCount + 1;
  return outcome;
}

/** Applies answers to those of the tasks that have no AWS id. */
async function matchByIdentifier(look: Look, answers: readonly TaskAnswer[], ids: readonly string[]): Promise<void> {
  const withoutId = ids.filter((id) => look.tasks.get(id)?.awsTaskId === null);
  if (withoutId.length === 0 || answers.length === 0) return;
  const { context, state, list, unseen } = look;
  const items = await inProgressByIds(context.db.sql, withoutId, context.troubles.unreadable);
  const awsIds = answers.flatMap(({ taskId }) => taskId ?? []);
  const claimed = await knownAwsTaskIds(context.db.sql, awsIds);
  for (const id of await applyByIdentifier(context, state, items, indexAnswers(list.kind, answers), claimed))
    unseen.delete(id);
}

function note(look: Look, failure: PagesOutcome['failure']): void {
  if (failure === 'stopped') look.outcome = 'stopped';
  else if (failure !== 'none' && look.outcome === 'done') look.outcome = 'failed';
}
