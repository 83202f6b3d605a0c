import { expect, test } from '@jest/globals';
import { UnreadableRowError } from '../../../src/db/errors/unreadable-row.js';
import { createTaskLoader } from '../../../src/tasks/service/task-loader.js';
import type { Task } from '../../../src/tasks/task.js';
import { taskWith } from '../../support/harness/task-harness.js';

/** A loader on a database with these tasks, one of which may have a damaged row. */
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

test('loads at the same time share one statement, which names each task once', async () => {
  const { statements, read } = createDatabase(['a', 'b', 'c']);
  expect((await Promise.all(['a', 'none', 'b', 'a'].map(read))).map((task) => task?.id)).toEqual([
    'a',
    undefined,
    'b',
    'a',
  ]);
  expect(statements).toEqual([['a', 'none', 'b']]);
});

test('a damaged row fails only its own load', async () => {
  const { read } = createDatabase(['a', 'bad', 'b'], 'bad');
  const settled = await Promise.allSettled(['a', 'bad', 'none', 'b'].map(read));
  expect(settled).toMatchObject([
    { value: { id: 'a' } },
    { reason: { code: 'UNREADABLE_ROW' } },
    { value: null },
    { value: { id: 'b' } },
  ]);
});

test('an id that no database can store needs no statement', async () => {
  const { statements, read } = createDatabase([]);
  expect(await read('a\0')).toBeNull();
  expect(statements).toEqual([]);
});

test('loads of more than 1000 tasks are split into several statements', async () => {
  const ids = Array.from({ length: 2500 }, (_, index) => `task ${index}`);
  const { statements, read } = createDatabase(ids);
  expect((await Promise.all(ids.map(read))).map((task) => task?.id)).toEqual(ids);
  expect(statements.map((statement) => statement.length)).toEqual([1000, 1000, 500]);
});
