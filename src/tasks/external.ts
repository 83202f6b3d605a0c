/**
 * Imports tasks of the account that were started elsewhere. Each is stored once, as AWS shows it, however often and by
 * however many workers it is found. The worker then polls it like any other task.
 */
import { sql as raw } from 'kysely';
import { v7 as uuidV7 } from 'uuid';
import type { Database, Sql, Tx } from '../db/database.js';
import { identifierOf } from '../partner-central/identifiers.js';
import { TASK_OPERATIONS } from '../partner-central/task-operations.js';
import type { Catalog, TaskAnswer, TaskKind } from '../partner-central/model/task-kind.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { append, reservePositions } from '../transitions/log.js';
import { transitionTo } from './store/transition-payload.js';
import { taskOf } from './store/task-row.js';
import { inParts } from './in-parts.js';
import { insertTasks } from './store/insert.js';
import { findTasksByTokens, type WorkItem } from './store/task-queries.js';
import { failureAfter, type Task } from './task.js';

/** Bounds the transaction, and so the time that other writers wait. */
const MAX_TASKS_PER_WRITE = 100;

/** A start that AWS has accepted, or may have accepted, and whose task id of AWS is not known yet. */
export type Unidentified = Pick<WorkItem, 'task' | 'firstAttemptAt' | 'mayHaveReached'>;

/** An answer with AWS's task id, by which the task is recognised again. */
export type IdentifiedAnswer = TaskAnswer & { readonly taskId: string };

export async function unidentifiedStarts(sql: Sql, kind: TaskKind, catalog: Catalog): Promise<Unidentified[]> {
  const rows = await sql
    .selectFrom('tasks')
    .selectAll()
    .where('kind', '=', kind)
    .where('catalog', '=', catalog)
    .where('aws_task_id', 'is', null)
    // The status is a literal, because the partial index holds these rows only.
    .where('status', '<>', raw.lit('REJECTED'))
    .execute();
  return rows.map((row) => ({
    task: taskOf(row),
    firstAttemptAt: row.first_attempt_at,
    mayHaveReached: row.may_have_reached === 1,
  }));
}

/** Writes under `epoch`, so that a deposed worker imports nothing. */
export async function importExternal(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  kind: TaskKind,
  catalog: Catalog,
  answers: readonly IdentifiedAnswer[],
): Promise<void> {
  for (let start = 0; start < answers.length; start += MAX_TASKS_PER_WRITE) {
    await inParts(
      answers.slice(start, start + MAX_TASKS_PER_WRITE),
      async (some) => {
        const imported = await db.write((tx) => insertUnknown(db, tx, epoch, kind, catalog, some));
        for (const { id, sequence, status, details } of imported) {
          telemetry.transitionAppended({ id, kind, sequence, status, reasonCode: details.reasonCode });
        }
      },
      // The next discovery finds the task again, at its usual time.
      (_answer, error) => telemetry.unexpected('discoverer', error),
    );
  }
}

async function insertUnknown(
  db: Database,
  tx: Tx,
  epoch: number,
  kind: TaskKind,
  catalog: Catalog,
  answers: readonly IdentifiedAnswer[],
): Promise<Task[]> {
  // The reservation locks out other writers, so that a task that is missing then stays missing until the commit.
  const [reservation, found] = await Promise.all([
    reservePositions(db, tx, epoch, answers.length),
    findTasksByTokens(tx, [null], answers.map(tokenOf)),
  ]);
  if (reservation === null) return [];
  const known = new Set(found.map((task) => task.clientToken));
  // AWS may list a task twice, in one page or where pages overlap.
  const unknown = new Map(answers.flatMap((answer) => (known.has(tokenOf(answer)) ? [] : [[tokenOf(answer), answer]])));
  const tasks = [...unknown.values()].map((answer, index) =>
    externalTask(uuidV7(), reservation.first + index, kind, catalog, answer, reservation.now),
  );
  if (tasks.length === 0) return [];
  await Promise.all([
    insertTasks(
      tx,
      tasks.map((task) => ({ task, awsClientToken: task.clientToken })),
    ),
    append(
      tx,
      tasks.map((task) => transitionTo(task, null, task.position)),
    ),
  ]);
  return tasks;
}

/** The task as it is first stored. Pure. */
function externalTask(
  id: string,
  position: number,
  kind: TaskKind,
  catalog: Catalog,
  answer: IdentifiedAnswer,
  now: number,
): Task {
  const { status, ...details } = answer;
  return {
    id,
    position,
    subject: null,
    clientToken: tokenOf(answer),
    input: {
      origin: 'EXTERNAL',
      kind,
      catalog,
      identifier: identifierOf(TASK_OPERATIONS[kind].targetIdOf(answer) ?? ''),
      tags: [],
    },
    retryOf: null,
    batchId: null,
    status,
    sequence: 1,
    details,
    failure: failureAfter(status, { type: 'answered', answer }),
    trace: null,
    // AWS's clock may be ahead of ours.
    createdAt: Math.min(now, details.startedAt ?? now),
    updatedAt: now,
  };
}

/** Unique for each task of the account, so that it is imported once. AWS does not report the real client token. */
function tokenOf(answer: IdentifiedAnswer): string {
  return `external:${answer.taskId}`;
}
