/**
 * Wakes whoever waits for a task, or for any task, when the log has grown. It reads the log itself from where it last was, so that hints
 * only make it look sooner: one that is lost costs at most FALLBACK_MS, never a wake-up. Wake-ups carry no data and may come twice.
 */
import { EventEmitter } from 'node:events';
import { PubSub } from 'graphql-subscriptions';
import { SECOND, type Clock } from '../clock.js';
import type { Database } from '../db/database.js';
import type { Telemetry } from '../telemetry.js';
import { createWaker } from '../waker.js';
import { headOf, readPlacesAfter } from './log.js';

const FALLBACK_MS = 1 * SECOND;
const PLACES_AT_ONCE = 500;
const ANY_TASK = 'any';

export type Hub = {
  /** Calls `wake` after each change of the task (null: of any task) that is committed from now on. Attach before reading. */
  attach(taskId: string | null, wake: () => void): () => void;
  /** The last position whose followers were woken. */
  position(): number;
  /** Calls `wake` once, as soon as the log can be read (again). */
  whenReadable(wake: () => void): void;
  close(): Promise<void>;
};

export async function createHub(options: { db: Database; clock: Clock; telemetry: Telemetry }): Promise<Hub> {
  const { db, clock, telemetry } = options;
  // No limit of listeners: each subscriber is one, and it is the server that bounds their number.
  const pubsub = new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
  const awaitingLog = new Set<() => void>();
  let stopped = false;
  let seen = (await headOf(db.sql)).position;
  const waker = createWaker(clock);

  async function catchUp(): Promise<void> {
    for (;;) {
      const places = await readPlacesAfter(db.sql, seen, PLACES_AT_ONCE);
      const last = places.at(-1);
      if (last === undefined) return;
      seen = last.position;
      for (const taskId of new Set(places.map((place) => place.taskId))) await pubsub.publish(topicOf(taskId), null);
      await pubsub.publish(topicOf(null), null);
      if (places.length < PLACES_AT_ONCE) return;
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

  db.listen(() => waker.wake());
  const running = run();

  return {
    attach(taskId, wake) {
      // `subscribe` attaches at once; the package's own iterator would do so at its first `next` and miss what came before.
      const attached = pubsub.subscribe(topicOf(taskId), wake);
      return () => void attached.then((id) => pubsub.unsubscribe(id));
    },
    position: () => seen,
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
