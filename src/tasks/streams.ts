/**
 * Streams of transitions out of the log. Readers near its end share what the hub has read, and each transition is parsed once for all of
 * them: they get the same object.
 */
import type { Database } from '../db/database.js';
import { isUnavailable } from '../db/errors/unavailable.js';
import { encodeCursor, markOf } from '../transitions/cursor.js';
import { LogStream, type Subscriber, type LogStreamSource } from '../transitions/log-stream.js';
import type { Hub } from '../transitions/hub.js';
import { readAllAfter, readLatest, readTasksAfter, type LoggedTransition } from '../transitions/log.js';
import { splitAt } from '../transitions/places.js';
import { createTaskLogLoader } from '../transitions/log-loader.js';
import { readPayload } from './store/transition-payload.js';
import type { Transition } from './tasks.js';

export const BEFORE_THE_LOG = 0;

export type Streams = {
  /** One task's transitions after a position, or its latest and those after it, until the last. */
  readonly followTask: (id: string, from: number | 'latest') => LogStream<Transition>;
  /** The same after a position, and once that has been read, the transition at the position: null when it is none of this task. */
  readonly resumeTask: (
    id: string,
    after: number,
  ) => { readonly stream: LogStream<Transition>; readonly own: () => LoggedTransition | null };
  /** Those that are `wanted` of all tasks' transitions after a position. */
  readonly followAll: (wanted: (transition: Transition) => boolean, after: number) => LogStream<Transition>;
  readonly transitionOf: (logged: LoggedTransition) => Transition;
};

export function createStreams({ db, hub, logId }: { db: Database; hub: Hub; logId: string }): Streams {
  const parsed = new WeakMap<LoggedTransition, Transition>();
  const reader = createTaskLogLoader({
    after: (ids, position, limit) => readTasksAfter(db.sql, ids, position, limit),
    latestOf: (ids) => readLatest(db.sql, ids),
  });

  function transitionOf(logged: LoggedTransition): Transition {
    const known = parsed.get(logged);
    if (known !== undefined) return known;
    const { previousStatus, task } = readPayload(logged);
    const { position, sequence, recordedAt } = logged;
    const transition = {
      cursor: encodeCursor(logId, 'transition', position, markOf('transition', logged)),
      position,
      sequence,
      previousStatus,
      observedAt: recordedAt,
      traceparent: task.trace,
      task,
    };
    parsed.set(logged, transition);
    return transition;
  }

  /** A class, because each subscriber has one of these: methods are shared, functions in an object would not be. */
  class Source implements LogStreamSource<Transition> {
    #begun = false;
    own: LoggedTransition | null = null;

    /** @param taskId null for all tasks. */
    constructor(
      readonly taskId: string | null,
      readonly wanted: ((transition: Transition) => boolean) | null,
      readonly begins: 'after' | 'with-own' | 'with-latest' = 'after',
    ) {}

    read(after: number, limit: number): readonly LoggedTransition[] | Promise<readonly LoggedTransition[]> {
      // The log itself tells where a reader begins: the hub may not have been told yet of what was committed a moment ago.
      const isFirst = !this.#begun;
      this.#begun = true;
      const recent = isFirst ? null : hub.recent(this.taskId, after, limit);
      if (recent !== null) return recent;
      if (this.taskId === null) return readAllAfter(db.sql, after, limit);
      if (!isFirst || this.begins === 'after') return reader.after(this.taskId, after, limit);
      return this.begins === 'with-latest' ? reader.latest(this.taskId) : this.#withOwn(this.taskId, after, limit);
    }

    /** The transition at the position is read along with those after it. */
    async #withOwn(taskId: string, after: number, limit: number): Promise<readonly LoggedTransition[]> {
      const { own, later } = splitAt(after, await reader.after(taskId, after - 1, limit + 1));
      this.own = own;
      return later.slice(0, limit);
    }

    attach(subscriber: Subscriber): void {
      hub.subscribers.add(this.taskId, subscriber);
    }

    detach(subscriber: Subscriber): void {
      hub.subscribers.remove(this.taskId, subscriber);
    }

    map(logged: LoggedTransition): Transition | null {
      const transition = transitionOf(logged);
      return this.wanted === null || this.wanted(transition) ? transition : null;
    }

    isLast(logged: LoggedTransition): boolean {
      return this.taskId !== null && logged.terminal;
    }

    /** A stream stays open while the database is away, and goes on where it was: nothing is lost by waiting. */
    survives(error: unknown, wake: () => void): boolean {
      if (!isUnavailable(error)) return false;
      hub.whenReadable(wake);
      return true;
    }
  }

  return {
    followTask: (id, from) =>
      new LogStream(
        new Source(id, null, from === 'latest' ? 'with-latest' : 'after'),
        from === 'latest' ? BEFORE_THE_LOG : from,
      ),
    resumeTask(id, after) {
      const source = new Source(id, null, 'with-own');
      return { stream: new LogStream(source, after), own: () => source.own };
    },
    followAll: (wanted, after) => new LogStream(new Source(null, wanted), after),
    transitionOf,
  };
}
