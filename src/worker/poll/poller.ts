/**
 * Reads the lists that have tasks in progress, each at its own interval, and no list while nothing is in progress. The
 * intervals are measured on a clock that cannot jump.
 */
import { SECOND } from '../../runtime/clock.js';
import { createWakeup } from '../../runtime/wakeup.js';
import {
  activeLists,
  listStates,
  storeReading,
  type ActiveList,
  type ListName,
  type ListState,
} from '../../tasks/store/task-lists.js';
import { isLatestEpoch } from '../../transitions/log.js';
import { createOutcomeChecks, type OutcomeChecks } from '../outcome-finding.js';
import { retryDelayMs } from '../retry-delay.js';
import { wakeOnTransition } from '../wake-on-transition.js';
import type { WorkerContext } from '../worker-context.js';
import { awsListKey, readsUsage } from './lists.js';
import { NO_EXPERIENCE, createLookState, lookAt, type Experience, type LookState } from './look.js';
import { intervalsMs, mayExpedite, paceOf, type Pace } from './pace.js';

const MAX_SLEEP_MS = 5 * SECOND;

/** A list with tasks in progress, as this worker knows it. Times are those of the monotonic clock. */
type Followed = {
  readonly list: ListName;
  readonly state: LookState;
  /** The beginning of the last look, or the time at which the list got its first task. */
  waitsSince: number;
  /** The calls that the last look took. The wait after a look pays for it. */
  cost: number;
  experience: Experience;
  /** The number of consecutive looks that failed, and the time until which the next one waits for it. */
  failureCount: number;
  retryAt: number;
  /** The last event, and the last one that a look has answered. */
  eventAt: number | null;
  answeredEventAt: number | null;
  /** The time of the last look that an event caused. */
  expeditedAt: number;
};

type PollerState = {
  readonly outcomeChecks: OutcomeChecks;
  readonly followed: Map<string, Followed>;
  /** False until the first round. The tasks of that round may have waited for a worker, so it looks at once. */
  hasBegun: boolean;
};

export async function runPoller(context: WorkerContext): Promise<void> {
  const { hub, onExpedite, clock, telemetry, troubles, signal } = context;
  const wakeup = createWakeup(clock);
  const wake = () => wakeup.wake();
  const detach = wakeOnTransition(hub, ({ status }) => status === 'IN_PROGRESS', wake);
  onExpedite.add(wake);
  signal.addEventListener('abort', wake);
  const state: PollerState = {
    outcomeChecks: createOutcomeChecks(context),
    followed: new Map(),
    hasBegun: false,
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

/** Looks at the list that has been due for the longest time. Returns the time until the next round. */
async function pollRound(context: WorkerContext, state: PollerState): Promise<number> {
  const { db, clock, readBudget } = context;
  const active = await activeLists(db.sql);
  updateFollowed(state, active, active.length === 0 ? [] : await listStates(db.sql), clock.monotonic());
  if (active.length === 0) return MAX_SLEEP_MS;
  const usage = await readsUsage(context);
  readBudget.observe(usage);
  const pace = paceOf(usage);
  const [next] = dueTimes(state, pace, context).sort((one, other) => one.at - other.at);
  if (next === undefined) return MAX_SLEEP_MS;
  const waitMs = next.at - clock.monotonic();
  if (waitMs > 0) return Math.min(MAX_SLEEP_MS, waitMs);
  if (isExpedited(next.followed, pace)) next.followed.expeditedAt = clock.monotonic();
  await lookAndStore(context, state, next.followed);
  return 0;
}

function updateFollowed(
  state: PollerState,
  active: readonly ActiveList[],
  stored: readonly ListState[],
  now: number,
): void {
  const keys = new Set(active.map(awsListKey));
  for (const key of state.followed.keys()) if (!keys.has(key)) state.followed.delete(key);
  for (const { kind, catalog } of active) {
    const key = awsListKey({ kind, catalog });
    const eventAt = stored.find((each) => awsListKey(each) === key)?.eventAt ?? null;
    const followed = state.followed.get(key);
    if (followed !== undefined) {
      followed.eventAt = eventAt;
      continue;
    }
    state.followed.set(key, {
      list: { kind, catalog },
      state: createLookState(state.outcomeChecks),
      waitsSince: state.hasBegun ? now : -Infinity,
      cost: 1,
      experience: NO_EXPERIENCE,
      failureCount: 0,
      retryAt: -Infinity,
      eventAt,
      answeredEventAt: eventAt,
      expeditedAt: -Infinity,
    });
  }
  state.hasBegun = true;
}

/** Returns the time of the next look at each followed list. */
function dueTimes({ followed }: PollerState, pace: Pace, { poll }: WorkerContext) {
  const all = [...followed.values()];
  const intervals = intervalsMs(
    all.map(({ cost }) => cost),
    pace,
    poll,
  );
  return all.map((each, index) => {
    const regularAt = each.waitsSince + (intervals[index] ?? poll.maxMs);
    const eventLookAt = isExpedited(each, pace) ? each.expeditedAt + poll.minMs : Infinity;
    return { followed: each, at: Math.max(Math.min(regularAt, eventLookAt), each.retryAt) };
  });
}

function isExpedited({ eventAt, answeredEventAt }: Followed, pace: Pace): boolean {
  return eventAt !== answeredEventAt && mayExpedite(pace);
}

async function lookAndStore(context: WorkerContext, state: PollerState, followed: Followed): Promise<void> {
  const { db, clock, random, epoch } = context;
  followed.waitsSince = clock.monotonic();
  followed.answeredEventAt = followed.eventAt;
  const readAt = await db.now();
  const { callCount, outcome, experience } = await lookAt(context, followed.state, followed.list, followed.experience);
  if (outcome === 'stopped') return;
  // Every task waits for its own next question.
  if (callCount === 0) return;
  followed.cost = callCount;
  followed.experience = experience;
  followed.failureCount = outcome === 'failed' ? followed.failureCount + 1 : 0;
  followed.retryAt =
    followed.failureCount === 0 ? -Infinity : clock.monotonic() + retryDelayMs(followed.failureCount, random());
  const due = dueTimes(state, paceOf(await readsUsage(context)), context).find((each) => each.followed === followed);
  const intervalMs = Math.round((due?.at ?? 0) - followed.waitsSince);
  await db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, epoch))) return context.stepDown();
    await storeReading(tx, followed.list, readAt, intervalMs);
  });
}
