/** What a start that is being accepted is offered: to be sent at once, when none waits before it and the quota allows. */
import { askPermission } from '../partner-central/quota.js';
import type { Offer } from '../tasks/sender.js';
import { nextDueAt, type WorkItem } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Tx } from '../db/database.js';
import type { Turn } from '../transitions/log.js';
import type { Term } from './term.js';

export type Outbox = {
  readonly term: Term;
  /** Starts that are being sent, or may be as soon as they are committed: the queue does not send them too. */
  readonly inFlight: Map<string, Promise<unknown>>;
  send(item: WorkItem): Promise<Task | null>;
  /** Whatever was withdrawn may be in the queue all the same. */
  lookAgain(): void;
};

/** @returns null when starts have to queue. */
export async function offerAtOnce(outbox: Outbox, tx: Tx, awaited: Promise<Turn | null>): Promise<Offer | null> {
  const { term, inFlight } = outbox;
  const [turn, nextAt, permission] = await Promise.all([
    awaited,
    nextDueAt(tx, 'QUEUED', [...inFlight.keys()]),
    askPermission(term.db, tx, 'writes', term.limits.writes),
  ]);
  if (turn?.epoch !== term.epoch || permission.type === 'wait') return null;
  const { now } = permission;
  if (nextAt !== null && nextAt <= now) return null;
  let item: WorkItem | null = null;
  let over: () => void = () => {};
  return {
    now,
    take({ task, awsClientToken }) {
      item = { task, awsClientToken, dueAt: now, attemptCount: 1, firstAttemptAt: now, mayHaveReached: false };
      // Before the commit: after it the start can be found in the queue, and whoever waits for what is in flight must wait for it too.
      inFlight.set(task.id, new Promise<void>((resolve) => (over = resolve)));
      permission.take();
    },
    async send() {
      const sent = item === null ? null : await outbox.send(item);
      over();
      return sent;
    },
    withdraw() {
      if (item !== null) inFlight.delete(item.task.id);
      over();
      outbox.lookAgain();
    },
  };
}
