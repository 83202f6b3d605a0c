/** The history of one task from the database, in order of time, as lines for an operator. It shows no client token. */
import type { Sql } from '../db/database.js';
import { isExternal } from '../partner-central/model/task-kind.js';
import { adviceText, withoutRetry } from '../partner-central/recovery.js';
import { readTaskAfter } from '../transitions/log.js';
import { TASK_COLUMNS, taskOf } from './store/task-row.js';
import { readPayload } from './store/transition-payload.js';
import { listStates } from './store/task-lists.js';
import { findRetry } from './store/task-queries.js';
import { fieldErrorsOf, isTerminal, recoveryOf, type Task } from './task.js';

/** More than a task can have: three or four are usual. */
const MAX_TRANSITIONS = 1000;

type Entry = { readonly at: number; readonly lines: readonly string[] };

/** @returns null when there is no such task */
export async function historyOf(sql: Sql, id: string, now: number): Promise<string[] | null> {
  const row = await sql
    .selectFrom('tasks')
    .select([
      ...TASK_COLUMNS,
      'aws_task_id',
      'started_at',
      'due_at',
      'attempt_count',
      'first_attempt_at',
      'may_have_reached',
    ])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const task = taskOf(row);
  const retry = await findRetry(sql, id);
  const transitions = await readTaskAfter(sql, id, 0, MAX_TRANSITIONS);
  const entries: Entry[] = transitions.map((logged) => ({
    at: logged.recordedAt,
    lines: linesOf(logged.position, readPayload(logged)),
  }));
  const note = (at: number | null, text: string): void => void (at !== null && entries.push({ at, lines: [text] }));
  note(row.first_attempt_at, 'first attempt: the Start was sent to AWS');
  note(row.started_at, "started, by AWS's own clock");
  note(retry?.createdAt ?? null, `retried as ${retry?.id}`);
  if (task.status === 'QUEUED')
    note(row.due_at, `${(row.due_at ?? 0) > now ? 'due next' : 'due since then'}: the Start is sent`);
  const { kind, catalog } = task.input;
  const list = (await listStates(sql)).find((each) => each.kind === kind && each.catalog === catalog);
  if (task.status === 'IN_PROGRESS') note(list?.readAt ?? null, 'last question to AWS about such tasks');
  entries.sort((one, other) => one.at - other.at);
  return [
    `Task ${task.id}`,
    ...table([
      ['start', [task.input.kind, task.input.catalog, shown(task.input.identifier)].join(' ')],
      ['status', `${task.status}${isTerminal(task.status) ? ', which is final' : ''}`],
      ['started by', task.subject === null ? 'a caller without authentication' : shown(task.subject)],
      ['id at AWS', row.aws_task_id === null ? 'not known' : shown(row.aws_task_id)],
      [
        'attempts',
        `${row.attempt_count}${task.status === 'QUEUED' && row.may_have_reached === 1 ? ', and AWS may have accepted the start although its answer was lost' : ''}`,
      ],
      ['retry of', task.retryOf],
      ['batch', task.batchId],
      ['trace', task.trace],
    ]),
    '',
    ...entries.flatMap(({ at, lines }) =>
      lines.map((line, index) => `${index === 0 ? new Date(at).toISOString() : ' '.repeat(24)}  ${line}`),
    ),
    `${new Date(now).toISOString()}  now`,
    '',
    ...failureLines(task),
    'Polls and deliveries to subscribers are not stored: the metrics and the log of the gateway count them.',
  ];
}

function linesOf(
  position: number,
  { previousStatus, task }: { readonly previousStatus: string | null; readonly task: Task },
): string[] {
  const change = previousStatus === null ? `accepted as ${task.status}` : `${previousStatus} to ${task.status}`;
  const { message, reasonCode } = task.details;
  return [
    `transition ${task.sequence}: ${change}, at position ${position} of the log`,
    ...(reasonCode === null ? [] : [`  reason code ${shown(reasonCode)}`]),
    ...(message === null ? [] : [`  message ${shown(message)}`]),
  ];
}

function failureLines({ failure, input }: Task): string[] {
  if (failure === null) return [];
  const found = recoveryOf(failure);
  const recovery = isExternal(input) ? withoutRetry(found) : found;
  return [
    'Failure',
    ...table([
      ['code', failure.rawReasonCode ?? failure.awsCode ?? failure.errorCode],
      ['message', shown(failure.message)],
      ...fieldErrorsOf(failure).map((error): [string, string] => [
        'wrong field',
        shown(`${error.field ?? '(none)'} ${error.code}: ${error.message}`),
      ]),
      ['finding', failure.finding === undefined ? null : shown(failure.finding.message)],
      ['category', recovery.category],
      ['retryable', recovery.retryable ? 'yes' : 'no'],
      ['recovery', adviceText(recovery)],
    ]),
    '',
  ];
}

function table(rows: readonly (readonly [string, string | null])[]): string[] {
  return rows.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(11)} ${value}`]));
}

/** The text on one line, without control characters that a terminal would interpret. */
function shown(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll(/[\u007f-\u009f\u2028\u2029]/g, '?');
}
