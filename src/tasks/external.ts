/**
 * Tasks of the account that were not started here. Each is recorded once, however often and by however many workers it is found, as AWS tells
 * of it; from then on it is followed like any other.
 */
import { sql as raw } from 'kysely';
import { v7 as uuidV7 } from 'uuid';
import type { Database, Sql, Tx } from '../db/database.js';
import { OPERATIONS, identifierOf } from '../partner-central/task-operations.js';
import type { Catalog, TaskAnswer, TaskKind } from '../partner-central/model/task-kind.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { append, reservePositions } from '../transitions/log.js';
import { transitionTo } from './store/transition-payload.js';
import { taskOf } from './store/task-row.js';
import { inParts } from './in-parts.js';
import { insertTasks } from './store/insert.js';
import { findTasksByTokens, type WorkItem } from './store/task-queries.js';
import { failureAfter, type Task } from './task.js';

/** A turn in the line of writers is no longer than this many tasks. */
const TASKS_AT_ONCE = 100;

/** A start that AWS has taken, or may have, and whose task cannot be recognised by AWS's id. */
export type Unidentified = Pick<WorkItem, 'task' | 'firstAttemptAt' | 'mayHaveReached'>;

/** An answer that tells AWS's id, without which a task cannot be recognised again. */
export type IdentifiedAnswer = TaskAnswer & { readonly taskId: string };

export async function unidentifiedStarts(sql: Sql, kind: TaskKind, catalog: Catalog): Promise<Unidentified[]> {
  const rows = await sql
    .selectFrom('tasks')
    .selectAll()
    .where('kind', '=', kind)
    .where('catalog', '=', catalog)
    .where('aws_task_id', 'is', null)
    // A literal, because the index is one of these only.
    .where('status', '<>', raw.lit('REJECTED'))
    .execute();
  return rows.map((row) => ({
    task: taskOf(row),
    firstAttemptAt: row.first_attempt_at,
    mayHaveReached: row.may_have_reached === 1,
  }));
}

/** Writes under `epoch`: nothing more once another worker has taken over. */
export async function importExternal(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  kind: TaskKind,
  catalog: Catalog,
  answers: readonly IdentifiedAnswer[],
): Promise<void> {
  for (let start = 0; start < answers.length; start += TASKS_AT_ONCE) {
    await inParts(
      answers.slice(start, start + TASKS_AT_ONCE),
      async (some) => {
        const recorded = await db.write((tx) => recordSome(db, tx, epoch, kind, catalog, some));
        for (const { id, sequence, status, details } of recorded) {
          telemetry.transitionAppended({ id, kind, sequence, status, reasonCode: details.reasonCode });
        }
      },
      // It is found again at the next look, which comes no sooner because of it.
      (_answer, error) => telemetry.unexpected('discoverer', error),
    );
  }
}

async function recordSome(
  db: Database,
  tx: Tx,
  epoch: number,
  kind: TaskKind,
  catalog: Catalog,
  answers: readonly IdentifiedAnswer[],
): Promise<Task[]> {
  // Writers take turns: what is found missing after ours has come stays missing.
  const [turn, found] = await Promise.all([
    reservePositions(db, tx, epoch, answers.length),
    findTasksByTokens(tx, [null], answers.map(tokenOf)),
  ]);
  if (turn === null) return [];
  const known = new Set(found.map((task) => task.clientToken));
  // A list may show a task twice, in one page or where pages overlap.
  const unknown = new Map(answers.flatMap((answer) => (known.has(tokenOf(answer)) ? [] : [[tokenOf(answer), answer]])));
  const news = [...unknown.values()];
  if (news.length === 0) return [];
  const tasks = news.map((answer, index) =>
    externalTask(uuidV7(), turn.first + index, kind, catalog, answer, turn.now),
  );
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

/** The task as it is first recorded. Pure. */
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
      identifier: identifierOf(OPERATIONS[kind].namedBy(answer) ?? ''),
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

/** Unique for each task of the account, which is what makes finding it again do nothing. The true token is not told. */
function tokenOf(answer: IdentifiedAnswer): string {
  return `external:${answer.taskId}`;
}
