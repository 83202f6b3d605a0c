/**
 * Wakes whoever waits for a task, or for any task, when the log has grown, and lets all who are near its end share what it has read. It
 * reads the log itself from where it last was, so that hints only make it look sooner: one that is lost costs at most FALLBACK_MS, never a
 * wake-up. What this process has written itself it need not read, where that follows what it knows. Wake-ups carry no data and may come twice.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { PubSub } from 'graphql-subscriptions';
import { SECOND, type Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { createWakeup } from '../runtime/wakeup.js';
import type { Follower } from './log-stream.js';
import { Followers } from './subscribers.js';
import { fromRow, positionIn, headOf, readAllAfter, type LoggedTransition } from './log.js';
import { Tail } from './recent-transitions.js';

const FALLBACK_MS = 1 * SECOND;
/** Whoever is woken writes to sockets, which needs turns of the loop between pages. */
const PAGE_SIZE = 100;
const GROWN = 'grown';

export type Hub = {
  /** Wakes whoever is added after each change of the task (null: of any task) that is committed from then on. Add before reading. */
  readonly followers: Pick<Followers, 'add' | 'remove'>;
  /** The same for a function; returns how to stop that. */
  attach(taskId: string | null, wake: Follower['wake']): () => void;
  /** Transitions of a task (null: of all) after a position, as far as followers were woken for them; null when only the log knows. */
  recent(taskId: string | null, after: number, limit: number): readonly LoggedTransition[] | null;
  /** The last position whose followers were woken. */
  position(): number;
  /** Calls `wake` once, as soon as the log can be read (again). */
  whenReadable(wake: () => void): void;
  close(): Promise<void>;
};

/** What all followers of this process are told of: these tasks have changed since that position. */
type Growth = { readonly taskIds: ReadonlySet<string>; readonly before: number };

export async function createHub(options: { db: Database; clock: Clock; telemetry: Telemetry }): Promise<Hub> {
  const { db, clock, telemetry } = options;
  const pubsub = new PubSub();
  // Within one topic, because ten thousand topics would be published to one after the other.
  const followers = new Followers((error) => telemetry.unexpected('hub', error));
  const awaitingLog = new Set<() => void>();
  let stopped = false;
  const tail = new Tail((await headOf(db.sql)).position);
  const wakeup = createWakeup(clock);

  async function catchUp(): Promise<void> {
    for (;;) {
      const page = await readAllAfter(db.sql, tail.end, PAGE_SIZE);
      // Some may have been learnt meanwhile from who wrote them.
      extend(page.filter(({ position }) => position > tail.end));
      if (page.length < PAGE_SIZE) return;
      // An embedded database answers without ever letting others run: what is written to sockets would pile up.
      await turnOfTheLoop();
    }
  }

  /** @param news everything that follows the tail up to its own last one */
  function extend(news: readonly LoggedTransition[]): void {
    if (news.length === 0) return;
    const before = tail.end;
    tail.extend(news);
    void pubsub.publish(GROWN, {
      taskIds: new Set(news.map((transition) => transition.taskId)),
      before,
    } satisfies Growth);
  }

  /** What lies between is another's, or a position that was left unused: only the log can tell. */
  function learn(written: readonly LoggedTransition[]): void {
    const isNext = written.every(({ position }, index) => position === tail.end + index + 1);
    if (isNext && written.length <= PAGE_SIZE) extend(written);
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
      // A hint that came while the log was read ends this at once.
      await wakeup.sleep(FALLBACK_MS);
    }
  }

  function wakeFollowers({ taskIds, before }: Growth): void {
    for (const taskId of taskIds) followers.wake(taskId, before);
    followers.wake(null, before);
  }

  await pubsub.subscribe(GROWN, wakeFollowers);
  db.onLocalAppend((rows) => learn(rows.map(fromRow)));
  db.listen((hint) => {
    const position = hint === null ? Infinity : positionIn(hint);
    if (position === null || position <= tail.end) return;
    // Of what this process has written it may hear just before the write itself is answered, and then need not read it.
    void turnOfTheLoop().then(() => {
      if (position > tail.end) wakeup.wake();
    });
  });
  const running = run();

  return {
    followers,
    attach(taskId, wake) {
      const follower = { wake };
      followers.add(taskId, follower);
      return () => followers.remove(taskId, follower);
    },
    recent: (taskId, after, limit) => tail.after(taskId, after, limit),
    position: () => tail.end,
    whenReadable(wake) {
      awaitingLog.add(wake);
    },
    async close() {
      stopped = true;
      wakeup.wake();
      await running;
    },
  };
}
