/**
 * Polls the tasks in progress with the fewest calls: executes the poll plan and records the answers. A task that a List
 * does not show stays in progress and is polled again; only an answer of AWS ends a task. Makes no call while nothing
 * is in progress.
 */
import { SECOND } from '../../runtime/clock.js';
import { FILTER_SIZE, PAGE_SIZE, identifierOf } from '../../partner-central/task-operations.js';
import type { Catalog, TaskAnswer, TaskKind } from '../../partner-central/model/task-kind.js';
import {
  countListedSince,
  knownAwsTaskIds,
  nextDueAt,
  tasksInProgress,
  type WorkItem,
} from '../../tasks/store/task-queries.js';
import { applyBySubject, applyPage, forgetRefusals, postpone, type ApplyState, type Round } from './apply-answers.js';
import { retryDelayMs, stretchFor } from './cadence.js';
import { correctPolls } from '../clock-correction.js';
import { wakeOnTransition } from '../wake-on-transition.js';
import { importAnswers } from '../discovery/discoverer.js';
import { awsListKey, readsUsage } from './lists.js';
import { createOutcomeChecks } from '../outcome-finding.js';
import { indexAnswers } from './match-answers.js';
import { readPages } from './pages.js';
import { planPolls, sweepSince, type PollCall, type Wanted } from './poll-plan.js';
import type { WorkerContext } from '../worker-context.js';
import { createWakeup } from '../../runtime/wakeup.js';

/** The number of tasks that one round reads into memory. The next round takes the rest. */
const ROUND_SIZE = 2000;
const MAX_SLEEP_MS = 5 * SECOND;
/** The page limit of one group. Ten values have few tasks, so a longer list means that the filter does not work. */
const MAX_PAGES_OF_GROUP = 20;

/** The state that is kept between rounds. */
type PollerState = ApplyState & {
  /** By kind and catalog, the number of consecutive Lists that failed. */
  readonly failures: Map<string, number>;
  /** By kind and catalog, the expected number of external tasks in a sweep. */
  readonly externalCounts: Map<string, number>;
};

type Group = { readonly kind: TaskKind; readonly catalog: Catalog; readonly items: readonly WorkItem[] };

export async function runPoller(context: WorkerContext): Promise<void> {
  const { hub, onExpedite, clock, telemetry, troubles, signal } = context;
  const wakeup = createWakeup(clock);
  const wake = () => wakeup.wake();
  const detach = wakeOnTransition(hub, ({ status }) => status === 'IN_PROGRESS', wake);
  onExpedite.add(wake);
  signal.addEventListener('abort', wake);
  const state: PollerState = {
    failures: new Map(),
    externalCounts: new Map(),
    outcomeChecks: createOutcomeChecks(context),
    refused: new Map(),
  };
  while (!signal.aborted) {
    try {
      const ms = await pollRound(context, state);
      troubles.succeeded('poller');
      await wakeup.sleep(ms);
    } catch (error) {
      telemetry.unexpected('poller', error);
      troubles.failed('poller', error);
      await wakeup.sleep(SECOND);
    }
  }
  detach();
  onExpedite.delete(wake);
  signal.removeEventListener('abort', wake);
  await state.outcomeChecks.ended();
}

/** Polls every task that is due. Returns the time until the next round. */
async function pollRound(context: WorkerContext, state: PollerState): Promise<number> {
  const { db, readBudget, signal } = context;
  const { unreadable } = context.troubles;
  // Most wake-ups cost only these two index reads.
  await correctPolls(context);
  const now = await db.now();
  const dueAt = await nextDueAt(db.sql, 'IN_PROGRESS', [], unreadable);
  const isDue = dueAt !== null && dueAt <= now;
  // The stretch is updated even when nothing is due, so that a start that arrives after reads are available again is
  // polled at full pace.
  if (isDue || context.pace.stretch > 1) {
    const usage = await readsUsage(context);
    context.pace.stretch = stretchFor(usage);
    if (dueAt !== null) readBudget.observe(usage);
  }
  await forgetRefusals(context, state);
  if (!isDue) return waitFor(dueAt, now);

  const items = await tasksInProgress(db.sql, ROUND_SIZE, unreadable);
  const round: Round = { now, stretch: context.pace.stretch };
  for (const group of groupsOf(items)) {
    for (const call of await callsFor(context, state, group, now)) {
      if (signal.aborted) return 0;
      await execute(context, state, group, call, round);
    }
  }
  return waitFor(await nextDueAt(db.sql, 'IN_PROGRESS', [], unreadable), await db.now());
}

function waitFor(dueAt: number | null, now: number): number {
  return dueAt === null ? MAX_SLEEP_MS : Math.min(MAX_SLEEP_MS, Math.max(0, dueAt - now));
}

function groupsOf(items: readonly WorkItem[]): Group[] {
  const groups = new Map<string, { kind: TaskKind; catalog: Catalog; items: WorkItem[] }>();
  for (const item of items) {
    const { kind, catalog } = item.task.input;
    const key = awsListKey(item.task.input);
    const group = groups.get(key) ?? { kind, catalog, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

async function callsFor(
  context: WorkerContext,
  state: PollerState,
  group: Group,
  now: number,
): Promise<readonly PollCall[]> {
  const due = group.items.filter((item) => item.dueAt <= now).map(wantedOf);
  const soon = group.items.filter((item) => item.dueAt > now).map(wantedOf);
  // A sweep pays only instead of several groups, and never beyond one full page of tasks per group.
  const groupCount = Math.ceil(due.length / FILTER_SIZE);
  const own =
    groupCount < 2
      ? 0
      : await countListedSince(context.db.sql, group.kind, group.catalog, sweepSince(due), groupCount * PAGE_SIZE);
  return planPolls(due, soon, own + (state.externalCounts.get(awsListKey(group)) ?? 0)).calls;
}

function wantedOf({ task, firstAttemptAt }: WorkItem): Wanted {
  return {
    id: task.id,
    awsTaskId: task.details.taskId,
    identifier: identifierOf(task.input.identifier),
    startedAt: task.details.startedAt ?? firstAttemptAt ?? task.createdAt,
  };
}

async function execute(
  context: WorkerContext,
  state: PollerState,
  group: Group,
  call: PollCall,
  round: Round,
): Promise<void> {
  const { kind, catalog } = group;
  const items = new Map(group.items.map((item) => [item.task.id, item]));
  const wanted = call.ids.flatMap((id) => items.get(id) ?? []);
  const isSweep = call.by === 'startTime';
  const select = isSweep ? ({ by: 'startTime' } as const) : { by: call.by, values: call.values };
  const unseen = new Set(call.ids);
  let oldest = Infinity;
  const isEnough = async (page: readonly TaskAnswer[]) => {
    // Each page is applied at once to every task that it shows. Changes do not wait for the end of a sweep, and no task
    // is polled twice.
    for (const id of await applyPage(context, state, group, page, round)) unseen.delete(id);
    oldest = Math.min(oldest, page.at(-1)?.startedAt ?? Infinity);
    return unseen.size === 0 || (isSweep && oldest < call.since);
  };
  const { answers, pageCount, complete, failure } = await readPages(
    context,
    { kind, catalog, select },
    isSweep ? call.maxPages : MAX_PAGES_OF_GROUP,
    isEnough,
  );
  if (failure === 'stopped') return;
  if (failure === 'refused' && call.by !== 'startTime' && call.values.length > 1) {
    // The call is split, so that one value that AWS refuses does not block the others.
    for (const half of halvesOf(call, wanted)) await execute(context, state, group, half, round);
    return;
  }
  const failures = failure === 'none' ? 0 : (state.failures.get(awsListKey(group)) ?? 0) + 1;
  state.failures.set(awsListKey(group), failures);
  const withoutId = wanted.filter((item) => item.task.details.taskId === null);
  if (isSweep || withoutId.length > 0) {
    const known = await knownAwsTaskIds(
      context.db.sql,
      answers.flatMap((answer) => answer.taskId ?? []),
    );
    const seen = await applyBySubject(context, state, withoutId, indexAnswers(kind, answers), known, round);
    for (const id of seen) unseen.delete(id);
    if (isSweep && failure === 'none')
      state.externalCounts.set(awsListKey(group), externalCount(answers, known, pageCount, complete));
  }
  if (isSweep && failure === 'none') await importAnswers(context, kind, catalog, answers);
  const left = wanted.filter((item) => unseen.has(item.task.id));
  // An incomplete sweep has not asked about the unseen tasks. They stay due, and the next round finds a sweep more
  // expensive.
  if (failures > 0) await postpone(context, left, round, retryDelayMs(failures, context.random()));
  else if (complete || !isSweep) await postpone(context, left, round);
}

function halvesOf(call: Exclude<PollCall, { by: 'startTime' }>, items: readonly WorkItem[]): PollCall[] {
  const middle = Math.ceil(call.values.length / 2);
  return [call.values.slice(0, middle), call.values.slice(middle)].map((values) => {
    const inHalf = items.map(wantedOf).filter((task) => values.includes(task.awsTaskId ?? task.identifier));
    return { by: call.by, values, ids: inHalf.map((task) => task.id) };
  });
}

/**
 * Returns the expected number of external tasks in the next sweep, doubled if this sweep did not reach its end. Pages
 * count as full, because a sweep costs calls and not tasks.
 */
function externalCount(
  answers: readonly TaskAnswer[],
  known: ReadonlySet<string>,
  pageCount: number,
  complete: boolean,
): number {
  const external = answers.filter((answer) => answer.taskId === null || !known.has(answer.taskId)).length;
  return complete ? Math.max(external, (pageCount - 1) * PAGE_SIZE) : 2 * Math.max(external, pageCount * PAGE_SIZE);
}
