/**
 * Wakes whoever waits for a task, or for any task, when the log has grown, and lets all who are near its end share what it has read. It
 * reads the log itself from where it last was, so that hints only make it look sooner: one that is lost costs at most FALLBACK_MS, never a
 * wake-up. Wake-ups carry no data and may come twice.
 */
import { EventEmitter } from 'node:events';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { PubSub } from 'graphql-subscriptions';
import { SECOND, type Clock } from '../clock.js';
import type { Database } from '../db/database.js';
import type { Telemetry } from '../telemetry.js';
import { createWaker } from '../waker.js';
import type { Wake } from './follow.js';
import { headOf, readAllAfter, type LoggedTransition } from './log.js';
import { Tail } from './tail.js';

const FALLBACK_MS = 1 * SECOND;
/** Whoever is woken writes to sockets, which needs turns of the loop between pages. */
const PAGE_SIZE = 100;
const ANY_TASK = 'any';

export type Hub = {
  /** Calls `wake` after each change of the task (null: of any task) that is committed from now on. Attach before reading. */
  attach(taskId: string | null, wake: Wake): () => void;
  /** Transitions of a task (null: of all) after a position, as far as followers were woken for them; null when only the log knows. */
  recent(taskId: string | null, after: number, limit: number): readonly LoggedTransition[] | null;
  /** The last position whose followers were woken. */
  position(): number;
  /** Calls `wake` once, as soon as the log can be read (again). */
  whenReadable(wake: () => void): void;
  close(): Promise<void>;
};

type Followers = { readonly wakes: Set<Wake>; readonly subscribed: Promise<number> };

export async function createHub(options: { db: Database; clock: Clock; telemetry: Telemetry }): Promise<Hub> {
  const { db, clock, telemetry } = options;
  // No limit of listeners: each task that is followed is one, and it is the server that bounds their number.
  const pubsub = new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
  const followers = new Map<string, Followers>();
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
      for (const taskId of new Set(page.map((transition) => transition.taskId))) await pubsub.publish(topicOf(taskId), before);
      await pubsub.publish(topicOf(null), before);
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

  /** One listener for all followers of a topic: the emitter would search each of ten thousand that leave among all the others. */
  function listen(topic: string): Followers {
    const wakes = new Set<Wake>();
    // `subscribe` attaches at once; the package's own iterator would do so at its first `next` and miss what came before.
    const subscribed = pubsub.subscribe(topic, (before: number) => {
      for (const wake of wakes) wake(before);
    });
    const listening = { wakes, subscribed };
    followers.set(topic, listening);
    return listening;
  }

  function leave(topic: string, wake: Wake): void {
    const left = followers.get(topic);
    if (left === undefined || !left.wakes.delete(wake) || left.wakes.size > 0) return;
    followers.delete(topic);
    void left.subscribed.then((id) => pubsub.unsubscribe(id));
  }

  db.listen(() => waker.wake());
  const running = run();

  return {
    attach(taskId, wake) {
      const topic = topicOf(taskId);
      (followers.get(topic) ?? listen(topic)).wakes.add(wake);
      return () => leave(topic, wake);
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

function topicOf(taskId: string | null): string {
  return taskId === null ? ANY_TASK : `task:${taskId}`;
}
