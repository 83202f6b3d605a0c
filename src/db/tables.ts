/**
 * The tables as TypeScript types, limited to the types that SQLite and PostgreSQL share: text and integers, no
 * booleans, no JSON columns. Integers stay below 2^53, so PostgreSQL's bigint is read as a number. Times are
 * milliseconds since the epoch.
 */
import type { Generated } from 'kysely';

export type Tables = {
  log_head: LogHeadTable;
  transitions: TransitionsTable;
  tasks: TasksTable;
  quota_calls: QuotaCallsTable;
  quota_totals: QuotaTotalsTable;
  task_lists: TaskListsTable;
  write_turns: WriteTurnsTable;
  edited_records: EditedRecordsTable;
};

/** One row. Writers serialize on the increment of `position`, so that positions become visible in order. */
type LogHeadTable = {
  id: number;
  /** Created once with the database. Cursors carry it, so that a cursor of another log is recognised. */
  log_id: string;
  position: number;
  /** The epoch of the worker whose writes count. Writes of an earlier worker match no row. */
  worker_epoch: number;
  /** The last position among deleted transitions. A stream of the whole log that has not passed it has missed some. */
  pruned_through: Generated<number>;
  /** The last position that was pruned, with the name that cursors have for its transition; '' when it is unknown. */
  pruned_mark: Generated<string>;
  /** The head of the log when cursors began to name their transitions. Cursors without a name are valid up to here. */
  unmarked_through: Generated<number>;
  /**
   * The upstream that the tasks belong to; '' until the first gateway sets it. Tasks of a simulator must never be
   * polled at AWS or sent there.
   */
  upstream: Generated<string>;
  /** The time of the last event of EventBridge, or of the first start that awaited one; 0 while none is awaited. */
  events_awaited_since: Generated<number>;
  /** The time at which the worker of the present epoch began to lead; 0 before the first one of this version. */
  led_since: Generated<number>;
};

export type TransitionsTable = {
  position: number;
  task_id: string;
  /** 1, 2, 3 … within the task. */
  sequence: number;
  /** 1 for the last transition that the task can have, else 0. */
  terminal: number;
  recorded_at: number;
  /** JSON that the log does not parse. */
  facts: string;
};

export type TasksTable = {
  id: string;
  /** The position of the task's first transition, which is the order in which starts were accepted. */
  position: number;
  kind: string;
  catalog: string;
  /** The caller that started it; '' when callers are not authenticated, so that the unique index covers it. */
  subject: string;
  client_token: string;
  aws_client_token: string;
  identifier: string;
  /** JSON of the whole start as given: the data that is sent, and that a replay is compared with. */
  input: string;
  status: string;
  sequence: number;
  aws_task_id: string | null;
  /** W3C traceparent of the request that started it. */
  trace: string | null;
  /** JSON of the last observation, in the gateway's words. */
  answer: string;
  /** JSON of the failure; null unless FAILED or REJECTED. */
  failure: string | null;
  created_at: number;
  updated_at: number;
  /** AWS's StartTime in ms; null until AWS has returned one. */
  started_at: number | null;
  /** The time at which a queued start is sent next. Any time while AWS works on the task; null when it has ended. */
  due_at: number | null;
  /** The number of attempts so far, and the time of the first one. */
  attempt_count: number;
  first_attempt_at: number | null;
  /** 1 once an attempt ended without showing whether AWS took the start. */
  may_have_reached: number;
  /** The task that this one retries. A task is retried at most once. */
  retry_of: string | null;
  batch_id: string | null;
};

/** One row for each call of the last 24 hours. */
type QuotaCallsTable = {
  id: number;
  quota: string;
  taken_at: number;
};

/** The number of rows of quota_calls, so that a permit need not count a day's calls, and the throttling of AWS. */
type QuotaTotalsTable = {
  quota: string;
  last_id: number;
  call_count: number;
  /** The time before which no call is made. It is set when AWS throttles. */
  blocked_until: number;
};

/** One row for each list of AWS that a worker has read, or that an event concerned. */
type TaskListsTable = {
  kind: string;
  catalog: string;
  read_at: number | null;
  /** The time from that reading to the next one. */
  interval_ms: number | null;
  /** The time of the last event about a task in progress of the list. */
  event_at: number | null;
};

/** One row for each writer that waited for a permit of the write quota, or took one, in the last minute or so. */
type WriteTurnsTable = {
  writer: string;
  /** The time of its last permit; 0 for none. */
  served_at: number;
  /** The time at which it first asked. */
  asked_at: number;
  /** The time until which it counts as waiting; once it is past, the last time at which the row mattered. */
  waits_until: number;
};

/** One row for each record that was edited in the last day or so, and one for all lists of its catalog. */
type EditedRecordsTable = {
  record: string;
  /** Random. Answers of AWS from before the edit have another version. */
  version: string;
  /** The time until which AWS's answers may still change because of the edit. */
  changing_until: number;
};
