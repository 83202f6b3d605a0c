/**
 * Follows the tasks that AWS is working on with the fewest calls: asks the plan what to ask, asks it, and records the answers. A task that
 * a List does not show is unknown and is asked about again; only AWS's own word ends a task. Nothing in flight, no call.
 */
import { SECOND } from '../clock.js';
import { FILTER_SIZE, PAGE_SIZE, bareIdentifier } from '../partner-central/operations.js';
import { quotaUsage } from '../partner-central/quota.js';
import type { Catalog, TaskAnswer, TaskKind } from '../partner-central/task-kind.js';
import { keepPromisedLooks } from '../tasks/hurry.js';
import { recordObservation } from '../tasks/record.js';
import { countListedSince, knownAwsTaskIds, nextDueAt, postponePolls, tasksInProgress, type WorkItem } from '../tasks/store.js';
import type { Observation } from '../tasks/task.js';
import { isLatestEpoch } from '../transitions/log.js';
import { backoffMs, nextPollDelayMs, stretchFor } from './cadence.js';
import { takeOver } from './discoverer.js';
import { callsForALook, createLooks, type Looks } from './look.js';
import { answerFor } from './match.js';
import { readPages } from './pages.js';
import { planPolls, sweepSince, type PollCall, type Wanted } from './plan.js';
import type { Term } from './term.js';
import { createWaker } from '../waker.js';

/** How many tasks one round takes into memory; the rest is next. */
const ROUND_SIZE = 2000;
const LOOK_AGAIN_MS = 5 * SECOND;
/** Ten values have few tasks; more pages than these are no answer to such a filter. */
const MAX_PAGES_OF_GROUP = 20;

/** What earlier rounds have learnt. */
type Memory = {
  /** For each kind and catalog, how many Lists in a row failed. */
  readonly failures: Map<string, number>;
  /** For each kind and catalog, how many tasks beside ours a sweep is to be expected to meet. */
  readonly foreign: Map<string, number>;
  /** Failures that are being explained. */
  readonly looks: Looks;
};

/** When a round began, and by how much polls are spread in it. */
type Round = { readonly now: number; readonly stretch: number };

type Group = { readonly kind: TaskKind; readonly catalog: Catalog; readonly items: readonly WorkItem[] };

export async function runPoller(term: Term): Promise<void> {
  const { hub, onHurry, clock, telemetry, signal } = term;
  const waker = createWaker(clock);
  const wake = () => waker.wake();
  const detach = hub.attach(null, wake);
  onHurry.add(wake);
  signal.addEventListener('abort', wake);
  const memory: Memory = { failures: new Map(), foreign: new Map(), looks: createLooks(term) };
  while (!signal.aborted) {
    try {
      await waker.sleep(await pollRound(term, memory));
    } catch (error) {
      telemetry.unexpected('poller', error);
      await waker.sleep(SECOND);
    }
  }
  detach();
  onHurry.delete(wake);
  signal.removeEventListener('abort', wake);
  await memory.looks.ended();
}

/** Asks about every task that is due; returns for how long there is nothing to do. */
async function pollRound(term: Term, memory: Memory): Promise<number> {
  const { db, limits, signal } = term;
  const now = await db.now();
  const items = await tasksInProgress(db.sql, ROUND_SIZE);
  if (!items.some((item) => item.dueAt <= now)) return waitFor(items[0]?.dueAt ?? null, now);

  const usage = await quotaUsage(db, 'reads', limits.reads);
  const round: Round = { now, stretch: stretchFor(usage.remainingToday, usage.perDay) };
  for (const group of groupsOf(items)) {
    for (const call of await callsFor(term, memory, group, now)) {
      if (signal.aborted) return 0;
      await execute(term, memory, group, call, round);
    }
  }
  return waitFor(await nextDueAt(db.sql, 'IN_PROGRESS'), await db.now());
}

function waitFor(dueAt: number | null, now: number): number {
  return dueAt === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, Math.max(0, dueAt - now));
}

function keyOf({ kind, catalog }: { readonly kind: TaskKind; readonly catalog: Catalog }): string {
  return `${kind} ${catalog}`;
}

function groupsOf(items: readonly WorkItem[]): Group[] {
  const groups = new Map<string, { kind: TaskKind; catalog: Catalog; items: WorkItem[] }>();
  for (const item of items) {
    const { kind, catalog } = item.task.input;
    const key = keyOf(item.task.input);
    const group = groups.get(key) ?? { kind, catalog, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

async function callsFor(term: Term, memory: Memory, group: Group, now: number): Promise<readonly PollCall[]> {
  const due = group.items.filter((item) => item.dueAt <= now).map(wantedOf);
  const soon = group.items.filter((item) => item.dueAt > now).map(wantedOf);
  // A sweep can only pay when there are several groups of ids; beyond a full page of tasks for each of them it never does.
  const groupCount = Math.ceil(due.length / FILTER_SIZE);
  const own = groupCount < 2 ? 0 : await countListedSince(term.db.sql, group.kind, group.catalog, sweepSince(due), groupCount * PAGE_SIZE);
  return planPolls(due, soon, own + (memory.foreign.get(keyOf(group)) ?? 0)).calls;
}

function wantedOf({ task, firstAttemptAt }: WorkItem): Wanted {
  return {
    id: task.id,
    awsTaskId: task.details.taskId,
    identifier: bareIdentifier(task.input.identifier),
    startedAt: task.details.startedAt ?? firstAttemptAt ?? task.createdAt,
  };
}

async function execute(term: Term, memory: Memory, group: Group, call: PollCall, round: Round): Promise<void> {
  const { kind, catalog } = group;
  const items = new Map(group.items.map((item) => [item.task.id, item]));
  const wanted = call.ids.flatMap((id) => items.get(id) ?? []);
  const sweeping = call.by === 'startTime';
  const select = sweeping ? ({ by: 'startTime' } as const) : { by: call.by, values: call.values };
  const ids = wanted.map((item) => item.task.details.taskId);
  const isEnough = (answers: readonly TaskAnswer[]) => {
    const seen = new Set(answers.map((answer) => answer.taskId));
    if (ids.every((id) => id !== null && seen.has(id))) return true;
    return sweeping && (answers.at(-1)?.startedAt ?? Infinity) < call.since;
  };
  const { answers, pageCount, complete, failure } = await readPages(term, { kind, catalog, select }, sweeping ? call.maxPages : MAX_PAGES_OF_GROUP, isEnough);
  if (failure === 'stopped') return;
  if (failure === 'refused' && call.by !== 'startTime' && call.values.length > 1) {
    // One value that AWS does not take must not keep the others from their news.
    for (const half of halvesOf(call, wanted)) await execute(term, memory, group, half, round);
    return;
  }
  const failures = failure === 'none' ? 0 : (memory.failures.get(keyOf(group)) ?? 0) + 1;
  memory.failures.set(keyOf(group), failures);
  if (sweeping && failure === 'none') memory.foreign.set(keyOf(group), await foreignCount(term, answers, pageCount, complete));
  const unseen = await apply(term, memory, wanted, answers, round);
  if (sweeping && failure === 'none') await takeOver(term, kind, catalog, answers);
  // An incomplete sweep has not asked about those it did not see: they stay due, and the next round finds a sweep dearer.
  if (failures > 0) await postpone(term, unseen, round, backoffMs(failures, term.random()));
  else if (complete || !sweeping) await postpone(term, unseen, round);
}

function halvesOf(call: Exclude<PollCall, { by: 'startTime' }>, items: readonly WorkItem[]): PollCall[] {
  const middle = Math.ceil(call.values.length / 2);
  return [call.values.slice(0, middle), call.values.slice(middle)].map((values) => {
    const inHalf = items.map(wantedOf).filter((task) => values.includes(task.awsTaskId ?? task.identifier));
    return { by: call.by, values, ids: inHalf.map((task) => task.id) };
  });
}

/** Records what was answered; returns the tasks that no answer was about. */
async function apply(term: Term, memory: Memory, wanted: readonly WorkItem[], answers: readonly TaskAnswer[], round: Round): Promise<WorkItem[]> {
  const { db, telemetry, epoch } = term;
  const claimed = await knownAwsTaskIds(db.sql, answers.flatMap((answer) => answer.taskId ?? []));
  const now = await db.now();
  const unseen: WorkItem[] = [];
  const unchanged: WorkItem[] = [];
  for (const item of wanted) {
    const { task } = item;
    const answer = answerFor(task, item.firstAttemptAt ?? task.createdAt, answers, (id) => claimed.has(id));
    if (answer === null) {
      unseen.push(item);
      continue;
    }
    if (answer.taskId !== null) claimed.add(answer.taskId);
    const observation = { type: 'answered', answer } as const;
    const record = (observed: Observation) => recordObservation(db, telemetry, epoch, task.id, observed, now + delayOf(term, item, now, round.stretch));
    if (callsForALook(task, observation)) memory.looks.begin(task, observation, record);
    else if ((await record(observation))?.status !== 'IN_PROGRESS') continue;
    unchanged.push(item);
  }
  await postpone(term, unchanged, round);
  return unseen;
}

async function postpone(term: Term, items: readonly WorkItem[], round: Round, atLeastMs = 0): Promise<void> {
  const now = await term.db.now();
  const byDelay = new Map<number, string[]>();
  for (const item of items) {
    const delay = Math.max(atLeastMs, delayOf(term, item, now, round.stretch));
    byDelay.set(delay, [...(byDelay.get(delay) ?? []), item.task.id]);
  }
  if (byDelay.size === 0) return;
  await term.db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, term.epoch))) return;
    for (const [delay, ids] of byDelay) await postponePolls(tx, ids, now + delay);
    await keepPromisedLooks(tx, items.map((item) => item.task.id), round.now);
  });
}

/** The age is told by our own clock alone: AWS's StartTime would make every task old where the two differ. */
function delayOf(term: Term, { task, firstAttemptAt }: WorkItem, now: number, stretch: number): number {
  return nextPollDelayMs(Math.max(0, now - (firstAttemptAt ?? task.createdAt)), term.poll, stretch);
}

/**
 * How many tasks beside ours the next sweep is to be expected to meet; twice as many when this one did not get to its end. Pages count
 * as full ones, however few tasks AWS put into them: it is calls that a sweep costs.
 */
async function foreignCount(term: Term, answers: readonly TaskAnswer[], pageCount: number, complete: boolean): Promise<number> {
  const known = await knownAwsTaskIds(term.db.sql, answers.flatMap((answer) => answer.taskId ?? []));
  const foreign = answers.filter((answer) => answer.taskId === null || !known.has(answer.taskId)).length;
  return complete ? Math.max(foreign, (pageCount - 1) * PAGE_SIZE) : 2 * Math.max(foreign, pageCount * PAGE_SIZE);
}
