/** Reads the log for many subscribers of single tasks at once. Each gets the result that it would have had alone. */
import { createBatchLoader } from '../runtime/loading/batch-loader.js';
import { isStorableText } from '../db/storable-text.js';
import type { LoggedTransition } from './log.js';

type Rows = readonly LoggedTransition[];

/**
 * A subscriber waits for its whole batch. While subscribers return after an outage, one turn of the event loop accepts
 * one or two connections. A turn of an idle loop takes microseconds.
 */
export const BATCHES = { maxBatchSize: 64, loopTurns: 8 };

/** The statements, whose results are ordered by task. */
export type TaskLog = {
  after(taskIds: readonly string[], position: number, limit: number): Promise<Rows>;
  latestOf(taskIds: readonly string[]): Promise<Rows>;
};

export type TaskLogLoader = {
  /** Transitions of a task, oldest first. */
  after(taskId: string, position: number, limit: number): Promise<Rows>;
  /** The last transition of a task, or none. */
  latest(taskId: string): Promise<Rows>;
};

type Question = { readonly taskId: string; readonly position: number; readonly limit: number };

export function createTaskLogLoader(log: TaskLog): TaskLogLoader {
  const after = createBatchLoader(async (questions: readonly Question[]): Promise<readonly Rows[]> => {
    const limit = questions.reduce((sum, question) => sum + question.limit, 0);
    const rows = await log.after(
      idsOf(questions.map(({ taskId }) => taskId)),
      Math.min(...questions.map(({ position }) => position)),
      limit,
    );
    const byTask = groupedByTask(rows);
    const answerTo = (question: Question): Rows =>
      (byTask.get(question.taskId) ?? [])
        .filter(({ position }) => position > question.position)
        .slice(0, question.limit);
    // The limit may have cut off the last task of the result, and the tasks behind it.
    const stoppedAt = rows.length < limit ? undefined : rows.at(-1)?.taskId;
    const mayBeCut = ({ taskId }: Question): boolean =>
      stoppedAt !== undefined && (taskId === stoppedAt || !byTask.has(taskId));
    const cut = questions.filter((question) => mayBeCut(question) && answerTo(question).length < question.limit);
    const alone = new Map(
      await Promise.all(
        cut.map(
          async (question) =>
            [question, await log.after([question.taskId], question.position, question.limit)] as const,
        ),
      ),
    );
    return questions.map((question) => alone.get(question) ?? answerTo(question));
  }, BATCHES);

  const latest = createBatchLoader(async (taskIds: readonly string[]): Promise<readonly Rows[]> => {
    const byTask = groupedByTask(await log.latestOf(idsOf(taskIds)));
    return taskIds.map((taskId) => byTask.get(taskId) ?? []);
  }, BATCHES);

  return {
    after: async (taskId, position, limit) => (isStorableText(taskId) ? after({ taskId, position, limit }) : []),
    latest: async (taskId) => (isStorableText(taskId) ? latest(taskId) : []),
  };
}

/** Each id once, padded to a power of two, so that few distinct statements serve all batches. */
function idsOf(taskIds: readonly string[]): readonly string[] {
  const ids = [...new Set(taskIds)];
  const count = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array.from({ length: count - ids.length }, () => ids[0] ?? '')];
}

function groupedByTask(rows: Rows): Map<string, LoggedTransition[]> {
  const byTask = new Map<string, LoggedTransition[]>();
  for (const row of rows) {
    const ofTask = byTask.get(row.taskId);
    if (ofTask === undefined) byTask.set(row.taskId, [row]);
    else ofTask.push(row);
  }
  return byTask;
}
