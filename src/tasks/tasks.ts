/**
 * The interface to tasks for everything but the worker: start, retry, find, list, read and follow. Each outcome that a
 * caller can cause is a value. A rejection means that the database failed.
 */
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { CursorProblem } from '../transitions/cursor.js';
import type { InputProblem } from './input-rules.js';
import type { TaskFilter } from './store/filter.js';
import type { Batch } from './task-batch.js';
import type { Task, TaskStatus } from './task.js';
import type { Viewer } from './viewer.js';

export type Transition = {
  /** Opaque, and valid on every instance. */
  readonly cursor: string;
  readonly position: number;
  readonly sequence: number;
  readonly previousStatus: TaskStatus | null;
  readonly observedAt: number;
  /** The W3C traceparent of the request that started the task; null when there is none. */
  readonly traceparent: string | null;
  /** The task as it stood just after this transition. */
  readonly task: Task;
};

export type StartOutcome =
  /** `replayed` means that the same start was made before under this token, and that `task` is its task. */
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean }
  | { readonly type: 'invalid'; readonly problems: readonly InputProblem[] }
  /** The token belongs to an earlier start with other input. */
  | { readonly type: 'token-reused'; readonly message: string };

/** The reasons to refuse a retry. */
export type RetryRefusal =
  /** The task does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  | 'TASK_NOT_FAILED'
  | 'STARTED_ELSEWHERE'
  | 'LOOK_FIRST'
  | 'ALREADY_DONE'
  /** The task has a retry that the viewer may not see. */
  | 'ALREADY_RETRIED'
  /** The viewer has used the token of the retry for a start with other input. */
  | 'CLIENT_TOKEN_REUSED';

export type RetryOutcome =
  | Extract<StartOutcome, { type: 'accepted' }>
  /** `message` says what to do instead. */
  | { readonly type: 'refused'; readonly code: RetryRefusal; readonly message: string };

export type WantedStart = { readonly input: TaskInput; readonly clientToken: string | null };

export type BatchOutcome =
  /** One outcome for each start, in their order. `batch` is null when it has no task that the viewer may see. */
  | { readonly type: 'started'; readonly batch: Batch | null; readonly outcomes: readonly StartOutcome[] }
  /** The whole batch is refused, and no start was made. */
  | { readonly type: 'invalid'; readonly problems: readonly InputProblem[] };

export type Page<T> = {
  readonly items: readonly { readonly cursor: string; readonly item: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

/** `endCursor` names the last transition that was examined, and the begin of the page if there was none. */
export type LogPage = Page<Transition> & { readonly endCursor: string };

export type PageRequest = { readonly first: number; readonly after: string | null };

/** The begin of a stream: the task's current state, its first transition, or the transition after a cursor. */
export type StreamFrom =
  | { readonly type: 'current' }
  | { readonly type: 'beginning' }
  | { readonly type: 'after'; readonly cursor: string };

/**
 * `cursor` names the place at which a stream begins, so that a reader that is cut off before the first transition can
 * resume. It is null if the reader knows the place or gets a transition at once.
 */
export type Stream = AsyncIterableIterator<Transition> & { readonly cursor: string | null };

export type Tasks = {
  /**
   * Accepts the start durably, then waits until AWS has answered or START_WAIT_MS is over.
   * @param clientToken null to have the gateway make one
   */
  start(viewer: Viewer, input: TaskInput, clientToken: string | null): Promise<StartOutcome>;
  /** Validates each start on its own and accepts all valid ones durably in one transaction. Does not wait for AWS. */
  startMany(viewer: Viewer, starts: readonly WantedStart[]): Promise<BatchOutcome>;
  /** Starts a failed task again, once however often it is called, and waits like `start`. */
  retry(viewer: Viewer, id: string, despiteAdvice: boolean): Promise<RetryOutcome>;
  /** The retry of this task; null when there is none, or the viewer may not see it. */
  retryOf(viewer: Viewer, id: string): Promise<Task | null>;
  /** The batch, of which the tasks count that the viewer may see; null when there are none. */
  batch(viewer: Viewer, id: string): Promise<Batch | null>;
  /** @returns null for a task that does not exist, or that the viewer may not see */
  find(viewer: Viewer, id: string): Promise<Task | null>;
  /** Newest first. */
  list(viewer: Viewer, filter: TaskFilter, page: PageRequest): Promise<Page<Task> | CursorProblem>;
  count(viewer: Viewer, filter: TaskFilter): Promise<number>;
  /** The end of the log as a cursor. A list that is read later contains every change up to it. */
  logCursor(): Promise<string>;
  /** Oldest first. */
  transitions(taskId: string, page: PageRequest): Promise<Page<Transition> | CursorProblem>;
  /**
   * Transitions of all tasks that the viewer may see, oldest first: those that `feed` delivers after the same cursor.
   * Without a cursor, from the first one after which none is pruned.
   */
  catchUp(viewer: Viewer, filter: TaskFilter, page: PageRequest): Promise<LogPage | CursorProblem>;
  /** A stream of each transition of one task, once and in order. It ends after the terminal one. */
  follow(
    viewer: Viewer,
    id: string,
    from: StreamFrom,
  ): Promise<Stream | CursorProblem | { readonly type: 'not-found' }>;
  /** A stream of the transitions of all tasks that the viewer may see, from now on or after a cursor. It has no end. */
  feed(viewer: Viewer, filter: TaskFilter, after: string | null): Promise<Stream | CursorProblem>;
};
