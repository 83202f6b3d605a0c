/**
 * The tables, as TypeScript sees them. Only types that SQLite and PostgreSQL hold alike: text, integers (up to 2^53; PostgreSQL's
 * bigint is read as a number), no booleans, no JSON columns. Times are milliseconds since the epoch.
 */
import type { Generated } from 'kysely';

export type Tables = {
  log_head: LogHeadTable;
  transitions: TransitionsTable;
  tasks: TasksTable;
  quota_calls: QuotaCallsTable;
  quota_totals: QuotaTotalsTable;
};

/** One row. Incrementing `position` is what makes writers take turns, so that positions become visible in order. */
type LogHeadTable = {
  id: number;
  /** Made once with the database; cursors carry it, so that one from another log is recognised. */
  log_id: string;
  position: number;
  /** Which worker's writes count; an older worker's no longer match. */
  worker_epoch: number;
  /** The last position of all transitions that are no longer kept: a reader of everything that is not yet past it has missed some. */
  pruned_through: Generated<number>;
  /** The last position that was pruned and the name that cursors have for its transition; '' when it is unknown. */
  pruned_mark: Generated<string>;
  /** The head when cursors began to name their transitions: cursors without a name count up to here. */
  unmarked_through: Generated<number>;
  /** Whose tasks these are, '' until the first gateway says so: a simulator's must never be asked for at AWS, nor sent there. */
  upstream: Generated<string>;
};

export type TransitionsTable = {
  position: number;
  task_id: string;
  /** 1, 2, 3 … within the task. */
  sequence: number;
  /** 1 after which no transition of this task can follow, else 0. */
  terminal: number;
  recorded_at: number;
  /** JSON; the log does not look inside. */
  facts: string;
};

export type TasksTable = {
  id: string;
  /** Position of the task's first transition: the order in which starts were accepted. */
  position: number;
  kind: string;
  catalog: string;
  /** Who started it; '' when callers are not authenticated, so that the unique index covers it. */
  subject: string;
  client_token: string;
  aws_client_token: string;
  identifier: string;
  /** JSON of the whole start as it was given: what is sent, and what a replay is compared with. */
  input: string;
  status: string;
  sequence: number;
  aws_task_id: string | null;
  /** W3C traceparent of the request that started it. */
  trace: string | null;
  /** JSON of what AWS answered last, in our words. */
  answer: string;
  /** JSON of the failure, null unless FAILED or REJECTED. */
  failure: string | null;
  created_at: number;
  updated_at: number;
  /** AWS's StartTime in ms, null until AWS told one. */
  started_at: number | null;
  /** When the worker is to act on it next; null when it never has to again. */
  due_at: number | null;
  /** Sends of the Start so far, and when the first of them was made. */
  attempt_count: number;
  first_attempt_at: number | null;
  /** 1 once an attempt ended in a way that leaves open whether AWS took the start. */
  may_have_reached: number;
  /** The task that this one tries again; a task is tried again at most once. */
  retry_of: string | null;
  batch_id: string | null;
  /** When the worker looks at it because of an event, or last did: a time to come is a look that is promised. */
  hurried_at: number | null;
};

/** One row for each call of the last 24 hours. */
type QuotaCallsTable = {
  id: number;
  quota: string;
  taken_at: number;
};

/** The number of rows of quota_calls, so that nobody counts a day's calls at each call; and AWS's word to slow down. */
export type QuotaTotalsTable = {
  quota: string;
  last_id: number;
  call_count: number;
  /** No call before this time: set when AWS throttled. */
  blocked_until: number;
};
