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
  /** The beginning of the last look that succeeded, by the clock of the database; null before it. */
  lookedAt: number | null;
  /** The calls that the last look took. The wait after a look pays for it. */
  cost: number;
  /** The last look as a share of a whole look: a half if the next look has to read the other end of the list. */
  share: number;
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
  const due = nextDue();
  if (due.at <= clock.monotonic()) await lookAndStore(context, state, due, pace);
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
      lookedAt: null,
      cost: 1,
      share: 1,
      failureCount: 0,
      retryAt: -Infinity,
      eventAt,
      answeredEventAt: eventAt,
    };
  });
}

type Due = {
  readonly each: Followed;
  readonly at: number;
  /** The interval in which whole looks would follow each other. */
  readonly wholeMs: number;
};

/** Returns the time of the next look at each followed list. */
function dueTimes({ poll }: WorkerContext, { followed }: PollerState, pace: Pace): Due[] {
  const costs = followed.map(({ cost, share }) => cost / share);
  const intervals = intervalsMs(costs, pace, poll);
  return followed.map((each, index) => {
    const isExpedited = each.eventAt !== each.answeredEventAt && mayExpedite(pace);
    const wholeMs = intervals[index] ?? poll.maxMs;
    const regularMs = Math.max(poll.minMs, each.share * wholeMs);
    // A look that an event causes waits a second for each call of the look before it. A flood of events thus takes no
    // more than the day's even share of the reads.
    const intervalMs = isExpedited ? Math.min(regularMs, SECOND * each.cost) : regularMs;
    return { each, at: Math.max(each.waitsSince + intervalMs, each.retryAt), wholeMs };
  });
}

async function lookAndStore(
  context: WorkerContext,
  state: PollerState,
  { each: followed, wholeMs }: Due,
  pace: Pace,
): Promise<void> {
  const { db, clock, poll, random, epoch } = context;
  followed.waitsSince = clock.monotonic();
  // Two halves take no longer than a whole look unless the shortest interval delays the second. An event may concern
  // any task.
  const mayHalve = wholeMs >= 2 * poll.minMs && followed.eventAt === followed.answeredEventAt;
  followed.answeredEventAt = followed.eventAt;
  const now = await db.now();
  const { callCount, isHalf, outcome } = await lookAt(context, followed.state, followed.list, mayHalve);
  // Without a call, every task waits for its own next question.
  if (outcome === 'stopped' || callCount === 0) return;
  followed.cost = callCount;
  followed.share = isHalf ? 1 / 2 : 1;
  // The other half was read by the look before.
  const readAt = isHalf ? (followed.lookedAt ?? now) : now;
  if (outcome === 'done') followed.lookedAt = now;
  followed.failureCount = outcome === 'failed' ? followed.failureCount + 1 : 0;
  followed.retryAt =
    followed.failureCount === 0 ? -Infinity : clock.monotonic() + retryDelayMs(followed.failureCount, random());
  const next = dueTimes(context, state, pace).find(({ each }) => each === followed);
  const intervalMs = Math.max(0, Math.round(((next?.at ?? 0) - followed.waitsSince) / followed.share));
  await db.write(async (tx) => {
    if (!(await isLatestEpoch(tx, epoch))) return context.stepDown();
    // The age of a list that cannot be read grows.
    if (outcome === 'done') await storeReading(tx, followed.list, readAt, intervalMs);
  });
}
