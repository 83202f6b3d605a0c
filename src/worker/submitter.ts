/**
 * Sends queued starts to AWS, each subject's in the order in which they were accepted and the subjects in turn, as fast as the write quota
 * allows and several at a time, because a Start may block for seconds. While nothing is queued, a start that comes by itself is sent in the same
 * breath as it is accepted.
 */
import { SECOND } from '../clock.js';
import { lastly } from '../db/database.js';
import { askPermission, type Answer } from '../partner-central/quota.js';
import type { Sender } from '../tasks/sender.js';
import { firstDueStarts, isDueStart, nextDueAt, recordAttempt, type WorkItem } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import { isLatestEpoch } from '../transitions/log.js';
import { offerAtOnce, type Offered, type Outbox } from './at-once.js';
import { attempt } from './attempt.js';
import { retryDelayMs } from './cadence.js';
import { correctStarts } from './due.js';
import { onGrowth } from './growth.js';
import type { Term } from './term.js';
import { createTurns, type Turns } from './turns.js';
import { createWaker } from '../waker.js';

/** A Start blocks for up to 3 s at one a second; more than this many in flight means that AWS is in trouble. */
const MAX_IN_FLIGHT = 16;
/** A wake-up that got lost costs no more than this. */
const LOOK_AGAIN_MS = 5 * SECOND;

/** Runs until the term ends; what is in flight then is finished first. */
export async function runSubmitter(term: Term): Promise<void> {
  const { hub, clock, telemetry, troubles, partnerCentral, signal } = term;
  const waker = createWaker(clock);
  const inFlight = new Map<string, Promise<unknown>>();
  /** Starts whose attempt ended in an error of the gateway's own: they wait without a place among those in flight. */
  const backingOff = new Set<string>();
  const turns = createTurns();
  /** Asleep because nothing is queued: a start that comes now need not queue. */
  let idle = false;
  const wake = () => waker.wake();
  const detach = onGrowth(hub, ({ id, status }) => status === 'QUEUED' && !inFlight.has(id), wake);
  signal.addEventListener('abort', wake);

  /** Resolves with the task once AWS has answered, with null when that has not settled the start. Never rejects. */
  function send(item: WorkItem, offered?: Offered): Promise<Task | null> {
    const { id, subject } = item.task;
    const sending = attempt(term, item, offered?.cleared)
      .catch((error: unknown) => {
        telemetry.unexpected('submitter', error);
        backOff(item);
        return null;
      })
      .then((task) => {
        const wasFull = inFlight.size >= MAX_IN_FLIGHT;
        // Before anybody is woken: what is in flight is not looked for in the queue.
        forget();
        // What is settled makes nothing due, but it may have made room.
        if (task === null || wasFull) waker.wake();
        return task;
      });
    const forget = offered?.forget ?? (() => void inFlight.delete(id));
    if (offered === undefined) {
      inFlight.set(id, sending);
      turns.taken(subject);
    } else {
      // What is withdrawn has not had its turn.
      void offered.cleared.then((sent) => sent !== null && turns.taken(subject));
    }
    return sending;
  }

  /** Leaves a start alone for longer after each attempt, because an error may come again at once. */
  function backOff({ task, attemptCount }: WorkItem): void {
    backingOff.add(task.id);
    void clock.sleep(retryDelayMs(attemptCount, term.random()), signal).then(() => {
      backingOff.delete(task.id);
      waker.wake();
    });
  }

  const outbox: Outbox = { term, inFlight, send };
  const sender: Sender = {
    offer(start) {
      const canSend = idle && !signal.aborted && inFlight.size < MAX_IN_FLIGHT && partnerCentral.isPrepared();
      return canSend ? offerAtOnce(outbox, start) : null;
    },
  };

  term.sender.current = sender;
  while (!signal.aborted) {
    try {
      const next = await nextStart(term, inFlight, backingOff, turns);
      troubles.succeeded('submitter');
      if (next.type === 'send') void send(next.item);
      // No start makes a permission come sooner, so that a rush of them need not ask for it one by one; a clock that is set back does.
      else if (next.type === 'rest') await clock.sleep(Math.min(next.ms, LOOK_AGAIN_MS), signal);
      else {
        idle = next.type === 'idle';
        await waker.sleep(next.ms);
        idle = false;
      }
    } catch (error) {
      telemetry.unexpected('submitter', error);
      troubles.failed('submitter', error);
      await waker.sleep(SECOND);
    }
  }
  if (term.sender.current === sender) term.sender.current = null;
  detach();
  signal.removeEventListener('abort', wake);
  await Promise.all(inFlight.values());
}

type Next =
  | { readonly type: 'send'; readonly item: WorkItem }
  /** Until something happens; `idle` when nothing is queued that could be sent. */
  | { readonly type: 'sleep' | 'idle'; readonly ms: number }
  /** Whatever happens. */
  | { readonly type: 'rest'; readonly ms: number };

async function nextStart(
  term: Term,
  inFlight: ReadonlyMap<string, unknown>,
  backingOff: ReadonlySet<string>,
  turns: Turns,
): Promise<Next> {
  const { db, limits, partnerCentral, signal } = term;
  const { unreadable } = term.troubles;
  if (inFlight.size >= MAX_IN_FLIGHT) return { type: 'sleep', ms: LOOK_AGAIN_MS };
  const excluded = [...inFlight.keys(), ...backingOff];
  const [firsts, isCorrected] = await Promise.all([firstDueStarts(db, excluded, unreadable), correctStarts(term)]);
  if (isCorrected) return { type: 'sleep', ms: 0 };
  const item = turns.choose(firsts, ({ task }) => task.subject);
  if (item === null) {
    const [dueAt, now] = await Promise.all([nextDueAt(db.sql, 'QUEUED', excluded, unreadable), db.now()]);
    return { type: 'idle', ms: dueAt === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, Math.max(1, dueAt - now)) };
  }
  await partnerCentral.prepare(signal);
  if (signal.aborted) return { type: 'sleep', ms: 0 };
  const permission = await db.write(async (tx): Promise<Answer | 'deposed' | 'not-due'> => {
    const [isLatest, isDue, answer] = await Promise.all([isLatestEpoch(tx, term.epoch), isDueStart(db, tx, item.task.id), askPermission(db, tx, 'writes', limits.writes)]);
    if (!isLatest) return 'deposed';
    // Whoever accepted it may have sent it at once.
    if (!isDue || inFlight.has(item.task.id)) return 'not-due';
    // In the same commit as the permission: after a crash the start is known to have been sent, perhaps.
    if (answer.type === 'granted') {
      answer.take();
      lastly(tx, recordAttempt(tx, item.task.id, answer.now));
    }
    return answer;
  });
  if (permission === 'deposed') {
    term.stepDown();
    return { type: 'sleep', ms: 0 };
  }
  if (permission === 'not-due') return { type: 'sleep', ms: 0 };
  if (permission.type === 'wait') return { type: 'rest', ms: permission.waitMs };
  return { type: 'send', item: { ...item, attemptCount: item.attemptCount + 1, firstAttemptAt: Math.min(item.firstAttemptAt ?? permission.now, permission.now) } };
}
