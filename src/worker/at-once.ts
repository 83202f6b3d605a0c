/** What a start that is being accepted is offered: to be sent at once, when none waits before it and the quota allows. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
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
  /** @param cleared once the start may be sent, true; false when it must not be */
  send(item: WorkItem, cleared: Promise<boolean>): Promise<Task | null>;
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
  let ready: Ready | null = null;
  return {
    now,
    take({ task, awsClientToken }) {
      ready = makeReady(outbox, { task, awsClientToken, dueAt: now, attemptCount: 1, firstAttemptAt: now, mayHaveReached: false });
      permission.take();
    },
    send: async () => ready?.send() ?? null,
    withdraw() {
      ready?.withdraw();
      outbox.lookAgain();
    },
  };
}

type Ready = { send(): Promise<Task | null>; withdraw(): void };

/** Has the SDK serialise and sign while the write commits, which takes about as long. */
function makeReady(outbox: Outbox, item: WorkItem): Ready {
  const { inFlight } = outbox;
  const { id } = item.task;
  let clear: (may: boolean) => void = () => {};
  const cleared = new Promise<boolean>((resolve) => (clear = resolve));
  // Only its own entry: after a withdrawal the queue may be sending what was committed all the same.
  const forget = (): void => {
    if (inFlight.get(id) === sending) inFlight.delete(id);
  };
  // Not in this turn of the loop, in which the statements of the write have yet to leave.
  const sending = turnOfTheLoop()
    .then(() => outbox.send(item, cleared))
    .then((task) => {
      forget();
      if (task === null) outbox.lookAgain();
      return task;
    });
  // Before the commit: after it the start can be found in the queue, and whoever waits for what is in flight must wait for it too.
  inFlight.set(id, sending);
  return {
    send() {
      clear(true);
      return sending;
    },
    withdraw() {
      forget();
      clear(false);
    },
  };
}
