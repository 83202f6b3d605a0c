/**
 * The two writes that change tasks, each one transaction that keeps tasks and log together: accepting starts, and recording what was
 * observed of some. Both take their turn among the writers first; what is read after that cannot change meanwhile.
 */
import { context, propagation } from '@opentelemetry/api';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import { lastly, type Database, type Sql, type Tx } from '../db/database.js';
import type { ExternalInput, TaskInput } from '../partner-central/task-kind.js';
import type { Telemetry } from '../telemetry.js';
import { append, appendAsChanged, takeTurn, type LoggedTransition, type Turn } from '../transitions/log.js';
import { transitionTo } from './facts.js';
import type { NewStart, Offer, Sender } from './sender.js';
import { changeTask, findRetry, findTasks, findTasksByTokens, insertTasks, updateTask } from './store.js';
import { NO_DETAILS, observe, type Observation, type Task } from './task.js';

/** Fixed for ever: another one would give every start another token at AWS, and so a second task after a loss of our data. */
const AWS_TOKEN_NAMESPACE = 'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11';

/** A turn in the line of writers is no longer than this many tasks. */
const TASKS_AT_ONCE = 100;

export type Start = {
  readonly subject: string | null;
  readonly input: TaskInput;
  readonly clientToken: string;
  /** The token was made for this start, so that no other can have it. */
  readonly isTokenNew?: boolean;
  /** The task that this start tries again. */
  readonly retryOf?: string | undefined;
  readonly batchId?: string | undefined;
  /** Of the request that made it. */
  readonly trace?: string | null;
};

export type AcceptOutcome =
  /** `sent`, of a start that is being sent already: the task as it is once AWS has answered, null when that has not settled it. */
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean; readonly sent?: Promise<Task | null> }
  | { readonly type: 'token-reused'; readonly task: Task };

export type Accepted = Extract<AcceptOutcome, { type: 'accepted' }>;

/**
 * Whoever makes the same start under the same token, or tries the same task again, gets the same task, however many do so at once. All in one
 * transaction: the outcomes are in the order of the starts, and so are the positions of the new tasks.
 */
export async function acceptStarts(db: Database, telemetry: Telemetry, starts: readonly Start[], sender: Sender | null = null): Promise<AcceptOutcome[]> {
  if (starts.length === 0) return [];
  const offered: { offer: Offer | null } = { offer: null };
  try {
    const { outcomes, toSend } = await db.write(async (tx) => acceptAll(db, tx, starts, async (turn) => (offered.offer = (await sender?.offer(tx, turn)) ?? null)));
    const sent = toSend === null ? undefined : offered.offer?.send();
    return told(telemetry, outcomes.map((outcome) => (sent !== undefined && outcome.task === toSend ? { ...outcome, sent } : outcome)));
  } catch (error) {
    offered.offer?.withdraw();
    throw error;
  }
}

/** The same for a batch, which as a whole is either new or repeated: a look before the write keeps the repeated ones out of the line of writers. */
export async function acceptBatch(db: Database, telemetry: Telemetry, starts: readonly Start[], sender: Sender | null = null): Promise<AcceptOutcome[]> {
  const repeated = starts.length === 0 ? null : replays(starts, await earlierOf(db.sql, starts));
  return repeated === null ? acceptStarts(db, telemetry, starts, sender) : told(telemetry, repeated);
}

function told(telemetry: Telemetry, outcomes: AcceptOutcome[]): AcceptOutcome[] {
  for (const outcome of outcomes) {
    if (outcome.type !== 'accepted') continue;
    const { id, input, sequence, status } = outcome.task;
    telemetry.startAccepted({ id, kind: input.kind, catalog: input.catalog, replayed: outcome.replayed });
    if (!outcome.replayed) telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: null });
  }
  return outcomes;
}

/** What was observed of one task, how it was last seen here, and when it is to be looked at next if it goes on. */
export type Observed = { readonly before: Task; readonly observation: Observation; readonly dueAt: (now: number) => number };

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
    const changes = await changesOf(db, epoch, some);
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

/** One by itself is most often of a task that nobody has changed since it was seen, and then needs no look at it before: a journey less to the database. */
async function changesOf(db: Database, epoch: number, observed: readonly Observed[]): Promise<readonly Change[]> {
  const [first, ...others] = observed;
  const change = first === undefined || others.length > 0 ? null : await db.write(async (tx) => recordUnread(db, tx, epoch, first));
  return (await change?.made()) ?? db.write((tx) => recordNews(db, tx, epoch, observed));
}

/** Made of statements that change nothing unless the task is as it was; what they made of it is known after the commit: null when it was not. */
async function recordUnread(db: Database, tx: Tx, epoch: number, { before, observation, dueAt }: Observed): Promise<{ made(): Promise<readonly Change[] | null> }> {
  const about = db.nowAbout();
  const after = observe(before, observation, about);
  const turn = takeTurn(db, tx, epoch, 1);
  const changed = changeTask(db, tx, epoch, before, after, dueAt(about));
  lastly(tx, turn, changed);
  if (after.sequence !== before.sequence) lastly(tx, appendAsChanged(tx, epoch, transitionTo(after, before, 0)));
  return {
    async made() {
      if ((await turn) === null) return [];
      const updatedAt = await changed;
      return updatedAt === null ? null : [{ from: before, to: { ...after, updatedAt } }];
    },
  };
}

async function recordNews(db: Database, tx: Tx, epoch: number, observed: readonly Observed[]): Promise<Change[]> {
  const [turn, found] = await Promise.all([takeTurn(db, tx, epoch, observed.length), findTasks(tx, observed.map(({ before }) => before.id))]);
  if (turn === null) return [];
  const { first, now } = turn;
  const current = new Map(found.map((task) => [task.id, task]));
  const transitions: LoggedTransition[] = [];
  const changes: Change[] = [];
  const updates: Promise<void>[] = [];
  for (const { before, observation, dueAt } of observed) {
    const from = current.get(before.id);
    if (from === undefined) continue;
    const to = observe(from, observation, now);
    changes.push({ from, to });
    if (to === from) continue;
    updates.push(updateTask(tx, to, dueAt(now)));
    if (to.sequence !== from.sequence) transitions.push(transitionTo(to, from, first + transitions.length));
  }
  lastly(tx, ...updates, append(tx, transitions));
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
  const known = starts.filter((start) => start.isTokenNew !== true);
  const subjects = [...new Set(known.map((start) => start.subject))];
  const tokens = [...new Set(known.map((start) => start.clientToken))];
  const found = await Promise.all([
    tokens.length === 0 ? [] : findTasksByTokens(sql, subjects, tokens),
    ...starts.map(async ({ retryOf }) => (retryOf === undefined ? [] : ((await findRetry(sql, retryOf)) ?? []))),
  ]);
  const earlier = new Earlier();
  for (const task of found.flat()) earlier.add(task);
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

type Written = { readonly outcomes: AcceptOutcome[]; /** The one that is to be sent after the commit. */ readonly toSend: Task | null };

async function acceptAll(db: Database, tx: Tx, starts: readonly Start[], offerOf: (turn: Promise<Turn | null>) => Promise<Offer | null>): Promise<Written> {
  const awaited = takeTurn(db, tx, null, starts.length);
  const [turn, earlier, offer] = await Promise.all([awaited, earlierOf(tx, starts), offerOf(awaited)]);
  if (turn === null) throw new Error('The log has no head row.');
  const { first, now } = turn;
  const news: NewStart[] = [];
  const outcomes = starts.map((start): AcceptOutcome => {
    const before = earlier.of(start);
    if (before !== undefined) return compare(before, start.input);
    const task = newTask(start, first + news.length, now);
    earlier.add(task);
    news.push({ task, awsClientToken: awsClientToken(start), attemptedAt: news.length === 0 ? offer?.now : undefined });
    return { type: 'accepted', task, replayed: false };
  });
  const [oldest] = news;
  if (oldest === undefined) return { outcomes, toSend: null };
  const transitions = news.map(({ task }) => transitionTo(task, null, task.position));
  lastly(tx, insertTasks(tx, news), append(tx, transitions));
  offer?.take(oldest);
  return { outcomes, toSend: offer === null ? null : oldest.task };
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

function compare(earlier: Task, input: TaskInput): AcceptOutcome {
  return canonical(earlier.input) === canonical(input) ? { type: 'accepted', task: earlier, replayed: true } : { type: 'token-reused', task: earlier };
}

/** Equal texts for equal starts: members in one order, and tags too, since AWS gives their order no meaning. */
function canonical(input: TaskInput | ExternalInput): string {
  const tags = input.tags.map((tag) => [tag.key, tag.value]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify(Object.entries({ ...input, tags }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
