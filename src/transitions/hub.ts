/**
 * Wakes the subscribers of a task, or of all tasks, when the log has grown. Subscribers near the end of the log share
 * what the hub has read.
 * The hub reads the log from its own position, so notifications only make it read sooner. A lost notification costs at
 * most FALLBACK_MS, never a wake-up. Own writes that follow this position without a gap need no read. Wake-ups carry no
 * data and may come twice.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { PubSub } from 'graphql-subscriptions';
import { SECOND, type Clock } from '../runtime/clock.js';
import type { Database, Sql } from '../db/database.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { createWakeup } from '../runtime/wakeup.js';
import type { Subscriber } from './log-stream.js';
import { Subscribers } from './subscribers.js';
import { fromRow, positionIn, headOf, readAllAfter, readEnd, type LoggedAt, type LoggedTransition } from './log.js';
import { RecentTransitions } from './recent-transitions.js';

const FALLBACK_MS = 1 * SECOND;
/** A woken subscriber writes to sockets, which needs turns of the event loop between pages. */
const PAGE_SIZE = 100;
const GROWN = 'grown';

export type Hub = {
  /**
   * An added subscriber is woken after each later commit that changes the task (null: any task). Add it before reading.
   */
  readonly subscribers: Pick<Subscribers, 'add' | 'remove'>;
  /** The same for a function. Returns a function that detaches it. */
  attach(taskId: string | null, wake: Subscriber['wake']): () => void;
  /** Transitions of a task (null: of all) after a position, up to the last wake-up; null when only the log has them. */
  recent(taskId: string | null, after: number, limit: number): readonly LoggedTransition[] | null;
  /** The last position whose subscribers were woken. */
  position(): number;
  /** Calls `wake` once, as soon as the log can be read. */
  whenReadable(wake: () => void): void;
  /**
   * Calls `onTruncated` whenever the log lacks transitions that the hub has read, as after a failover to a server
   * without the last commits. Positions are then used again, so a reader must begin again after its last cursor.
   */
  onTruncated(onTruncated: () => void): void;
  close(): Promise<void>;
};

const TRUNCATED =
  'The database has lost the last commits: the log does not have a transition that the gateway has read. The cause ' +
  'may be a failover to a server that lacked these commits. Subscribers are asked to reconnect, and cursors of lost ' +
  'transitions are refused. Make the replication synchronous, because a start that was accepted may be lost ' +
  '(src/worker/README.md, PostgreSQL).';

/** The event for all subscribers of this process: these tasks have changed since that position. */
type Growth = { readonly taskIds: ReadonlySet<string>; readonly before: number };

export async function createHub(options: { db: Database; clock: Clock; telemetry: Telemetry }): Promise<Hub> {
  const { db, clock, telemetry } = options;
  const pubsub = new PubSub();
  // One topic serves all tasks, because ten thousand topics would be published to one after the other.
  const subscribers = new Subscribers((error) => telemetry.unexpected('hub', error));
  const awaitingLog = new Set<() => void>();
  const onTruncated = new Set<() => void>();
  let stopped = false;
  /** The last known transition, at the end of the recent ones; null if none is kept. */
  let last = await readEnd(db.sql);
  let recent = new RecentTransitions(last?.position ?? (await headOf(db.sql)).position);
  /**
   * The log may lack transitions that the hub has read. Counts the reasons to believe so, and those that a read has
   * answered since. Own writes cannot answer them.
   */
  let doubts = 0;
  let answeredDoubts = 0;
  /** An own write of more than a page, until all of it has been handed on. It need not be read. */
  let largeOwnWrite: readonly LoggedTransition[] = [];
  const wakeup = createWakeup(clock);

  async function catchUp(): Promise<void> {
    for (;;) {
      const own = nextOwnPage();
      if (own.length > 0) extend(own);
      else if (!(await readPage())) return;
      // An embedded database blocks the event loop, so that writes to sockets would pile up.
      await turnOfTheLoop();
    }
  }

  /** @returns false at the end of the log */
  async function readPage(): Promise<boolean> {
    const known = last;
    const answered = doubts;
    // The last known transition is read again, because it shows that the log still has what the hub has read.
    const page = await readAllAfter(db.sql, known === null ? recent.end : known.position - 1, PAGE_SIZE);
    if (known !== null && !isSame(known, page[0])) {
      if (await isTruncated(db.sql, known, page[0])) {
        await beginAgain(known);
        answeredDoubts = answered;
        return false;
      }
      // It was pruned.
      if (last === known) last = null;
    }
    answeredDoubts = answered;
    // Own writes may have extended the end during the read.
    extend(page.filter(({ position }) => position > recent.end));
    return page.length === PAGE_SIZE;
  }

  async function beginAgain(known: LoggedAt): Promise<void> {
    last = await readEnd(db.sql);
    largeOwnWrite = [];
    recent = new RecentTransitions(last?.position ?? (await headOf(db.sql)).position);
    telemetry.log.warn({ position: known.position, end: recent.end }, TRUNCATED);
    for (const call of onTruncated) call();
  }

  /** @param transitions all that follow `recent.end`, up to the last of them */
  function extend(transitions: readonly LoggedTransition[]): void {
    if (transitions.length === 0) return;
    const before = recent.end;
    recent.extend(transitions);
    last = transitions.at(-1) ?? last;
    void pubsub.publish(GROWN, {
      taskIds: new Set(transitions.map((transition) => transition.taskId)),
      before,
    } satisfies Growth);
  }

  /** A gap means that another process wrote, or that a reserved position was not used. Only the log can tell. */
  function extendByOwnWrites(written: readonly LoggedTransition[]): void {
    if (written.some(isInPlaceOfAnother)) {
      doubts += 1;
      wakeup.wake();
    }
    if (doubts > answeredDoubts) return;
    if (!written.every(({ position }, index) => position === recent.end + index + 1)) return;
    if (written.length <= PAGE_SIZE) extend(written);
    else largeOwnWrite = written;
  }

  function isInPlaceOfAnother(written: LoggedTransition): boolean {
    const [known] = recent.after(null, written.position - 1, 1) ?? [];
    return known !== undefined && !isSame(known, written);
  }

  /** The next page, if it is part of an own write; otherwise an empty one. */
  function nextOwnPage(): readonly LoggedTransition[] {
    const index = recent.end + 1 - (largeOwnWrite[0]?.position ?? 0);
    if (index >= largeOwnWrite.length) largeOwnWrite = [];
    return largeOwnWrite.slice(index, index + PAGE_SIZE);
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await catchUp();
        const waiting = [...awaitingLog];
        awaitingLog.clear();
        for (const wake of waiting) wake();
      } catch (error) {
        telemetry.unexpected('hub', error);
      }
      // A notification during the read ends the sleep at once.
      await wakeup.sleep(FALLBACK_MS);
    }
  }

  function wakeSubscribers({ taskIds, before }: Growth): void {
    for (const taskId of taskIds) subscribers.wake(taskId, before);
    subscribers.wake(null, before);
  }

  await pubsub.subscribe(GROWN, wakeSubscribers);
  db.onLocalAppend((rows) => extendByOwnWrites(rows.map(fromRow)));
  db.listen((notification) => {
    // The connection came back, and may lead to a server that lacks the last commits.
    if (notification === null) doubts += 1;
    const position = notification === null ? Infinity : positionIn(notification);
    if (position === null || position <= recent.end) return;
    // The notification of an own write may arrive just before the write is acknowledged. One turn later the hub knows
    // the write and need not read it.
    void turnOfTheLoop().then(() => {
      if (position > recent.end) wakeup.wake();
    });
  });
  const running = run();

  return {
    subscribers,
    attach(taskId, wake) {
      const subscriber = { wake };
      subscribers.add(taskId, subscriber);
      return () => subscribers.remove(taskId, subscriber);
    },
    recent: (taskId, after, limit) => recent.after(taskId, after, limit),
    position: () => recent.end,
    whenReadable(wake) {
      awaitingLog.add(wake);
    },
    onTruncated(call) {
      onTruncated.add(call);
    },
    async close() {
      stopped = true;
      wakeup.wake();
      await running;
    },
  };
}

function isSame(known: LoggedAt, found: LoggedAt | undefined): boolean {
  return (
    found !== undefined &&
    found.position === known.position &&
    found.taskId === known.taskId &&
    found.sequence === known.sequence &&
    found.recordedAt === known.recordedAt
  );
}

/** @param found the first transition from the position of the known one on, which is another one */
async function isTruncated(sql: Sql, known: LoggedAt, found: LoggedAt | undefined): Promise<boolean> {
  if (found?.position === known.position) return true;
  // Pruning deletes a transition and raises the pruned position in one transaction.
  const head = await headOf(sql);
  return head.position < known.position || head.prunedThrough < known.position;
}
