/**
 * Accepts starts in one transaction that keeps tasks and log together. It takes its turn among the writers before it reads, so that the tasks of earlier
 * starts cannot change until the commit.
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
 * Every caller that makes the same start under the same token, or tries the same task again, gets the same task, however many do so at once. The outcomes
 * are in the order of the starts, and so are the positions of the new tasks.
 */
export async function acceptStarts(
  db: Database,
  telemetry: Telemetry,
  starts: readonly Start[],
): Promise<AcceptOutcome[]> {
  // Repeated starts are answered by this read alone, so that they do not wait in the line of writers.
  const outcomes = replays(starts, await earlierOf(db.sql, starts)) ?? (await acceptTogether(db, starts));
  for (const [index, outcome] of outcomes.entries()) {
    // What the caller may not have is refused, and no start.
    if (outcome.type !== 'accepted' || starts[index]?.mayHave?.(outcome.task) === false) continue;
    const { id, input, sequence, status } = outcome.task;
    telemetry.startAccepted({ id, kind: input.kind, catalog: input.catalog, replayed: outcome.replayed });
    if (!outcome.replayed) telemetry.transitionAppended({ id, kind: input.kind, sequence, status, reasonCode: null });
  }
  return outcomes;
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

async function acceptTogether(db: Database, starts: readonly Start[]): Promise<AcceptOutcome[]> {
  return db.write(async (tx) => {
    const [turn, earlier] = await Promise.all([reservePositions(db, tx, null, starts.length), earlierOf(tx, starts)]);
    if (turn === null) throw new LogHeadMissingError();
    const { first, now } = turn;
    const news: NewStart[] = [];
    const outcomes = starts.map((start): AcceptOutcome => {
      const before = earlier.of(start);
      if (before !== undefined) return compare(before, start.input);
      const task = newTask(start, first + news.length, now);
      earlier.add(task);
      news.push({ task, awsClientToken: awsClientToken(start) });
      return { type: 'accepted', task, replayed: false };
    });
    if (news.length > 0)
      await Promise.all([
        insertTasks(tx, news),
        append(
          tx,
          news.map(({ task }) => transitionTo(task, null, task.position)),
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

/** Equal texts for equal starts: members in one order, and tags too, since AWS gives their order no meaning. */
function canonical(input: TaskInput | ExternalInput): string {
  const tags = input.tags.map((tag) => [tag.key, tag.value]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify(Object.entries({ ...input, tags }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
