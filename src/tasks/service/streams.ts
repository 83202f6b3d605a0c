/**
 * Streams of transitions from the log. Streams near its end share what the hub has read. Each transition is parsed
 * once, and all streams deliver the same object.
 */
import type { Database } from '../../db/database.js';
import { isUnavailable } from '../../db/errors/unavailable.js';
import { createObjectCache } from '../../runtime/loading/cache.js';
import { encodeCursor, markOf } from '../../transitions/cursor.js';
import { LogStream, type Subscriber, type LogStreamSource } from '../../transitions/log-stream.js';
import type { Hub } from '../../transitions/hub.js';
import { readAllAfter, readLatest, readTasksAfter, type LoggedTransition } from '../../transitions/log.js';
import { splitAt } from '../../transitions/places.js';
import { createTaskLogLoader } from '../../transitions/log-loader.js';
import { readPayload } from '../store/transition-payload.js';
import type { Transition } from '../tasks.js';

/** Streams near the end of the log ask for the same transition within a few turns of the event loop. */
const TRANSITIONS_KEPT = 128;

/** Positions begin at 1. */
export const BEFORE_THE_LOG = 0;

export type Streams = {
  /** The transitions of one task, after a position or from its latest on, up to the terminal one. */
  readonly followTask: (id: string, from: number | 'latest') => LogStream<Transition>;
  /**
   * The transitions of one task after a position. After the first read, `own` gives the transition at the position;
   * null when that is not a transition of this task.
   */
  readonly resumeTask: (
    id: string,
    after: number,
  ) => { readonly stream: LogStream<Transition>; readonly own: () => LoggedTransition | null };
  /**
   * The `wanted` transitions of all tasks after a position.
   * @param cursor of the position, if the reader does not know it
   */
  readonly followAll: (
    wanted: (transition: Transition) => boolean,
    after: number,
    cursor: string | null,
  ) => LogStream<Transition>;
  readonly transitionOf: (logged: LoggedTransition) => Transition;
};

export function createStreams({ db, hub, logId }: { db: Database; hub: Hub; logId: string }): Streams {
  const parsed = createObjectCache<LoggedTransition, Transition>(TRANSITIONS_KEPT);
  const loader = createTaskLogLoader({
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

  /** A class, because each subscriber has a source, and methods are shared between instances. */
  class Source implements LogStreamSource<Transition> {
    #begun = false;
    own: LoggedTransition | null = null;

    /** @param taskId null for all tasks */
    constructor(
      readonly taskId: string | null,
      readonly wanted: ((transition: Transition) => boolean) | null,
      readonly begins: 'after' | 'with-own' | 'with-latest' = 'after',
    ) {}

    read(after: number, limit: number): readonly LoggedTransition[] | Promise<readonly LoggedTransition[]> {
      // The first read goes to the log, because the hub may not have seen the latest commit yet.
      const isFirst = !this.#begun;
      this.#begun = true;
      const recent = isFirst ? null : hub.recent(this.taskId, after, limit);
      if (recent !== null) return recent;
      if (this.taskId === null) return readAllAfter(db.sql, after, limit);
      if (!isFirst || this.begins === 'after') return loader.after(this.taskId, after, limit);
      return this.begins === 'with-latest' ? loader.latest(this.taskId) : this.#withOwn(this.taskId, after, limit);
    }

    /** Reads the transition at the position and those after it with one statement. */
    async #withOwn(taskId: string, after: number, limit: number): Promise<readonly LoggedTransition[]> {
      const { own, later } = splitAt(after, await loader.after(taskId, after - 1, limit + 1));
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

    /** A stream stays open while the database is unavailable, and then goes on where it was. */
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
    followAll: (wanted, after, cursor) => new LogStream(new Source(null, wanted), after, cursor),
    transitionOf,
  };
}
