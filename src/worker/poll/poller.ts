/**
 * Reads the lists that have tasks in progress, each at its own interval, and no list while nothing is in progress. The
 * intervals are measured on a clock that cannot jump.
 */
import { SECOND } from '../../runtime/clock.js';
import { createWakeup } from '../../runtime/wakeup.js';
import { activeLists, listStates, storeReading, type ListName } from '../../tasks/store/task-lists.js';
import { isLatestEpoch } from '../../transitions/log.js';
import { createOutcomeChecks, type OutcomeChecks } from '../outcome-finding.js';
import { retryDelayMs } from '../retry-delay.js';
import { wakeOnTransition } from '../wake-on-transition.js';
import type { WorkerContext } from '../worker-context.js';
import { awsListKey, readsUsage } from './lists.js';
import { createLookState, lookAt, type LookState } from './look.js';
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
  /** The number of consecutive looks that failed, and the time until which the next one waits for it. */
  failureCount: number;
  retryAt: number;
  /** The last event, and the last one that a look has answered. */
  eventAt: number | null;
  answeredEventAt: number | null;
};

type PollerState = {
  readonly outcomeChecks: OutcomeChecks;
  followed: readonly Followed[];
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
  const state: PollerState = { outcomeChecks: createOutcomeChecks(context), followed: [], hasBegun: false };
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

/** Looks at the list that has been due for the longest time, if any. Returns the time until the next round. */
async function pollRound(context: WorkerContext, state: PollerState): Promise<number> {
  const { clock, readBudget } = context;
  state.followed = await followedLists(context, state);
  state.hasBegun = true;
  if (state.followed.length === 0) return MAX_SLEEP_MS;
  const usage = await readsUsage(context);
  readBudget.observe(usage);
  const pace = paceOf(usage);
  const nextDue = () => dueTimes(context, state, pace).reduce((one, other) => (other.at < one.at ? other : one));
  const { each, at } = nextDue();
  if (at <= clock.monotonic()) await lookAndStore(context, state, each, pace);
  return Math.min(MAX_SLEEP_MS, Math.max(0, nextDue().at - clock.monotonic()));
}

async function followedLists({ db, clock }: WorkerContext, state: PollerState): Promise<Followed[]> {
  const active = await activeLists(db.sql);
  const stored = active.length === 0 ? [] : await listStates(db.sql);
  return active.map(({ kind, catalog }) => {
    const isThis = (list: ListName) => awsListKey(list) === awsListKey({ kind, catalog });
    const eventAt = stored.find(isThis)?.eventAt ?? null;
    const known = state.followed.find(({ list }) => isThis(list));
    if (known !== undefined) return Object.assign(known, { eventAt });
    return {
      list: { kind, catalog },
      state: createLookState(state.outcomeChecks),
      waitsSince: state.hasBegun ? clock.monotonic() : -Infinity,
      cost: 1,
      failureCount: 0,
      retryAt: -Infinity,
      eventAt,
      answeredEventAt: eventAt,
    };
  });
}

/** Returns the time of the next look at each followed list. */
function dueTimes({ poll }: WorkerContext, { followed }: PollerState, pace: Pace) {
  const costs = followed.map(({ cost }) => cost);
  const intervals = intervalsMs(costs, pace, poll);
  return followed.map((each, index) => {
    const isExpedited = each.eventAt !== each.answeredEventAt && mayExpedite(pace);
    const regularMs = intervals[index] ?? poll.maxMs;
    // A look that an event causes waits a second for each call of the look before it. A flood of events thus takes no
    // more than the day's even share of the reads.
    const intervalMs = isExpedited ? Math.min(regularMs, SECOND * each.cost) : regularMs;
    return { each, at: Math.max(each.waitsSince + intervalMs, each.retryAt) };
  });
}

async function lookAndStore(context: WorkerContext, state: PollerState, followed: Followed, pace: Pace): Promise<void> {
  const { db, clock, random, epoch } = context;
  followed.waitsSince = clock.monotonic();
  followed.answeredEventAt = followed.eventAt;
  const readAt = await db.now();
  const { callCount, outcome } = await lookAt(context, followed.state, followed.list);
  // Without a call, every task waits for its own next question.
  if (outcome === 'stopped' || callCount === 0) return;
  followed.cost = callCount;
  followed.failureCount = outcome === 'failed' ? followed.failureCount + 1 : 0;
  followed.retryAt =
    followed.failureCount === 0 ? -Infinity : clock.monotonic() + retryDelayMs(followed.failureCount, random());
  const next = dueTimes(context, state, pace).find(({ each }) => each === followed);
  const intervalMs = Math.max(0, Math.round((next?.at ?? 0) - followed.waitsSince));
  await db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, epoch))) return context.stepDown();
    await storeReading(tx, followed.list, readAt, intervalMs);
  });
}
