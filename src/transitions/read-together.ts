/**
 * Reading the log for many readers of single tasks: those who ask at about the same time share a statement, which for thirty tasks costs less
 * than ten statements for one. When a proxy restarts, or a network comes back, all readers return at once. What a reader gets is never older
 * than its question: the statement begins after it.
 */
import type { LoggedTransition } from './log.js';

type Rows = readonly LoggedTransition[];

export type TaskLog = {
  /** Of one task after a position, oldest first. */
  one(taskId: string, after: number, limit: number): Promise<Rows>;
  /** Of several, task by task. */
  many(taskIds: readonly string[], after: number, limit: number): Promise<Rows>;
};

type Question = { readonly taskId: string; readonly after: number; readonly limit: number; readonly resolve: (rows: Rows) => void; readonly reject: (error: unknown) => void };

/** Whoever shares a statement is served in one go, which others have to wait for. */
const AT_ONCE = 64;
/**
 * Of the loop, for which a question waits for others. While readers return, a turn hears one or two of them, for it accepts one connection;
 * while nothing happens, a turn takes some microseconds.
 */
const TURNS = 8;
/** The more are under way, the fewer are shared; a second one, so that not everybody waits for one that hangs. */
const MAX_UNDER_WAY = 2;

export function createTaskLogReader(log: TaskLog): TaskLog['one'] {
  const waiting: Question[] = [];
  let underWay = 0;
  let isDue = false;

  function gather(): void {
    if (isDue || underWay >= MAX_UNDER_WAY || waiting.length === 0) return;
    isDue = true;
    setImmediate(takeTurn, TURNS);
  }

  function takeTurn(left: number): void {
    if (left > 1 && waiting.length < AT_ONCE) return void setImmediate(takeTurn, left - 1);
    isDue = false;
    void answer(waiting.splice(0, AT_ONCE));
    gather();
  }

  async function answer(questions: readonly Question[]): Promise<void> {
    underWay += 1;
    await (questions.length === 1 ? answerEach(questions) : answerTogether(questions));
    underWay -= 1;
    gather();
  }

  async function answerEach(questions: readonly Question[]): Promise<void> {
    await Promise.all(questions.map(({ taskId, after, limit, resolve, reject }) => log.one(taskId, after, limit).then(resolve, reject)));
  }

  async function answerTogether(questions: readonly Question[]): Promise<void> {
    const limit = questions.reduce((sum, question) => sum + question.limit, 0);
    try {
      const rows = await log.many(padded([...new Set(questions.map(({ taskId }) => taskId))]), Math.min(...questions.map(({ after }) => after)), limit);
      const byTask = groupedByTask(rows);
      // The task at which the statement stopped, and those behind it, are not told of in full.
      const stoppedAt = rows.length < limit ? undefined : rows.at(-1)?.taskId;
      const isTold = ({ taskId }: Question) => stoppedAt === undefined || (byTask.has(taskId) && taskId !== stoppedAt);
      for (const question of questions.filter(isTold)) {
        question.resolve((byTask.get(question.taskId) ?? []).filter(({ position }) => position > question.after).slice(0, question.limit));
      }
      await answerEach(questions.filter((question) => !isTold(question)));
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  return async (taskId, after, limit) => {
    // PostgreSQL has no text with this character in it: the statement would fail for all who share it.
    if (taskId.includes('\0')) return [];
    return new Promise((resolve, reject) => {
      waiting.push({ taskId, after, limit, resolve, reject });
      gather();
    });
  };
}

/** To a length that is a power of two, so that few statements serve all. */
function padded(ids: readonly string[]): readonly string[] {
  const [first = ''] = ids;
  const length = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array.from({ length: length - ids.length }, () => first)];
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
