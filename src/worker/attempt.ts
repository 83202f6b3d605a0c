/** One attempt to start a task at AWS, always with the stored token: a start that is sent twice is still one task at AWS. */
import { ROOT_CONTEXT, context, propagation } from '@opentelemetry/api';
import { isExternal } from '../partner-central/task-kind.js';
import { throttled } from '../partner-central/throttle.js';
import { recordObservations } from '../tasks/record.js';
import { postponeStart, type WorkItem } from '../tasks/store.js';
import type { Observation, Task } from '../tasks/task.js';
import { nextPollAt } from './cadence.js';
import { lookUp } from './look-up.js';
import { withFinding } from './look.js';
import { decideAfterFailure } from './settle.js';
import type { Term } from './term.js';

/**
 * @param cleared where it is yet to be known whether it may be sent, for which it is made ready meanwhile: it as it was stored, null if it may not
 * @returns the task as AWS's answer left it; null when the start goes on waiting, or is another worker's by now
 */
export async function attempt(term: Term, unsent: WorkItem, cleared?: Promise<WorkItem | null>): Promise<Task | null> {
  const { db, telemetry, partnerCentral } = term;
  const { id, input, trace: traceparent } = unsent.task;
  if (isExternal(input)) throw new Error(`The task ${id} was started elsewhere, and must never be sent.`);
  // The call belongs to the trace of the mutation, which may have been another process's.
  const trace = propagation.extract(ROOT_CONTEXT, { traceparent: traceparent ?? undefined });
  const throttledBefore = term.throttles.writes;
  const result = await context.with(trace, () => partnerCentral.startTask(input, unsent.awsClientToken, cleared?.then((item) => item !== null)));
  const item = cleared === undefined ? unsent : await cleared;
  if (item === null) return null;
  const { task } = item;
  if (result.type === 'ok') {
    term.throttles.writes = 0;
    return record(term, task, { type: 'answered', answer: result.value });
  }
  if (result.type === 'throttled') await throttled(term, 'writes', throttledBefore, result.retryAfterMs);
  else term.throttles.writes = 0;

  const now = await db.now();
  const facts = { count: item.attemptCount, firstAt: item.firstAttemptAt ?? now, mayHaveReachedBefore: item.mayHaveReached };
  const decision = decideAfterFailure(result, facts, now, term.submitRetryMs, term.random());
  switch (decision.type) {
    case 'reject':
      return record(term, task, { type: result.type === 'refused' ? 'refused' : 'abandoned', failure: decision.failure });
    case 'retry': {
      const { dueAt, message, mayHaveReached } = decision;
      await postponeStart(db.sql, item, { dueAt, message, mayHaveReached, now });
      telemetry.startWaits({ id, cause: result.type, message: result.message, retryInMs: dueAt - now });
      return null;
    }
    case 'look-up': {
      const answer = await lookUp(term, item);
      // The start stays QUEUED: the next worker sends it once more, and is here again when that is in vain.
      if (answer === 'stopped') return null;
      return record(term, task, answer === null ? { type: 'abandoned', failure: decision.failure } : { type: 'answered', answer });
    }
    default:
      return decision satisfies never;
  }
}

async function record(term: Term, task: Task, observation: Observation): Promise<Task | null> {
  const observed = await withFinding(term, task, observation);
  const recorded = await recordObservations(term.db, term.telemetry, term.epoch, [{ before: task, observation: observed, dueAt: (now) => nextPollAt(now, 0, term.poll, term.pace.stretch) }]);
  return recorded.get(task.id) ?? null;
}
