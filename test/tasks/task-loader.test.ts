import { expect, test } from '@jest/globals';
import { UnreadableRowError } from '../../src/db/errors/unreadable-row.js';
import { createTaskLoader } from '../../src/tasks/task-loader.js';
import type { Task } from '../../src/tasks/task.js';
import { taskWith } from '../support/harness/task-harness.js';

/** A database with these tasks, and one whose row is damaged. */
function createDatabase(ids: readonly string[], damaged?: string) {
  const statements: (readonly string[])[] = [];
  const read = async (asked: readonly string[]): Promise<Task[]> => {
    statements.push(asked);
    if (damaged !== undefined && asked.includes(damaged)) throw new UnreadableRowError('The row is damaged.');
    return asked
      .filter((id) => ids.includes(id))
      .reverse()
      .map((id) => taskWith({ id }));
  };
  return { statements, read: createTaskLoader(read) };
}

test('tasks that are asked for together are read by one statement, which names each once', async () => {
  const { statements, read } = createDatabase(['a', 'b', 'c']);
  expect((await Promise.all(['a', 'none', 'b', 'a'].map(read))).map((task) => task?.id)).toEqual([
    'a',
    undefined,
    'b',
    'a',
  ]);
  expect(statements).toEqual([['a', 'none', 'b']]);
});

test('a damaged row fails none of the other tasks', async () => {
  const { read } = createDatabase(['a', 'bad', 'b'], 'bad');
  const settled = await Promise.allSettled(['a', 'bad', 'none', 'b'].map(read));
  expect(settled).toMatchObject([
    { value: { id: 'a' } },
    { reason: { code: 'UNREADABLE_ROW' } },
    { value: null },
    { value: { id: 'b' } },
  ]);
});

test('an id that no database can hold reaches none', async () => {
  const { statements, read } = createDatabase([]);
  expect(await read('a\0')).toBeNull();
  expect(statements).toEqual([]);
});

test('more tasks than a statement takes are read by the next ones', async () => {
  const ids = Array.from({ length: 2500 }, (_, index) => `task ${index}`);
  const { statements, read } = createDatabase(ids);
  expect((await Promise.all(ids.map(read))).map((task) => task?.id)).toEqual(ids);
  expect(statements.map((statement) => statement.length)).toEqual([1000, 1000, 500]);
});
