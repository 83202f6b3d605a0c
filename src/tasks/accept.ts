/**
 * Accepts starts in one transaction that keeps tasks and log together. It reserves positions before it reads, so that
 * the tasks of earlier starts cannot change until the commit.
 */
import type { Database, Sql } from '../db/database.js';
import { LogHeadMissingError } from '../db/errors/explain.js';
import type { ExternalInput, TaskInput } from '../partner-central/model/task-kind.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { append, reservePositions } from '../transitions/log.js';
import { transitionTo } from './store/transition-payload.js';
import { insertTasks } from './store/insert.js';
import { awsClientToken, newTask, type NewStart, type Start } from './start.js';
import { findRetry, findTasksByTokens } from './store/task-queries.js';
import type { Task } from './task.js';

export type AcceptOutcome =
  | { readonly type: 'accepted'; readonly task: Task; readonly replayed: boolean }
  | { readonly type: 'token-reused'; readonly task: Task };

export type Accepted = Extract<AcceptOutcome, { type: 'accepted' }>;

/**
 * Equal starts under one client token are one task, and so are retries of one task, however many arrive at once.
 * The outcomes, and the positions of the new tasks, are in the order of the starts.
 */
export async function acceptStarts(
  db: Database,
  telemetry: Telemetry,
  starts: readonly Start[],
): Promise<AcceptOutcome[]> {
  // Repeated starts need this read only, so that they do not wait for the lock of the writers.
  const outcomes = replays(starts, await earlierTasksOf(db.sql, starts)) ?? (await acceptTogether(db, starts));
  for (const [index, outcome] of outcomes.entries()) {
    // A task that the caller may not see is refused later, and does not count as a start.
    if (outcome.type !== 'accepted' || starts[index]?.maySeeTask?.(outcome.task) === false) continue;
    const { id, input, sequence, status } = outcome.task;
    telemetry.startAccepted({ id, kind: input.kind, catalog: input.catalog, replayed: outcome.replayed });
    if (!outcome.replayed) telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: null });
  }
  return outcomes;
}

/** The tasks of starts that were made before. */
class EarlierTasks {
  readonly #byToken = new Map<string, Task>();
  readonly #byRetried = new Map<string, Task>();

  add(task: Task): void {
    this.#byToken.set(keyOf(task), task);
    if (task.retryOf !== null) this.#byRetried.set(task.retryOf, task);
  }

  /** A task has one retry: it is found for each caller and each token. */
  of(start: Start): Task | undefined {
    const retry = start.retryOf === undefined ? undefined : this.#byRetried.get(start.retryOf);
    return retry ?? this.#byToken.get(keyOf(start));
  }
}

function keyOf({
  subject,
  input,
  clientToken,
}: {
  readonly subject: string | null;
  readonly input: TaskInput | ExternalInput;
  readonly clientToken: string;
}): string {
  return JSON.stringify([subject, input.kind, input.catalog, clientToken]);
}

async function earlierTasksOf(sql: Sql, starts: readonly Start[]): Promise<EarlierTasks> {
  const known = starts.filter((start) => start.isTokenNew !== true);
  const subjects = [...new Set(known.map((start) => start.subject))];
  const tokens = [...new Set(known.map((start) => start.clientToken))];
  const found = await Promise.all([
    tokens.length === 0 ? [] : findTasksByTokens(sql, subjects, tokens),
    ...starts.map(async ({ retryOf }) => (retryOf === undefined ? [] : ((await findRetry(sql, retryOf)) ?? []))),
  ]);
  const earlier = new EarlierTasks();
  for (const task of found.flat()) earlier.add(task);
  return earlier;
}

/** @returns the outcomes when all starts were made before; null when at least one is new */
function replays(starts: readonly Start[], earlier: EarlierTasks): AcceptOutcome[] | null {
  const outcomes: AcceptOutcome[] = [];
  for (const start of starts) {
    const task = earlier.of(start);
    if (task === undefined) return null;
    outcomes.push(compare(task, start.input));
  }
  return outcomes;
}

async function acceptTogether(db: Database, starts: readonly Start[]): Promise<AcceptOutcome[]> {
  return db.write(async (tx) => {
    const [reservation, earlier] = await Promise.all([
      reservePositions(db, tx, null, starts.length),
      earlierTasksOf(tx, starts),
    ]);
    if (reservation === null) throw new LogHeadMissingError();
    const { first, now } = reservation;
    const newStarts: NewStart[] = [];
    const outcomes = starts.map((start): AcceptOutcome => {
      const before = earlier.of(start);
      if (before !== undefined) return compare(before, start.input);
      const task = newTask(start, first + newStarts.length, now);
      earlier.add(task);
      newStarts.push({ task, awsClientToken: awsClientToken(start) });
      return { type: 'accepted', task, replayed: false };
    });
    if (newStarts.length > 0)
      await Promise.all([
        insertTasks(tx, newStarts),
        append(
          tx,
          newStarts.map(({ task }) => transitionTo(task, null, task.position)),
        ),
      ]);
    return outcomes;
  });
}

function compare(earlier: Task, input: TaskInput): AcceptOutcome {
  return canonical(earlier.input) === canonical(input)
    ? { type: 'accepted', task: earlier, replayed: true }
    : { type: 'token-reused', task: earlier };
}

/** Equal texts for equal starts. The order of members and of tags does not count, because AWS ignores it. */
function canonical(input: TaskInput | ExternalInput): string {
  const tags = input.tags.map((tag) => [tag.key, tag.value]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify(Object.entries({ ...input, tags }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
