/** One attempt to start a task at AWS, always with the stored token: a start that is sent twice is still one task at AWS. */
import { ROOT_CONTEXT, context, propagation } from '@opentelemetry/api';
import { isDatabaseTrouble } from '../../db/errors/cannot-write.js';
import type { CallFailure } from '../../partner-central/failure.js';
import { isExternal } from '../../partner-central/model/task-kind.js';
import { throttled } from '../../partner-central/quota/throttle.js';
import { recordObservations } from '../../tasks/record-observations.js';
import { postponeStart, type WorkItem } from '../../tasks/store/task-queries.js';
import type { Observation, RecordedFailure, Task } from '../../tasks/task.js';
import { nextPollAt } from '../poll/cadence.js';
import { lookUp } from './recover-lost-start.js';
import { withFinding } from '../outcome-finding.js';
import { decideRetryAfterFailure } from './retry-decision.js';
import type { WorkerContext } from '../worker-context.js';

/** An answer that could not be stored is treated like a lost one. The database stores this text: it is our own. */
const UNRECORDED: CallFailure = {
  type: 'unknown',
  awsCode: 'Unrecorded',
  message: 'AWS has answered, but the database could not store the answer: the log of the gateway says why.',
};

/** Resolves once AWS's answer is recorded, or it is decided when the start is sent again. */
export async function attempt(term: WorkerContext, item: WorkItem): Promise<void> {
  const { partnerCentral } = term;
  const { id, input, trace: traceparent } = item.task;
  if (isExternal(input)) throw new Error(`The task ${id} was started elsewhere, and must never be sent.`);
  // The call belongs to the trace of the mutation, which may have been another process's.
  const trace = propagation.extract(ROOT_CONTEXT, { traceparent: traceparent ?? undefined });
  const throttledBefore = term.throttles.writes;
  const result = await context.with(trace, () => partnerCentral.startTask(input, item.awsClientToken));
  if (result.type === 'ok') {
    term.throttles.writes = 0;
    return settle(term, item, { type: 'answered', answer: result.value });
  }
  if (result.type === 'throttled') await throttled(term, 'writes', throttledBefore, result.retryAfterMs);
  else term.throttles.writes = 0;
  return actOnFailure(term, item, result, term.submitRetryMs);
}

/** Acts on an attempt that AWS did not answer with a task: the start is settled, waits, or is given up. */
async function actOnFailure(term: WorkerContext, item: WorkItem, failure: CallFailure, retryMs: number): Promise<void> {
  const { db, telemetry } = term;
  const now = await db.now();
  // A clock that was set forward since does not use up the time in which a start is sent again.
  const triedForMs = db.clockWatch.passedSince(item.firstAttemptAt ?? now, now);
  const facts = { count: item.attemptCount, firstAt: now - triedForMs, mayHaveReachedBefore: item.mayHaveReached };
  const decision = decideRetryAfterFailure(failure, facts, now, retryMs, term.random());
  switch (decision.type) {
    case 'reject': {
      const type = failure.type === 'refused' ? 'refused' : 'abandoned';
      return settle(term, item, { type, failure: decision.failure });
    }
    case 'retry': {
      const { dueAt, message, mayHaveReached } = decision;
      await postponeStart(db.sql, item, { dueAt, message, mayHaveReached, now });
      telemetry.startWaits({ id: item.task.id, cause: failure.type, message: failure.message, retryInMs: dueAt - now });
      return;
    }
    case 'look-up':
      return giveUp(term, item, decision.failure);
    default:
      return decision satisfies never;
  }
}

/**
 * Records the observation. If the database refuses it, the start waits and ends like one whose answer was lost. The two
 * functions call each other once at most: `actOnFailure` settles only refusals and starts that cannot have reached AWS,
 * and UNRECORDED is neither.
 */
async function settle(term: WorkerContext, item: WorkItem, observation: Observation): Promise<void> {
  try {
    return await record(term, item.task, observation);
  } catch (error) {
    term.telemetry.unexpected('submitter', error);
    // A database that takes no writes for hours is no reason to give up a start that AWS has taken.
    return actOnFailure(term, item, UNRECORDED, isDatabaseTrouble(error) ? Infinity : term.submitRetryMs);
  }
}

/** Looks for the start in the list for the last time. Records the answer, if the database takes it, or `failure`. */
async function giveUp(term: WorkerContext, item: WorkItem, failure: RecordedFailure): Promise<void> {
  const answer = await lookUp(term, item);
  // The start stays QUEUED: the next worker sends it once more, and is here again when that is in vain.
  if (answer === 'stopped') return;
  if (answer !== null) {
    try {
      return await record(term, item.task, { type: 'answered', answer });
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error;
      term.telemetry.unexpected('submitter', error);
    }
  }
  return record(term, item.task, { type: 'abandoned', failure });
}

async function record(term: WorkerContext, task: Task, observation: Observation): Promise<void> {
  const observed = await withFinding(term, task, observation);
  await recordObservations(term.db, term.telemetry, term.epoch, [
    { before: task, observation: observed, dueAt: (now) => nextPollAt(now, 0, term.poll, term.pace.stretch) },
  ]);
}
