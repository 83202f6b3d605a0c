/**
 * Maps rows to `Task` and back; no other file does. A task is read without the worker's columns, which are nearly half
 * of the bytes in a list of fifty.
 */
import type { TasksTable } from '../../db/tables.js';
import { UnreadableRowError } from '../../db/errors/unreadable-row.js';
import type { NewStart } from '../start.js';
import { isTerminal, type Task, type TaskStatus } from '../task.js';

/**
 * The stored subject of an unauthenticated caller. It is not null, so that the unique index of client tokens covers it.
 */
export const UNAUTHENTICATED = '';

export const TASK_COLUMNS = [
  'id',
  'position',
  'subject',
  'client_token',
  'input',
  'retry_of',
  'batch_id',
  'trace',
  'status',
  'sequence',
  'answer',
  'failure',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof TasksTable)[];

/** The columns of a task, and those that only the worker uses. */
export const WORK_COLUMNS = [
  ...TASK_COLUMNS,
  'aws_client_token',
  'due_at',
  'attempt_count',
  'first_attempt_at',
  'may_have_reached',
] as const satisfies readonly (keyof TasksTable)[];

export type TaskRow = Pick<TasksTable, (typeof TASK_COLUMNS)[number]>;

export type WorkRow = Pick<TasksTable, (typeof WORK_COLUMNS)[number]>;

export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    position: row.position,
    subject: row.subject === UNAUTHENTICATED ? null : row.subject,
    clientToken: row.client_token,
    input: jsonIn(row.input, `input of the task ${row.id}`),
    retryOf: row.retry_of,
    batchId: row.batch_id,
    trace: row.trace,
    status: statusOf(row.status),
    sequence: row.sequence,
    details: jsonIn(row.answer, `answer of the task ${row.id}`),
    failure: row.failure === null ? null : jsonIn(row.failure, `failure of the task ${row.id}`),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function detailsIn(row: Pick<TaskRow, 'answer'>): Task['details'] {
  return jsonIn(row.answer, 'answer of a task');
}

/** The object in a JSON text. The members are not checked, because the gateway wrote them. */
export function jsonIn(text: string, name: string) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new UnreadableRowError(`The ${name} is not JSON.`, { cause: error });
  }
  throw new UnreadableRowError(`The ${name} is not a JSON object.`);
}

export function statusOf(text: string): TaskStatus {
  switch (text) {
    case 'QUEUED':
    case 'IN_PROGRESS':
    case 'COMPLETE':
    case 'FAILED':
    case 'REJECTED':
      return text;
    default:
      throw new UnreadableRowError(`The database holds a task with the unknown status ${JSON.stringify(text)}.`);
  }
}

/** The row of a new task. */
export function rowOf({ task, awsClientToken }: NewStart): TasksTable {
  return {
    id: task.id,
    position: task.position,
    kind: task.input.kind,
    catalog: task.input.catalog,
    subject: task.subject ?? UNAUTHENTICATED,
    client_token: task.clientToken,
    aws_client_token: awsClientToken,
    identifier: task.input.identifier,
    input: JSON.stringify(task.input),
    trace: task.trace,
    retry_of: task.retryOf,
    batch_id: task.batchId,
    created_at: task.createdAt,
    due_at: isTerminal(task.status) ? null : task.createdAt,
    attempt_count: 0,
    first_attempt_at: null,
    may_have_reached: 0,
    ...changingColumns(task),
  };
}

/** The columns that an observation can change, besides `due_at`. */
export type ChangingColumns = Pick<
  TasksTable,
  'status' | 'sequence' | 'aws_task_id' | 'answer' | 'failure' | 'updated_at' | 'started_at'
>;

export function changingColumns(task: Task): ChangingColumns {
  return {
    status: task.status,
    sequence: task.sequence,
    aws_task_id: task.details.taskId,
    answer: JSON.stringify(task.details),
    failure: task.failure === null ? null : JSON.stringify(task.failure),
    updated_at: task.updatedAt,
    started_at: task.details.startedAt,
  };
}
