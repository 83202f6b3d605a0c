/** What a start that is being accepted is offered: to be sent at once, when the write that accepts it finds that none waits before it and the quota allows. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { lockTotals } from '../partner-central/quota.js';
import { attemptAtOnce } from '../tasks/attempt-at-once.js';
import type { NewStart, Offer } from '../tasks/sender.js';
import type { WorkItem } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Term } from './term.js';

export type Outbox = {
  readonly term: Term;
  /** Starts that are being sent, or may be as soon as they are committed: the queue does not send them too. */
  readonly inFlight: Map<string, Promise<unknown>>;
  send(item: WorkItem, offered: Offered): Promise<Task | null>;
};

export type Offered = {
  /** The start as it was stored, once it may be sent; null when it must not be. */
  readonly cleared: Promise<WorkItem | null>;
  /** Takes it out of what is in flight: from then on the queue may send it. */
  readonly forget: () => void;
};

/** Has the SDK serialise and sign while the write is under way, which takes about as long. */
export function offerAtOnce(outbox: Outbox, { task, awsClientToken }: NewStart): Offer {
  const { id } = task;
  const { inFlight } = outbox;
  const { db, epoch, limits } = outbox.term;
  const others = [...inFlight.keys()];
  const firstAttempt = (at: Task): WorkItem => ({ task: at, awsClientToken, dueAt: at.createdAt, attemptCount: 1, firstAttemptAt: at.createdAt, mayHaveReached: false });
  let clear: (item: WorkItem | null) => void = () => {};
  const cleared = new Promise<WorkItem | null>((resolve) => (clear = resolve));
  // Only its own entry: after a withdrawal the queue may be sending what was committed all the same.
  const forget = (): void => {
    if (inFlight.get(id) === sending) inFlight.delete(id);
  };
  // Not in this turn of the loop, in which the statements of the write have yet to leave.
  const sending = turnOfTheLoop().then(() => outbox.send(firstAttempt(task), { cleared, forget }));
  // Before the commit: after it the start can be found in the queue, and whoever waits for what is in flight must wait for it too.
  inFlight.set(id, sending);
  return {
    lock: (tx) => lockTotals(db, tx, 'writes'),
    attempt: (tx) => attemptAtOnce(tx, { id, epoch, limits: limits.writes, sending: others }),
    send(stored) {
      clear(firstAttempt(stored));
      return sending;
    },
    withdraw() {
      forget();
      clear(null);
    },
  };
}
