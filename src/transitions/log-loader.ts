/** The log as many subscribers of single tasks read it together: each gets what it would have got alone. */
import { createBatchLoader } from '../runtime/batch-loader.js';
import { isStorableText } from '../db/storable-text.js';
import type { LoggedTransition } from './log.js';

type Rows = readonly LoggedTransition[];

/**
 * A subscriber waits for the whole batch that it is in. While subscribers return after a cut, a turn of the event loop hears one or two of them,
 * because it accepts one connection; an idle loop takes some microseconds for a turn.
 */
export const BATCHES = { maxBatchSize: 64, turns: 8 };

/** The statements; those for several tasks answer task by task. */
export type TaskLog = {
  after(taskIds: readonly string[], position: number, limit: number): Promise<Rows>;
  latestOf(taskIds: readonly string[]): Promise<Rows>;
};

export type TaskLogReader = {
  /** Transitions of a task, oldest first. */
  after(taskId: string, position: number, limit: number): Promise<Rows>;
  /** The last one of a task; none when there is none. */
  latest(taskId: string): Promise<Rows>;
};

type Question = { readonly taskId: string; readonly position: number; readonly limit: number };

export function createTaskLogReader(log: TaskLog): TaskLogReader {
  const after = createBatchLoader(async (questions: readonly Question[]): Promise<readonly Rows[]> => {
    const limit = questions.reduce((sum, question) => sum + question.limit, 0);
    const rows = await log.after(
      idsOf(questions.map(({ taskId }) => taskId)),
      Math.min(...questions.map(({ position }) => position)),
      limit,
    );
    const byTask = groupedByTask(rows);
    const toldOf = (question: Question): Rows =>
      (byTask.get(question.taskId) ?? [])
        .filter(({ position }) => position > question.position)
        .slice(0, question.limit);
    // Of the task at which the statement stopped, and of those behind it, it may have told too little.
    const stoppedAt = rows.length < limit ? undefined : rows.at(-1)?.taskId;
    const isUntold = ({ taskId }: Question): boolean =>
      stoppedAt !== undefined && (taskId === stoppedAt || !byTask.has(taskId));
    const untold = questions.filter((question) => isUntold(question) && toldOf(question).length < question.limit);
    const alone = new Map(
      await Promise.all(
        untold.map(
          async (question) =>
            [question, await log.after([question.taskId], question.position, question.limit)] as const,
        ),
      ),
    );
    return questions.map((question) => alone.get(question) ?? toldOf(question));
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

/** Each once, made up to a number that is a power of two, so that few statements serve all. */
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
