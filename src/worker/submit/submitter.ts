/**
 * Sends queued starts to AWS, each subject's in the order in which they were accepted and the subjects in turn, as fast as the write quota
 * allows and several at a time, because a Start may block for seconds. No start leaves any other way.
 */
import { SECOND } from '../../runtime/clock.js';
import { askPermission, type Answer } from '../../partner-central/quota/quota.js';
import { firstDueStarts, isDueStart, nextDueAt, storeAttempt, type WorkItem } from '../../tasks/store/task-queries.js';
import { isLatestEpoch } from '../../transitions/log.js';
import { attempt } from './attempt.js';
import { retryDelayMs } from '../poll/cadence.js';
import { wakeOnTransition } from '../wake-on-transition.js';
import type { WorkerContext } from '../worker-context.js';
import { createFairness } from './fairness.js';
import { createWakeup } from '../../runtime/wakeup.js';

/** A Start blocks for up to 3 s at one a second; more than this many in flight means that AWS is in trouble. */
const MAX_IN_FLIGHT = 16;
/** A wake-up that got lost costs no more than this. */
const LOOK_AGAIN_MS = 5 * SECOND;

/** Runs until the term ends; what is in flight then is finished first. */
export async function runSubmitter(term: WorkerContext): Promise<void> {
  const { db, hub, clock, telemetry, troubles, partnerCentral, signal } = term;
  const wakeup = createWakeup(clock);
  const inFlight = new Map<string, Promise<void>>();
  /** Starts whose attempt ended in an error of the gateway's own: they wait without a place among those in flight. */
  const backingOff = new Set<string>();
  const turns = createFairness();
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
    if (inFlight.size >= MAX_IN_FLIGHT) return wakeup.sleep(LOOK_AGAIN_MS);
    const excluded = [...inFlight.keys(), ...backingOff];
    const firsts = await firstDueStarts(db, excluded, troubles.unreadable);
    const item = turns.choose(firsts, ({ task }) => task.subject);
    if (item === null) {
      const [dueAt, now] = await Promise.all([nextDueAt(db.sql, 'QUEUED', excluded, troubles.unreadable), db.now()]);
      troubles.succeeded('submitter');
      return wakeup.sleep(dueAt === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, Math.max(1, dueAt - now)));
    }
    await partnerCentral.prepare(signal);
    if (signal.aborted) return;
    const permit = await takePermit(term, item);
    troubles.succeeded('submitter');
    switch (permit.type) {
      case 'granted':
        return send({
          ...item,
          attemptCount: item.attemptCount + 1,
          firstAttemptAt: Math.min(item.firstAttemptAt ?? permit.now, permit.now),
        });
      case 'wait':
        // No start makes a permission come sooner, so that a rush of them need not ask for it one by one; a clock that is set back does.
        return clock.sleep(Math.min(permit.waitMs, LOOK_AGAIN_MS), signal);
      case 'deposed':
        return term.stepDown();
      case 'not-due':
        return;
      default:
        return permit satisfies never;
    }
  }

  function send(item: WorkItem): void {
    const { id, subject } = item.task;
    turns.taken(subject);
    const sending = attempt(term, item)
      .catch((error: unknown) => {
        telemetry.unexpected('submitter', error);
        backOff(item);
      })
      .then(() => {
        // Removed first, because the loop skips starts in flight.
        inFlight.delete(id);
        wakeup.wake();
      });
    inFlight.set(id, sending);
  }

  /** Leaves a start alone for longer after each attempt, because an error may come again at once. */
  function backOff({ task, attemptCount }: WorkItem): void {
    backingOff.add(task.id);
    void clock.sleep(retryDelayMs(attemptCount, term.random()), signal).then(() => {
      backingOff.delete(task.id);
      wakeup.wake();
    });
  }
}

type Permit = Answer | { readonly type: 'deposed' | 'not-due' };

/** Takes a permission and records the attempt in one commit: after a crash the start is known to have been sent, perhaps. */
async function takePermit({ db, epoch, limits }: WorkerContext, { task: { id } }: WorkItem): Promise<Permit> {
  return db.write(async (tx) => {
    const [isLatest, isDue, answer] = await Promise.all([
      isLatestEpoch(tx, epoch),
      isDueStart(db, tx, id),
      askPermission(db, tx, 'writes', limits.writes),
    ]);
    if (!isLatest) return { type: 'deposed' };
    if (!isDue) return { type: 'not-due' };
    if (answer.type === 'granted') await Promise.all([answer.take(), storeAttempt(tx, id, answer.now)]);
    return answer;
  });
}
