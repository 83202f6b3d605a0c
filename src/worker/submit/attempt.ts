/**
 * Makes one attempt to start a task at AWS, always with the stored token, so that a repeated attempt still means one
 * task at AWS.
 */
import { ROOT_CONTEXT, context as traceContext, propagation } from '@opentelemetry/api';
import { MINUTE } from '../../runtime/clock.js';
import { isDatabaseFailure } from '../../db/errors/cannot-write.js';
import type { CallFailure } from '../../partner-central/failure.js';
import { isExternal } from '../../partner-central/model/task-kind.js';
import { recordThrottle } from '../../partner-central/quota/throttle.js';
import { recordObservations } from '../../tasks/record-observations.js';
import { unansweredRivals } from '../../tasks/store/rivals.js';
import { postponeStart, type WorkItem } from '../../tasks/store/task-queries.js';
import type { Observation, RecordedFailure, Task } from '../../tasks/task.js';
import { recoverLostStart } from './recover-lost-start.js';
import { withOutcomeCheck } from '../outcome-finding.js';
import { readsUsage } from '../poll/lists.js';
import { areReadsSpent } from '../poll/pace.js';
import { retryDelayMs } from '../retry-delay.js';
import { decideRetryAfterFailure } from './retry-decision.js';
import type { WorkerContext } from '../worker-context.js';

/**
 * The failure of an answer that could not be stored; it is treated like a lost answer. The database accepts this text,
 * because none of it comes from AWS.
 */
const UNRECORDED: CallFailure = {
  type: 'unknown',
  awsCode: 'Unrecorded',
  message: 'AWS has answered, but the database could not store the answer: the log of the gateway says why.',
};

const SEARCH_WAITS =
  'It may have reached AWS, and the reads of the day, with which the gateway would look for it, are spent. The gateway ' +
  'tries again by itself.';

const RIVAL_IS_AWAITED =
  'It may have reached AWS, and so may another start on the same record. The gateway waits for the answer to that one, ' +
  'so that it does not take the task of one for that of the other. It tries again by itself.';

/** The time after its retry period in which the last attempt of a start may still be answered. */
const LAST_ANSWER_MS = MINUTE;

/** Resolves when the answer is recorded or the next attempt is scheduled. */
export async function attempt(context: WorkerContext, item: WorkItem): Promise<void> {
  const { partnerCentral } = context;
  const { id, input, trace: traceparent } = item.task;
  if (isExternal(input)) throw new Error(`Task ${id} is external: the gateway must not send it.`);
  // The call belongs to the trace of the mutation, which may have run in another process.
  const trace = propagation.extract(ROOT_CONTEXT, { traceparent: traceparent ?? undefined });
  const throttledBefore = context.throttles.writes;
  const result = await traceContext.with(trace, () => partnerCentral.startTask(input, item.awsClientToken));
  if (result.type === 'ok') {
    context.throttles.writes = 0;
    return recordOrRetry(context, item, { type: 'answered', answer: result.value });
  }
  if (result.type === 'throttled') await recordThrottle(context, 'writes', throttledBefore, result.retryAfterMs);
  else context.throttles.writes = 0;
  return actOnFailure(context, item, result, context.submitRetryMs);
}

/** Acts on an attempt that did not return a task: rejects the start, schedules a retry, or gives up. */
async function actOnFailure(
  context: WorkerContext,
  item: WorkItem,
  failure: CallFailure,
  retryMs: number,
): Promise<void> {
  const { db, telemetry } = context;
  const now = await db.now();
  // A clock that was set forward since the first attempt does not shorten the retry period.
  const triedForMs = db.clockWatch.passedSince(item.firstAttemptAt ?? now, now);
  const attempts = { count: item.attemptCount, firstAt: now - triedForMs, mayHaveReachedBefore: item.mayHaveReached };
  const decision = decideRetryAfterFailure(failure, attempts, now, retryMs, context.random());
  switch (decision.type) {
    case 'reject': {
      const type = failure.type === 'refused' ? 'refused' : 'abandoned';
      return recordOrRetry(context, item, { type, failure: decision.failure });
    }
    case 'retry':
      return postpone(decision);
    case 'recover': {
      const reason = await reasonToWait(context, item, now);
      if (reason === null) return giveUpUnlessFound(context, item, decision.failure);
      const dueAt = now + retryDelayMs(item.attemptCount, context.random());
      return postpone({ dueAt, message: reason, mayHaveReached: true });
    }
    default:
      return decision satisfies never;
  }

  async function postpone(to: { dueAt: number; message: string; mayHaveReached: boolean }): Promise<void> {
    await postponeStart(db.sql, item, { ...to, now });
    const { type: cause, message } = failure;
    telemetry.startWaits({ id: item.task.id, cause, message, retryInMs: to.dueAt - now });
  }
}

/** Returns why the list cannot be searched for a lost start now; null if it can. */
async function reasonToWait(context: WorkerContext, { task }: WorkItem, now: number): Promise<string | null> {
  const { db, submitRetryMs } = context;
  // The search would wait for hours and keep its place among the starts in flight.
  if (areReadsSpent(await readsUsage(context))) return SEARCH_WAITS;
  const rivals = await unansweredRivals(db.sql, task);
  const isAwaited = (firstAttemptAt: number) =>
    db.clockWatch.passedSince(firstAttemptAt, now) < submitRetryMs + LAST_ANSWER_MS;
  return rivals.some(isAwaited) ? RIVAL_IS_AWAITED : null;
}

/**
 * Records the observation. If the database refuses it, the start waits and ends like one whose answer was lost. The
 * recursion with `actOnFailure` is one level deep: that function records only refusals and starts that cannot have
 * reached AWS, and UNRECORDED is neither.
 */
async function recordOrRetry(context: WorkerContext, item: WorkItem, observation: Observation): Promise<void> {
  try {
    await record(context, item.task, observation);
  } catch (error) {
    context.telemetry.unexpected('submitter', error);
    // The start is never given up while the database accepts no writes, because AWS has taken the start.
    return actOnFailure(context, item, UNRECORDED, isDatabaseFailure(error) ? Infinity : context.submitRetryMs);
  }
}

/** Searches the list for the start a last time. Records the answer if the database accepts it, otherwise `failure`. */
async function giveUpUnlessFound(context: WorkerContext, item: WorkItem, failure: RecordedFailure): Promise<void> {
  for (;;) {
    const answer = await recoverLostStart(context, item);
    // The start stays QUEUED. The next worker sends it once more, and gives up again if that fails.
    if (answer === 'stopped') return;
    if (answer === null) break;
    try {
      const after = await record(context, item.task, { type: 'answered', answer, isFoundByRecord: true });
      // While the start stays QUEUED, another one has got this task since the search. The next search leaves it out.
      if (after?.status !== 'QUEUED') return;
    } catch (error) {
      if (isDatabaseFailure(error)) throw error;
      context.telemetry.unexpected('submitter', error);
      break;
    }
  }
  await record(context, item.task, { type: 'abandoned', failure });
}

/** Returns the task afterwards; undefined if it was deleted or this worker is deposed. */
async function record(context: WorkerContext, task: Task, observation: Observation): Promise<Task | undefined> {
  const { db, telemetry, epoch } = context;
  const observed = await withOutcomeCheck(context, task, observation);
  const after = await recordObservations(db, telemetry, epoch, [{ before: task, observation: observed }]);
  return after.get(task.id);
}
