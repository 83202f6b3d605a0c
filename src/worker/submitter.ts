/**
 * Sends queued starts to AWS, each subject's in the order in which they were accepted and the subjects in turn, as fast as the write quota
 * allows and several at a time, because a Start may block for seconds. Always with the stored token: a start that is sent twice is still one task at AWS.
 */
import { ROOT_CONTEXT, context, propagation } from '@opentelemetry/api';
import { SECOND } from '../clock.js';
import { askPermission, type Answer } from '../partner-central/quota.js';
import { isExternal } from '../partner-central/task-kind.js';
import { throttled } from '../partner-central/throttle.js';
import { recordObservations } from '../tasks/record.js';
import { firstDueStarts, isDueStart, nextDueAt, postponeStart, recordAttempt, type WorkItem } from '../tasks/store.js';
import type { Observation, Task } from '../tasks/task.js';
import { isLatestEpoch } from '../transitions/log.js';
import { nextPollAt } from './cadence.js';
import { lookUp } from './look-up.js';
import { withFinding } from './look.js';
import { decideAfterFailure } from './settle.js';
import type { Term } from './term.js';
import { createTurns, type Turns } from './turns.js';
import { createWaker } from '../waker.js';

/** A Start blocks for up to 3 s at one a second; more than this many in flight means that AWS is in trouble. */
const MAX_IN_FLIGHT = 16;
/** A wake-up that got lost costs no more than this. */
const LOOK_AGAIN_MS = 5 * SECOND;

/** Runs until the term ends; what is in flight then is finished first. */
export async function runSubmitter(term: Term): Promise<void> {
  const { hub, clock, telemetry, signal } = term;
  const waker = createWaker(clock);
  const inFlight = new Map<string, Promise<void>>();
  const turns = createTurns();
  const wake = () => waker.wake();
  const detach = hub.attach(null, wake);
  signal.addEventListener('abort', wake);

  function send(item: WorkItem): void {
    const sending = attempt(term, item)
      .catch((error: unknown) => telemetry.unexpected('submitter', error))
      .finally(() => {
        inFlight.delete(item.task.id);
        waker.wake();
      });
    inFlight.set(item.task.id, sending);
  }

  while (!signal.aborted) {
    try {
      const next = await nextStart(term, inFlight, turns);
      if (next.type === 'send') send(next.item);
      // Nothing makes a permission come sooner, so that a rush of starts need not ask for it one by one.
      else if (next.type === 'rest') await clock.sleep(next.ms, signal);
      else await waker.sleep(next.ms);
    } catch (error) {
      telemetry.unexpected('submitter', error);
      await waker.sleep(SECOND);
    }
  }
  detach();
  signal.removeEventListener('abort', wake);
  await Promise.all(inFlight.values());
}

type Next =
  | { readonly type: 'send'; readonly item: WorkItem }
  /** Until something happens. */
  | { readonly type: 'sleep'; readonly ms: number }
  /** Whatever happens. */
  | { readonly type: 'rest'; readonly ms: number };

async function nextStart(term: Term, inFlight: ReadonlyMap<string, unknown>, turns: Turns): Promise<Next> {
  const { db, limits } = term;
  if (inFlight.size >= MAX_IN_FLIGHT) return { type: 'sleep', ms: LOOK_AGAIN_MS };
  const sending = [...inFlight.keys()];
  const item = turns.choose(await firstDueStarts(db, sending), ({ task }) => task.subject);
  if (item === null) {
    const [dueAt, now] = await Promise.all([nextDueAt(db.sql, 'QUEUED', sending), db.now()]);
    return { type: 'sleep', ms: dueAt === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, Math.max(1, dueAt - now)) };
  }
  const permission = await db.write(async (tx): Promise<Answer | 'deposed' | 'not-due'> => {
    const [isLatest, isDue, answer] = await Promise.all([isLatestEpoch(tx, term.epoch), isDueStart(db, tx, item.task.id), askPermission(db, tx, 'writes', limits.writes)]);
    if (!isLatest) return 'deposed';
    if (!isDue) return 'not-due';
    // In the same commit as the permission: after a crash the start is known to have been sent, perhaps.
    if (answer.type === 'granted') await Promise.all([answer.take(), recordAttempt(tx, item.task.id, answer.now)]);
    return answer;
  });
  if (permission === 'deposed') return { type: 'sleep', ms: LOOK_AGAIN_MS };
  if (permission === 'not-due') return { type: 'sleep', ms: 0 };
  if (permission.type === 'wait') return { type: 'rest', ms: permission.waitMs };
  turns.taken(item.task.subject);
  return { type: 'send', item: { ...item, attemptCount: item.attemptCount + 1, firstAttemptAt: item.firstAttemptAt ?? permission.now } };
}

async function attempt(term: Term, item: WorkItem): Promise<void> {
  const { db, telemetry, partnerCentral } = term;
  const { task } = item;
  const { input } = task;
  if (isExternal(input)) throw new Error(`The task ${task.id} was started elsewhere, and must never be sent.`);
  // The call belongs to the trace of the mutation, which may have been another process's.
  const trace = propagation.extract(ROOT_CONTEXT, { traceparent: task.trace ?? undefined });
  const result = await context.with(trace, () => partnerCentral.startTask(input, item.awsClientToken));
  if (result.type === 'ok') {
    term.throttles.writes = 0;
    return record(term, task, { type: 'answered', answer: result.value });
  }
  if (result.type === 'throttled') await throttled(term, 'writes', result.retryAfterMs);
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
      return telemetry.startWaits({ id: task.id, cause: result.type, message: result.message, retryInMs: dueAt - now });
    }
    case 'look-up': {
      const answer = await lookUp(term, item);
      // The start stays QUEUED: the next worker sends it once more, and is here again when that is in vain.
      if (answer === 'stopped') return;
      return record(term, task, answer === null ? { type: 'abandoned', failure: decision.failure } : { type: 'answered', answer });
    }
    default:
      return decision satisfies never;
  }
}

async function record(term: Term, task: Task, observation: Observation): Promise<void> {
  const observed = await withFinding(term, task, observation);
  await recordObservations(term.db, term.telemetry, term.epoch, [{ before: task, observation: observed, dueAt: (now) => nextPollAt(now, 0, term.poll, 1) }]);
}
