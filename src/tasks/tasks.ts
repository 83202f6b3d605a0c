/**
 * All that can be done with tasks from outside the worker: start, try again, find, list, read and follow. Every outcome that a caller can
 * cause is a value; a throw means that the database is out of order.
 */
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { CursorProblem } from '../transitions/cursor.js';
import type { InputProblem } from './input-rules.js';
import type { TaskFilter } from './store/filter.js';
import type { Batch } from './task-batch.js';
import type { Task, TaskStatus } from './task.js';
import type { Viewer } from './viewer.js';

export type Transition = {
  /** Opaque; names this place in the log to any instance. */
  readonly cursor: string;
  readonly position: number;
  readonly sequence: number;
  readonly previousStatus: TaskStatus | null;
  readonly observedAt: number;
  /** The trace of the request that started the task; null when there is none. */
  readonly traceparent: string | null;
  /** As it stood at this transition. */
  readonly task: Task;
};

export type StartOutcome =
  /** `replayed`: the same start was made before under this token, and this is its task. */
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean }
  | { readonly type: 'invalid'; readonly problems: readonly InputProblem[] }
  /** The token belongs to a start with other input. */
  | { readonly type: 'token-reused'; readonly message: string };

/** Why a task is not tried again. */
export type RetryRefusal =
  /** There is no such task, or the viewer may not see it. */
  | 'NOT_FOUND'
  | 'TASK_NOT_FAILED'
  | 'STARTED_ELSEWHERE'
  | 'LOOK_FIRST'
  | 'ALREADY_DONE'
  /** There is a retry, and the viewer may not see it. */
  | 'ALREADY_RETRIED'
  /** The token of the retry was used by the viewer for a start with other input. */
  | 'CLIENT_TOKEN_REUSED';

export type RetryOutcome =
  | Extract<StartOutcome, { type: 'accepted' }>
  /** `message` says what would be right. */
  | { readonly type: 'refused'; readonly code: RetryRefusal; readonly message: string };

export type WantedStart = { readonly input: TaskInput; readonly clientToken: string | null };

export type BatchOutcome =
  /** One outcome for each start, in their order. `batch` is null when none of its tasks is there or may be seen. */
  | { readonly type: 'started'; readonly batch: Batch | null; readonly outcomes: readonly StartOutcome[] }
  /** Nothing was started. */
  | { readonly type: 'invalid'; readonly problems: readonly InputProblem[] };

export type Page<T> = {
  readonly items: readonly { readonly cursor: string; readonly item: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

export type PageRequest = { readonly first: number; readonly after: string | null };

/** Where a stream begins: at the task's current state, at its first transition, or after a cursor. */
export type StreamFrom =
  | { readonly type: 'current' }
  | { readonly type: 'beginning' }
  | { readonly type: 'after'; readonly cursor: string };

export type Stream = AsyncIterableIterator<Transition>;

export type Tasks = {
  /** Accepts the start durably, then waits until AWS has answered or the configured time is over. `clientToken` null makes one. */
  start(viewer: Viewer, input: TaskInput, clientToken: string | null): Promise<StartOutcome>;
  /** Judges each start by itself and accepts all that are valid at once, durably; returns without waiting for AWS. */
  startMany(viewer: Viewer, starts: readonly WantedStart[]): Promise<BatchOutcome>;
  /** Starts once more what a failed task was started for, once however often it is asked for, and waits like a start. */
  retry(viewer: Viewer, id: string, despiteAdvice: boolean): Promise<RetryOutcome>;
  /** The task that tries this one again; null when there is none or the viewer may not see it. */
  retryOf(viewer: Viewer, id: string): Promise<Task | null>;
  /** As far as the viewer may see its tasks; null when that is none. */
  batch(viewer: Viewer, id: string): Promise<Batch | null>;
  /** Null for a task that does not exist or that the viewer may not see. */
  find(viewer: Viewer, id: string): Promise<Task | null>;
  /** Newest first. */
  list(viewer: Viewer, filter: TaskFilter, page: PageRequest): Promise<Page<Task> | CursorProblem>;
  count(viewer: Viewer, filter: TaskFilter): Promise<number>;
  /** Oldest first. */
  transitions(taskId: string, page: PageRequest): Promise<Page<Transition> | CursorProblem>;
  /** Each transition of one task once and in order; ends after the terminal one. */
  follow(
    viewer: Viewer,
    id: string,
    from: StreamFrom,
  ): Promise<Stream | CursorProblem | { readonly type: 'not-found' }>;
  /** Transitions of all tasks that the viewer may see, from now on or after a cursor; does not end by itself. */
  feed(viewer: Viewer, filter: TaskFilter, after: string | null): Promise<Stream | CursorProblem>;
};
