/**
 * Records observations in one transaction that keeps tasks and log together. It reserves positions before it reads, so
 * that the tasks cannot change between the read and the commit.
 */
import type { Database, Tx } from '../db/database.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { append, reservePositions, type LoggedTransition } from '../transitions/log.js';
import { transitionTo } from './store/transition-payload.js';
import { findTasks, knownAwsTaskIds, updateTask } from './store/task-queries.js';
import { observe, type Observation, type Task } from './task.js';

/** Bounds the transaction, and so the time that other writers wait. */
const MAX_TASKS_PER_WRITE = 100;

/** An observation of one task. */
export type Observed = {
  /** The task as it was last read from the database. */
  readonly before: Task;
  readonly observation: Observation;
};

/**
 * Records observations under `epoch`, one for each task.
 * @returns the tasks afterwards, by id. A task is missing if it was deleted, or if `epoch` is no longer the newest.
 * Such a task is not written, because the newer worker asks AWS itself. A task is unchanged if its answer was found by
 * its record and belongs to another task by now. A task of AWS belongs to one start.
 */
export async function recordObservations(
  db: Database,
  telemetry: Telemetry,
  epoch: number,
  observed: readonly Observed[],
): Promise<Map<string, Task>> {
  const known = new Map(observed.map(({ before }) => [before.id, before]));
  // Most polls change nothing, and then need no transaction.
  const changing = observed.filter(
    ({ before, observation }) => observe(before, observation, before.updatedAt) !== before,
  );
  for (let start = 0; start < changing.length; start += MAX_TASKS_PER_WRITE) {
    const some = changing.slice(start, start + MAX_TASKS_PER_WRITE);
    const changes = await db.write((tx) => writeChanges(db, tx, epoch, some));
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

async function writeChanges(db: Database, tx: Tx, epoch: number, observed: readonly Observed[]): Promise<Change[]> {
  const [reservation, found, claimed] = await Promise.all([
    reservePositions(db, tx, epoch, observed.length),
    findTasks(
      tx,
      observed.map(({ before }) => before.id),
    ),
    knownAwsTaskIds(
      tx,
      observed.flatMap(({ observation }) => idFoundByRecord(observation) ?? []),
    ),
  ]);
  if (reservation === null) return [];
  const { first, now } = reservation;
  const current = new Map(found.map((task) => [task.id, task]));
  const transitions: LoggedTransition[] = [];
  const changes: Change[] = [];
  const updates: Promise<void>[] = [];
  for (const { before, observation } of observed) {
    const from = current.get(before.id);
    if (from === undefined) continue;
    const awsId = idFoundByRecord(observation);
    const { taskId } = from.details;
    const isOthers = awsId !== null && taskId !== awsId && (taskId !== null || claimed.has(awsId));
    if (awsId !== null) claimed.add(awsId);
    const to = isOthers ? from : observe(from, observation, now);
    changes.push({ from, to });
    if (to === from) continue;
    updates.push(updateTask(tx, to));
    if (to.sequence !== from.sequence) transitions.push(transitionTo(to, from, first + transitions.length));
  }
  await Promise.all([...updates, append(tx, transitions)]);
  return changes;
}

function idFoundByRecord(observation: Observation): string | null {
  return observation.type === 'answered' && observation.isFoundByRecord === true ? observation.answer.taskId : null;
}
