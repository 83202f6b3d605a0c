/**
 * Sends queued starts to AWS as fast as the write quota allows. Subjects take turns, and the starts of a subject keep
 * their order. Several starts are in flight at a time, because a Start may block for seconds. No other part sends a
 * start.
 */
import { SECOND } from '../../runtime/clock.js';
import type { PermitOffer } from '../../partner-central/quota/quota.js';
import { ASK_AGAIN_MS, requestStartPermit } from '../../partner-central/quota/turns.js';
import { firstDueStarts, isDueStart, nextDueAt, storeAttempt, type WorkItem } from '../../tasks/store/task-queries.js';
import { isLatestEpoch } from '../../transitions/log.js';
import { attempt } from './attempt.js';
import { retryDelayMs } from '../retry-delay.js';
import { wakeOnTransition } from '../wake-on-transition.js';
import type { WorkerContext } from '../worker-context.js';
import { createFairness } from './fairness.js';
import { createWakeup } from '../../runtime/wakeup.js';

/** A Start blocks for up to 3 s, at one per second. More starts in flight mean that AWS has a problem. */
const MAX_IN_FLIGHT = 16;
/** A lost wake-up delays a start by at most this time. */
const MAX_SLEEP_MS = 5 * SECOND;

/** Runs until the term ends, then waits for the starts in flight. */
export async function runSubmitter(context: WorkerContext): Promise<void> {
  const { db, hub, clock, telemetry, troubles, partnerCentral, signal } = context;
  const wakeup = createWakeup(clock);
  const inFlight = new Map<string, Promise<void>>();
  /** Starts whose attempt ended in an error of the gateway. They wait without a place among the starts in flight. */
  const backingOff = new Set<string>();
  const fairness = createFairness();
  const wake = () => wakeup.wake();
  const detach = wakeOnTransition(hub, ({ status }) => status === 'QUEUED', wake);
  signal.addEventListener('abort', wake);

  while (!signal.aborted) {
    try {
      await sendNext();
    } catch (error) {
      telemetry.unexpected('submitter', error);
      troubles.failed('submitter', error);
      await wakeup.sleep(SECOND);
    }
  }
  detach();
  signal.removeEventListener('abort', wake);
  await Promise.all(inFlight.values());

  /** Sends one start, or waits until one may be sent. */
  async function sendNext(): Promise<void> {
    if (inFlight.size >= MAX_IN_FLIGHT) return wakeup.sleep(MAX_SLEEP_MS);
    const excluded = [...inFlight.keys(), ...backingOff];
    const firsts = await firstDueStarts(db, excluded, troubles.unreadable);
    const item = fairness.choose(firsts, ({ task }) => task.subject);
    if (item === null) {
      const [dueAt, now] = await Promise.all([nextDueAt(db.sql, excluded, troubles.unreadable), db.now()]);
      troubles.succeeded('submitter');
      return wakeup.sleep(dueAt === null ? MAX_SLEEP_MS : Math.min(MAX_SLEEP_MS, Math.max(1, dueAt - now)));
    }
    await partnerCentral.prepare(signal);
    if (signal.aborted) return;
    const permit = await takePermit(context, item);
    troubles.succeeded('submitter');
    switch (permit.type) {
      case 'granted':
        return send({
          ...item,
          attemptCount: item.attemptCount + 1,
          firstAttemptAt: Math.min(item.firstAttemptAt ?? permit.now, permit.now),
        });
      case 'wait':
        // This wait ignores wake-ups, because new starts do not make a permit come sooner. It is capped, because a
        // clock that is set back does.
        return clock.sleep(Math.min(permit.waitMs, ASK_AGAIN_MS), signal);
      case 'deposed':
        return context.stepDown();
      case 'not-due':
        return;
      default:
        return permit satisfies never;
    }
  }

  function send(item: WorkItem): void {
    const { id, subject } = item.task;
    fairness.served(subject);
    const sending = attempt(context, item)
      .catch((error: unknown) => {
        telemetry.unexpected('submitter', error);
        backOff(item);
      })
      .then(() => {
        // Remove it first: the loop skips starts in flight.
        inFlight.delete(id);
        wakeup.wake();
      });
    inFlight.set(id, sending);
  }

  /** Excludes a start for longer after each attempt, because the error may repeat at once. */
  function backOff({ task, attemptCount }: WorkItem): void {
    backingOff.add(task.id);
    void clock.sleep(retryDelayMs(attemptCount, context.random()), signal).then(() => {
      backingOff.delete(task.id);
      wakeup.wake();
    });
  }
}

type Permit = PermitOffer | { readonly type: 'deposed' | 'not-due' };

/** Takes a permit and records the attempt in one commit, so that after a crash the start is known as possibly sent. */
async function takePermit({ db, epoch, limits }: WorkerContext, { task: { id } }: WorkItem): Promise<Permit> {
  return db.write(async (tx) => {
    const [isLatest, isDue, offer] = await Promise.all([
      isLatestEpoch(tx, epoch),
      isDueStart(db, tx, id),
      requestStartPermit(db, tx, limits.writes),
    ]);
    if (!isLatest) return { type: 'deposed' };
    if (!isDue) return { type: 'not-due' };
    if (offer.type === 'granted') await Promise.all([offer.take(), storeAttempt(tx, id, offer.now)]);
    return offer;
  });
}
