/**
 * Streams of transitions from the log. Streams near its end share what the hub has read. Each transition is parsed
 * once, and all streams deliver the same object.
 */
import type { Database } from '../../db/database.js';
import { isDamage } from '../../db/errors/unreadable-row.js';
import { isUnavailable } from '../../db/errors/unavailable.js';
import { createObjectCache } from '../../runtime/loading/cache.js';
import { encodeCursor, markOf } from '../../transitions/cursor.js';
import { LogStream, type Subscriber, type LogStreamSource } from '../../transitions/log-stream.js';
import type { Hub } from '../../transitions/hub.js';
import { readAllAfter, readLatest, readTasksAfter, type LoggedTransition } from '../../transitions/log.js';
import { splitAt } from '../../transitions/places.js';
import { createTaskLogLoader } from '../../transitions/log-loader.js';
import { readPayload } from '../store/transition-payload.js';
import type { Task } from '../task.js';
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

export function createStreams({
  db,
  hub,
  logId,
  readTask,
}: {
  db: Database;
  hub: Hub;
  logId: string;
  readTask: (id: string) => Promise<Task | null>;
}): Streams {
  const parsed = createObjectCache<LoggedTransition, Transition>(TRANSITIONS_KEPT);
  /** Transitions that a later one of the same task has followed. */
  const superseded = createObjectCache<LoggedTransition, Transition>(TRANSITIONS_KEPT);
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
      present: task,
    };
    parsed.set(logged, transition);
    return transition;
  }

  /** All streams deliver the same object while the task stays as it is, so that they share its result. */
  function withPresent(logged: LoggedTransition, transition: Transition, present: Task): Transition {
    const known = superseded.get(logged);
    if (known?.present === present) return known;
    const made = { ...transition, present };
    superseded.set(logged, made);
    return made;
  }

  /** The present state of tasks whose last transition is not in memory. A task that is pruned or damaged has none. */
  async function readPresent(page: readonly LoggedTransition[]): Promise<ReadonlyMap<string, Task>> {
    const ids = new Set(page.map(({ taskId }) => taskId).filter((id) => hub.latest(id) === null));
    const tasks = await Promise.all([...ids].map((id) => readTask(id).catch(nullIfDamaged)));
    return new Map(tasks.flatMap((task) => (task === null ? [] : [[task.id, task]])));
  }

  /** A class, because each subscriber has a source, and methods are shared between instances. */
  class Source implements LogStreamSource<Transition> {
    #begun = false;
    /** The present tasks of the last page, as far as they are not in memory. */
    #present: ReadonlyMap<string, Task> = NO_TASKS;
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
      this.#present = NO_TASKS;
      const recent = isFirst ? null : hub.recent(this.taskId, after, limit);
      if (recent !== null) return recent;
      return this.taskId === null ? this.#readAll(after, limit) : this.#readOwn(this.taskId, after, limit, isFirst);
    }

    async #readAll(after: number, limit: number): Promise<readonly LoggedTransition[]> {
      const page = await readAllAfter(db.sql, after, limit);
      this.#present = await readPresent(page);
      return page;
    }

    /** The page of one task ends with its present state, so that no other read is needed. */
    async #readOwn(
      taskId: string,
      after: number,
      limit: number,
      isFirst: boolean,
    ): Promise<readonly LoggedTransition[]> {
      const page = await (!isFirst || this.begins === 'after'
        ? loader.after(taskId, after, limit)
        : this.begins === 'with-latest'
          ? loader.latest(taskId)
          : this.#withOwn(taskId, after, limit));
      const last = page.at(-1);
      if (last !== undefined && page.length > 1) this.#present = new Map([[taskId, transitionOf(last).task]]);
      return page;
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
      if (this.wanted !== null && !this.wanted(transition)) return null;
      const latest = hub.latest(logged.taskId);
      if (latest?.position === logged.position) return transition;
      const present = newer(this.#present.get(logged.taskId), latest && transitionOf(latest).task);
      return present === null || present.sequence <= transition.sequence
        ? transition
        : withPresent(logged, transition, present);
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

const NO_TASKS: ReadonlyMap<string, Task> = new Map();

function nullIfDamaged(error: unknown): null {
  if (isDamage(error)) return null;
  throw error;
}

function newer(read: Task | undefined, remembered: Task | null): Task | null {
  return read !== undefined && read.sequence >= (remembered?.sequence ?? 0) ? read : remembered;
}
