/**
 * The two writes that change a task, each one transaction that keeps task and log together: accepting a start, and recording what was
 * observed of it. Both take the next position first, which makes writers take turns; what is read after that cannot change meanwhile.
 */
import { context, propagation } from '@opentelemetry/api';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import { wake, type Database, type Tx } from '../db/database.js';
import type { ExternalInput, TaskInput } from '../partner-central/task-kind.js';
import type { Telemetry } from '../telemetry.js';
import { LOG_HINT, append, nextPosition } from '../transitions/log.js';
import { findTask, findTaskByToken, insertTask, updateTask } from './store.js';
import { NO_DETAILS, isTerminal, observe, type Observation, type Task, type TransitionFacts } from './task.js';

/** Fixed for ever: another one would give every start another token at AWS, and so a second task after a loss of our data. */
const AWS_TOKEN_NAMESPACE = 'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11';

export type Start = { readonly subject: string | null; readonly input: TaskInput; readonly clientToken: string };

export type AcceptOutcome =
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean }
  | { readonly type: 'token-reused'; readonly task: Task };

/** Whoever makes the same start under the same token gets the same task, however many do so at once. */
export async function acceptStart(db: Database, telemetry: Telemetry, start: Start): Promise<AcceptOutcome> {
  const { subject, input, clientToken } = start;
  // A look before the write keeps replays, of which there may be many, out of the line of writers.
  const earlier = await findTaskByToken(db.sql, subject, input.kind, input.catalog, clientToken);
  const outcome = earlier === null ? await db.write((tx) => acceptNew(db, tx, start)) : compare(earlier, input);
  if (outcome.type === 'accepted') {
    const { id, sequence, status } = outcome.task;
    telemetry.startAccepted({ id, kind: input.kind, catalog: input.catalog, replayed: outcome.replayed });
    if (!outcome.replayed) telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: null });
  }
  return outcome;
}

/**
 * Records an observation made under `epoch`. Returns the task as it then stands, or null when another worker has taken over since: then
 * nothing is written, because the newer worker asks AWS itself.
 */
export async function recordObservation(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  taskId: string,
  observation: Observation,
  dueAt: number,
): Promise<Task | null> {
  const before = await findTask(db.sql, taskId);
  if (before === null) return null;
  // Most polls bring no news: they cost a read here, and no turn in the line of writers.
  if (observe(before, observation, before.updatedAt) === before) return before;
  const after = await db.write(async (tx) => {
    const position = await nextPosition(tx, epoch);
    if (position === null) return null;
    const current = await findTask(tx, taskId);
    if (current === null) return null;
    const now = await db.now(tx);
    const next = observe(current, observation, now);
    if (next === current) return current;
    await updateTask(tx, next, dueAt);
    if (next.sequence !== current.sequence) await appendTransition(tx, position, current, next);
    return next;
  });
  if (after !== null && after.sequence !== before.sequence) {
    const { id, input, sequence, status, details } = after;
    telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: details.reasonCode });
  }
  return after;
}

/** The token that AWS sees: the same after any loss of our data, never shared by two people, two kinds of task or two catalogs. */
export function awsClientToken(start: Start): string {
  const { subject, input, clientToken } = start;
  return uuidV5(JSON.stringify([subject, input.kind, input.catalog, clientToken]), AWS_TOKEN_NAMESPACE);
}

async function acceptNew(db: Database, tx: Tx, start: Start): Promise<AcceptOutcome> {
  const { subject, input, clientToken } = start;
  const position = await nextPosition(tx, null);
  if (position === null) throw new Error('The log has no head row.');
  const earlier = await findTaskByToken(tx, subject, input.kind, input.catalog, clientToken);
  if (earlier !== null) return compare(earlier, input);
  const now = await db.now(tx);
  const task: Task = {
    id: uuidV7(),
    position,
    subject,
    clientToken,
    input,
    retryOf: null,
    batchId: null,
    status: 'QUEUED',
    sequence: 1,
    details: NO_DETAILS,
    failure: null,
    trace: activeTrace(),
    createdAt: now,
    updatedAt: now,
  };
  await insertTask(tx, task, awsClientToken(start));
  await appendTransition(tx, position, null, task);
  return { type: 'accepted', task, replayed: false };
}

function activeTrace(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

export async function appendTransition(tx: Tx, position: number, before: Task | null, task: Task): Promise<void> {
  const facts: TransitionFacts = { previousStatus: before?.status ?? null, task };
  await append(tx, {
    position,
    taskId: task.id,
    sequence: task.sequence,
    terminal: isTerminal(task.status),
    recordedAt: task.updatedAt,
    facts: JSON.stringify(facts),
  });
  wake(tx, LOG_HINT);
}

function compare(earlier: Task, input: TaskInput): AcceptOutcome {
  return canonical(earlier.input) === canonical(input) ? { type: 'accepted', task: earlier, replayed: true } : { type: 'token-reused', task: earlier };
}

/** Equal texts for equal starts: members in one order, and tags too, since AWS gives their order no meaning. */
function canonical(input: TaskInput | ExternalInput): string {
  const tags = input.tags.map((tag) => [tag.key, tag.value]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify(Object.entries({ ...input, tags }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
