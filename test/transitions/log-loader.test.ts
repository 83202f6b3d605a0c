/** Readers that ask together get what each would have got alone: everything after its own place, once, in order, and from after it asked. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { LoggedTransition } from '../../src/transitions/log.js';
import { createTaskLogReader } from '../../src/transitions/log-loader.js';

const LIMIT = 16;

function rowsOf(taskIds: readonly string[]): LoggedTransition[] {
  const rows: LoggedTransition[] = [];
  for (const taskId of taskIds) {
    const sequence = rows.filter((row) => row.taskId === taskId).length + 1;
    rows.push({ position: rows.length + 1, taskId, sequence, terminal: false, recordedAt: 0, payload: '' });
  }
  return rows;
}

/** A log whose statements can be held; each sees the log as it is when it begins. */
function createLog(rows: LoggedTransition[]) {
  const statements: { readonly ids: readonly string[]; answer(): void; fail(error: Error): void }[] = [];
  let held = false;
  const answered = (ids: readonly string[], found: readonly LoggedTransition[]): Promise<readonly LoggedTransition[]> =>
    new Promise((resolve, reject) => {
      statements.push({ ids, answer: () => resolve(found), fail: reject });
      if (!held) resolve(found);
    });
  const after = (ids: readonly string[], position: number) =>
    rows.filter((row) => ids.includes(row.taskId) && row.position > position);
  const sorted = (found: readonly LoggedTransition[]) =>
    [...found].sort((a, b) => (a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : a.sequence - b.sequence));
  const reader = createTaskLogReader({
    after: (ids, position, limit) => answered(ids, sorted(after(ids, position)).slice(0, limit)),
    latestOf: (ids) =>
      answered(
        ids,
        rows.filter(
          (row) =>
            ids.includes(row.taskId) &&
            !rows.some(({ taskId, position }) => taskId === row.taskId && position > row.position),
        ),
      ),
  });
  return {
    rows,
    statements,
    hold: () => void (held = true),
    read: (id: string, position: number, limit: number) => reader.after(id, position, limit),
    latest: (id: string) => reader.latest(id),
  };
}

async function whenStatements(log: { readonly statements: readonly unknown[] }, count: number): Promise<void> {
  while (log.statements.length < count) await turnOfTheLoop();
}

test('whoever asks together gets what it would get alone, whatever each task has and wherever each reader is', async () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'none');
  const question = fc.record({ id, after: fc.nat(30), limit: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60, size: 'max' }),
      fc.array(question, { minLength: 1, maxLength: 90 }),
      async (taskIds, questions) => {
        const { rows, read } = createLog(rowsOf(taskIds));
        const answers = await Promise.all(questions.map(({ id: taskId, after, limit }) => read(taskId, after, limit)));
        expect(answers).toEqual(
          questions.map(({ id: taskId, after, limit }) =>
            rows.filter((row) => row.taskId === taskId && row.position > after).slice(0, limit),
          ),
        );
      },
    ),
  );
});

test('those who ask within a few turns of the loop share a statement, and one alone has its own', async () => {
  const log = createLog(rowsOf(['a', 'b', 'c', 'b']));
  const first = log.read('a', 0, LIMIT);
  await turnOfTheLoop();
  const second = log.read('b', 2, LIMIT);
  expect(await first).toMatchObject([{ taskId: 'a', sequence: 1 }]);
  expect(await second).toMatchObject([{ taskId: 'b', sequence: 2 }]);
  await log.read('c', 0, LIMIT);
  expect(log.statements.map(({ ids }) => ids)).toEqual([['a', 'b'], ['c']]);
});

test('a reader alone needs no second statement when there is more than it asked for', async () => {
  const log = createLog(rowsOf(['a', 'a', 'a']));
  expect(await log.read('a', 0, 2)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
  expect(log.statements).toHaveLength(1);
});

test('nobody is answered by a statement that began before the question', async () => {
  const log = createLog(rowsOf(['a']));
  log.hold();
  const first = log.read('a', 0, LIMIT);
  await whenStatements(log, 1);
  log.rows.push(...rowsOf(['a', 'a']).slice(1));
  const second = log.read('a', 0, LIMIT);
  await whenStatements(log, 2);
  for (const statement of log.statements) statement.answer();
  expect([(await first).length, (await second).length]).toEqual([1, 2]);
});

test('while two statements are under way the others wait, and share the next one', async () => {
  const log = createLog(rowsOf(['a', 'b', 'c', 'd']));
  log.hold();
  const answers = [log.read('a', 0, LIMIT)];
  await whenStatements(log, 1);
  answers.push(log.read('b', 0, LIMIT));
  await whenStatements(log, 2);
  const later = ['c', 'd'].map((id) => log.read(id, 0, LIMIT));
  for (let turn = 0; turn < 50; turn += 1) await turnOfTheLoop();
  expect(log.statements).toHaveLength(2);
  log.statements[0]?.answer();
  await whenStatements(log, 3);
  for (const statement of log.statements) statement.answer();
  expect((await Promise.all([...answers, ...later])).map(([row]) => row?.taskId)).toEqual(['a', 'b', 'c', 'd']);
  expect(log.statements.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd']]);
});

test('a statement that fails fails those who share it and no others, and the next one is read', async () => {
  const log = createLog(rowsOf(['a', 'b', 'c']));
  log.hold();
  const shared = ['a', 'b'].map((id) => log.read(id, 0, LIMIT));
  await whenStatements(log, 1);
  const other = log.read('c', 0, LIMIT);
  await whenStatements(log, 2);
  log.statements[0]?.fail(new Error('gone'));
  for (const each of shared) await expect(each).rejects.toThrow('gone');
  log.statements[1]?.answer();
  expect(await other).toMatchObject([{ taskId: 'c' }]);
  const again = log.read('a', 0, LIMIT);
  await whenStatements(log, 3);
  log.statements[2]?.answer();
  expect(await again).toMatchObject([{ taskId: 'a' }]);
});

test("an id that no database can hold is nobody else's trouble", async () => {
  const log = createLog(rowsOf(['a']));
  const [odd, good] = await Promise.all([log.read('a\0', 0, LIMIT), log.read('a', 0, LIMIT)]);
  expect([odd, good]).toMatchObject([[], [{ taskId: 'a' }]]);
  expect(log.statements.map(({ ids }) => ids)).toEqual([['a']]);
});

test('thousands of readers need one statement for each sixty-four, and few kinds of statements', async () => {
  const ids = Array.from({ length: 2010 }, (_, index) => `task ${index}`);
  const log = createLog(rowsOf(ids));
  const answers = await Promise.all(ids.map((id) => log.read(id, 0, LIMIT)));
  expect(answers.map(([row]) => row?.taskId)).toEqual(ids);
  expect([...new Set(log.statements.map((statement) => statement.ids.length))]).toEqual([64, 32]);
  expect(log.statements).toHaveLength(32);
});

test('those who ask for what came last share a statement too, and get the last of their own task or nothing', async () => {
  const log = createLog(rowsOf(['a', 'b', 'a', 'c']));
  const latest = await Promise.all(['a', 'c', 'a', 'none', 'a\0'].map((id) => log.latest(id)));
  expect(latest).toMatchObject([
    [{ taskId: 'a', sequence: 2 }],
    [{ taskId: 'c', sequence: 1 }],
    [{ taskId: 'a', sequence: 2 }],
    [],
    [],
  ]);
  expect(log.statements.map(({ ids }) => ids)).toEqual([['a', 'c', 'none', 'a']]);
});
