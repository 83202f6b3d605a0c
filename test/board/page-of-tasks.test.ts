/** A page of the list, and the changes of tasks on it and on other pages. */
import { expect, test } from '@jest/globals';
import { changed, type PageOfTasks, type Row } from '../../src/board/tasks/page-of-tasks.js';

const SIZE = 3;

/** Ids grow with time, also within the moment of a batch. */
const taskOf = (id: number, createdAt = '2026-01-01T00:00:00.000Z'): Row => ({ id: `id-${id}`, createdAt });
const idsOf = ({ rows }: PageOfTasks<Row>) => rows.map(({ id }) => id);

/** The first page of a batch of six. */
const PAGE: PageOfTasks<Row> = {
  rows: [6, 5, 4].map((id) => taskOf(id)),
  total: 6,
  endCursor: 'a cursor',
  hasNextPage: true,
  unseen: new Set(),
};

function after(tasks: readonly Row[], mayInsert = true): PageOfTasks<Row> {
  return changed(PAGE, { tasks, matches: () => true, mayInsert, size: SIZE });
}

test.each([true, false])('a task of the same batch on another page is not taken for a new one: %s', (mayInsert) => {
  expect(after([taskOf(1), taskOf(3)], mayInsert)).toEqual(PAGE);
});

test('new tasks take the first rows, the newest first, also one of the same moment', () => {
  const page = after([taskOf(7), taskOf(8, '2026-01-01T00:00:01.000Z')]);
  expect(idsOf(page)).toEqual(['id-8', 'id-7', 'id-6']);
  expect(page.total).toBe(8);
});

test('new tasks are counted once and not shown while a person is busy with the list', () => {
  const page = after([taskOf(7), taskOf(7)], false);
  expect([idsOf(page), page.total, [...page.unseen]]).toEqual([idsOf(PAGE), 7, ['id-7']]);
  const again = changed(page, { tasks: [taskOf(7)], matches: () => true, mayInsert: false, size: SIZE });
  expect([again.total, [...again.unseen]]).toEqual([7, ['id-7']]);
});
