/**
 * Wakes whoever waits for a task, or for any task, when the log has grown, and lets all who are near its end share what it has read. It
 * reads the log itself from where it last was, so that hints only make it look sooner: one that is lost costs at most FALLBACK_MS, never a
 * wake-up. Wake-ups carry no data and may come twice.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { PubSub } from 'graphql-subscriptions';
import { SECOND, type Clock } from '../clock.js';
import type { Database } from '../db/database.js';
import type { Telemetry } from '../telemetry.js';
import { createWaker } from '../waker.js';
import type { Follower } from './follow.js';
import { Followers } from './followers.js';
import { headOf, readAllAfter, type LoggedTransition } from './log.js';
import { Tail } from './tail.js';

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
  const waker = createWaker(clock);

  async function catchUp(): Promise<void> {
    for (;;) {
      const before = tail.end;
      const page = await readAllAfter(db.sql, before, PAGE_SIZE);
      if (page.length === 0) return;
      tail.extend(page);
      await pubsub.publish(GROWN, { taskIds: new Set(page.map((transition) => transition.taskId)), before } satisfies Growth);
      if (page.length < PAGE_SIZE) return;
      // An embedded database answers without ever letting others run: what is written to sockets would pile up.
      await turnOfTheLoop();
    }
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
      await waker.sleep(FALLBACK_MS);
    }
  }

  function wakeFollowers({ taskIds, before }: Growth): void {
    for (const taskId of taskIds) followers.wake(taskId, before);
    followers.wake(null, before);
  }

  await pubsub.subscribe(GROWN, wakeFollowers);
  db.listen(() => waker.wake());
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
      waker.wake();
      await running;
    },
  };
}
