/**
 * Records what was observed of tasks, in one transaction that keeps tasks and log together. It takes its turn among the writers first; what is
 * read after that cannot change meanwhile.
 */
import type { Database, Tx } from '../db/database.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { append, reservePositions, type LoggedTransition } from '../transitions/log.js';
import { transitionTo } from './store/transition-payload.js';
import { findTasks, updateTask } from './store/task-queries.js';
import { observe, type Observation, type Task } from './task.js';

/** A turn in the line of writers is no longer than this many tasks. */
const TASKS_AT_ONCE = 100;

/** What was observed of one task, how it was last seen here, and when it is to be looked at next if it goes on. */
export type Observed = {
  readonly before: Task;
  readonly observation: Observation;
  readonly dueAt: (now: number) => number;
};

/**
 * Records observations made under `epoch`, of each task one. Returns the tasks as they then stand, by id; one that is missing is gone, or
 * another worker's by now: then nothing is written of it, because the newer worker asks AWS itself.
 */
export async function recordObservations(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  observed: readonly Observed[],
): Promise<Map<string, Task>> {
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
  const [turn, found] = await Promise.all([
    reservePositions(db, tx, epoch, observed.length),
    findTasks(
      tx,
      observed.map(({ before }) => before.id),
    ),
  ]);
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
  await Promise.all([...updates, append(tx, transitions)]);
  return changes;
}
