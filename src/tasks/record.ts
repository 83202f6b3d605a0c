/**
 * The two writes that change tasks, each one transaction that keeps tasks and log together: accepting starts, and recording what was
 * observed of one. Both take the next position first, which makes writers take turns; what is read after that cannot change meanwhile.
 */
import { context, propagation } from '@opentelemetry/api';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import { wake, type Database, type Sql, type Tx } from '../db/database.js';
import type { ExternalInput, TaskInput } from '../partner-central/task-kind.js';
import type { Telemetry } from '../telemetry.js';
import { LOG_HINT, append, nextPosition, type LoggedTransition } from '../transitions/log.js';
import { transitionTo } from './facts.js';
import { findRetry, findTasks, findTasksByTokens, insertTasks, updateTask } from './store.js';
import { NO_DETAILS, observe, type Observation, type Task } from './task.js';

/** Fixed for ever: another one would give every start another token at AWS, and so a second task after a loss of our data. */
const AWS_TOKEN_NAMESPACE = 'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11';

/** A turn in the line of writers is no longer than this many tasks. */
const TASKS_AT_ONCE = 100;

export type Start = {
  readonly subject: string | null;
  readonly input: TaskInput;
  readonly clientToken: string;
  /** The task that this start tries again. */
  readonly retryOf?: string | undefined;
  readonly batchId?: string | undefined;
  /** Of the request that made it. */
  readonly trace?: string | null;
};

export type AcceptOutcome =
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean }
  | { readonly type: 'token-reused'; readonly task: Task };

/**
 * Whoever makes the same start under the same token, or tries the same task again, gets the same task, however many do so at once. All in one
 * transaction: the outcomes are in the order of the starts, and so are the positions of the new tasks.
 */
export async function acceptStarts(db: Database, telemetry: Telemetry, starts: readonly Start[]): Promise<AcceptOutcome[]> {
  if (starts.length === 0) return [];
  // A look before the write keeps replays, of which there may be many, out of the line of writers.
  const outcomes = replays(starts, await earlierOf(db.sql, starts)) ?? (await db.write((tx) => acceptNew(db, tx, starts)));
  for (const outcome of outcomes) {
    if (outcome.type !== 'accepted') continue;
    const { id, input, sequence, status } = outcome.task;
    telemetry.startAccepted({ id, kind: input.kind, catalog: input.catalog, replayed: outcome.replayed });
    if (!outcome.replayed) telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: null });
  }
  return outcomes;
}

/** What was observed of one task, and how it was last seen here. */
export type Observed = { readonly before: Task; readonly observation: Observation; readonly dueAt: number };

/**
 * Records observations made under `epoch`, of each task one. Returns the tasks as they then stand, by id; one that is missing is gone, or
 * another worker's by now: then nothing is written of it, because the newer worker asks AWS itself.
 */
export async function recordObservations(db: Database, telemetry: Telemetry, epoch: number, observed: readonly Observed[]): Promise<Map<string, Task>> {
  const known = new Map(observed.map(({ before }) => [before.id, before]));
  // Most polls bring no news: they cost no turn in the line of writers.
  const news = observed.filter(({ before, observation }) => observe(before, observation, before.updatedAt) !== before);
  for (let start = 0; start < news.length; start += TASKS_AT_ONCE) {
    const some = news.slice(start, start + TASKS_AT_ONCE);
    const changes = await db.write((tx) => recordNews(db, tx, epoch, some));
    for (const { before } of some) known.delete(before.id);
    for (const { from, to } of changes) {
      known.set(to.id, to);
      if (to.sequence === from.sequence) continue;
      const { id, input, sequence, status, details } = to;
      telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: details.reasonCode });
    }
  }
  return known;
}

type Change = { readonly from: Task; readonly to: Task };

async function recordNews(db: Database, tx: Tx, epoch: number, observed: readonly Observed[]): Promise<Change[]> {
  const first = await nextPosition(tx, epoch, observed.length);
  if (first === null) return [];
  const current = new Map((await findTasks(tx, observed.map(({ before }) => before.id))).map((task) => [task.id, task]));
  const now = await db.now(tx);
  const transitions: LoggedTransition[] = [];
  const changes: Change[] = [];
  for (const { before, observation, dueAt } of observed) {
    const from = current.get(before.id);
    if (from === undefined) continue;
    const to = observe(from, observation, now);
    changes.push({ from, to });
    if (to === from) continue;
    await updateTask(tx, to, dueAt);
    if (to.sequence !== from.sequence) transitions.push(transitionTo(to, from, first + transitions.length));
  }
  if (transitions.length > 0) await appendTransitions(tx, transitions);
  return changes;
}

/** The token that AWS sees: the same after any loss of our data, never shared by two people, two kinds of task or two catalogs. */
export function awsClientToken(start: Start): string {
  const { subject, input, clientToken } = start;
  return uuidV5(JSON.stringify([subject, input.kind, input.catalog, clientToken]), AWS_TOKEN_NAMESPACE);
}

/** The tasks of starts that were made before. */
class Earlier {
  readonly #byToken = new Map<string, Task>();
  readonly #byRetried = new Map<string, Task>();

  add(task: Task): void {
    this.#byToken.set(keyOf(task), task);
    if (task.retryOf !== null) this.#byRetried.set(task.retryOf, task);
  }

  /** A task that was tried again is not tried a second time, whoever asks for it under whichever token. */
  of(start: Start): Task | undefined {
    const retry = start.retryOf === undefined ? undefined : this.#byRetried.get(start.retryOf);
    return retry ?? this.#byToken.get(keyOf(start));
  }
}

function keyOf({ subject, input, clientToken }: { readonly subject: string | null; readonly input: TaskInput | ExternalInput; readonly clientToken: string }): string {
  return JSON.stringify([subject, input.kind, input.catalog, clientToken]);
}

async function earlierOf(sql: Sql, starts: readonly Start[]): Promise<Earlier> {
  const earlier = new Earlier();
  const subjects = [...new Set(starts.map((start) => start.subject))];
  for (const task of await findTasksByTokens(sql, subjects, [...new Set(starts.map((start) => start.clientToken))])) earlier.add(task);
  for (const { retryOf } of starts) {
    const retry = retryOf === undefined ? null : await findRetry(sql, retryOf);
    if (retry !== null) earlier.add(retry);
  }
  return earlier;
}

/** The outcomes when all were made before; null when there is something to write. */
function replays(starts: readonly Start[], earlier: Earlier): AcceptOutcome[] | null {
  const outcomes: AcceptOutcome[] = [];
  for (const start of starts) {
    const task = earlier.of(start);
    if (task === undefined) return null;
    outcomes.push(compare(task, start.input));
  }
  return outcomes;
}

async function acceptNew(db: Database, tx: Tx, starts: readonly Start[]): Promise<AcceptOutcome[]> {
  const first = await nextPosition(tx, null, starts.length);
  if (first === null) throw new Error('The log has no head row.');
  const earlier = await earlierOf(tx, starts);
  const now = await db.now(tx);
  const news: { readonly task: Task; readonly awsClientToken: string }[] = [];
  const outcomes = starts.map((start): AcceptOutcome => {
    const before = earlier.of(start);
    if (before !== undefined) return compare(before, start.input);
    const task = newTask(start, first + news.length, now);
    earlier.add(task);
    news.push({ task, awsClientToken: awsClientToken(start) });
    return { type: 'accepted', task, replayed: false };
  });
  if (news.length > 0) {
    await insertTasks(tx, news);
    await appendTransitions(tx, news.map(({ task }) => transitionTo(task, null, task.position)));
  }
  return outcomes;
}

function newTask({ subject, input, clientToken, retryOf, batchId, trace }: Start, position: number, now: number): Task {
  return {
    id: uuidV7(),
    position,
    subject,
    clientToken,
    input,
    retryOf: retryOf ?? null,
    batchId: batchId ?? null,
    status: 'QUEUED',
    sequence: 1,
    details: NO_DETAILS,
    failure: null,
    trace: trace ?? null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The trace (a W3C traceparent) that whoever calls this works for. */
export function activeTrace(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

export async function appendTransitions(tx: Tx, transitions: readonly LoggedTransition[]): Promise<void> {
  await append(tx, transitions);
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
