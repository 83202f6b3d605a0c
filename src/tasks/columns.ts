/** What of a row becomes a `Task`. The rest is the worker's, and nearly half of what a list of fifty would carry. */
import type { TasksTable } from '../db/tables.js';

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

export type TaskRow = Pick<TasksTable, (typeof TASK_COLUMNS)[number]>;
