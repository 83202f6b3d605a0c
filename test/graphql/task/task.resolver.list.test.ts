/** Lists of tasks: pages, filters and totals. */
import { describe, expect, test } from '@jest/globals';
import type { Page } from '../../../src/tasks/tasks.js';
import type { Task } from '../../../src/tasks/task.js';
import { BAD_CURSOR, ENGAGEMENT_INPUT, VIEWER, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const WITHOUT_RIGHT = { ...VIEWER, reads: 'none' } as const;

describe('Query.tasks', () => {
  const PAGE: Page<Task> = {
    items: [
      { cursor: 'c2', item: aTask({ id: 'two', input: ENGAGEMENT_INPUT }) },
      { cursor: 'c1', item: aTask({ id: 'one' }) },
    ],
    hasNextPage: true,
    hasPreviousPage: false,
  };

  test('a page has edges and nodes, and the total is not counted unless it is selected', async () => {
    const tasks = fakeTasks({ list: PAGE });
    const query =
      '{ tasks { edges { cursor node { id } } nodes { __typename id } pageInfo { hasNextPage hasPreviousPage ' +
      'startCursor endCursor } } }';
    expect(await run(query, contextWith(tasks))).toEqual({
      data: {
        tasks: {
          edges: [
            { cursor: 'c2', node: { id: 'two' } },
            { cursor: 'c1', node: { id: 'one' } },
          ],
          nodes: [
            { __typename: 'OpportunityFromEngagementTask', id: 'two' },
            { __typename: 'EngagementFromOpportunityTask', id: 'one' },
          ],
          pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: 'c2', endCursor: 'c1' },
        },
      },
    });
    expect(tasks.asked.count).toEqual([]);
    expect(tasks.asked.logCursor).toEqual([]);
  });

  test('the position of the log is read if a fragment selects it', async () => {
    const tasks = fakeTasks({ list: PAGE });
    const query = '{ tasks { ...Position } } fragment Position on TaskConnection { logCursor }';
    expect(await run(query, contextWith(tasks))).toEqual({ data: { tasks: { logCursor: 'cursor-end' } } });
    expect(tasks.asked.logCursor).toHaveLength(1);
  });

  test('the total counts the tasks that match the filter', async () => {
    const tasks = fakeTasks({ list: PAGE, count: 17 });
    const query = '{ tasks(first: 2, filter: { startedBy: "ada" }) { totalCount } }';
    expect(await run(query, contextWith(tasks))).toEqual({ data: { tasks: { totalCount: 17 } } });
    expect(tasks.asked.count).toEqual([[VIEWER, { startedBy: 'ada' }]]);
  });

  test('an empty page has no cursors', async () => {
    const list = { items: [], hasNextPage: false, hasPreviousPage: true };
    expect(
      await run('{ tasks { nodes { id } pageInfo { startCursor endCursor } } }', contextWith(fakeTasks({ list }))),
    ).toEqual({
      data: { tasks: { nodes: [], pageInfo: { startCursor: null, endCursor: null } } },
    });
  });

  test.each([
    ['20 without arguments', '', { first: 20, after: null }],
    ['20 for arguments that are null', '(first: null, after: null)', { first: 20, after: null }],
    ['the given number', '(first: 100, after: "c1")', { first: 100, after: 'c1' }],
  ])('a page has at most as many tasks as requested: %s', async (_title, args, expected) => {
    const tasks = fakeTasks({ list: PAGE });
    await run(`{ tasks${args} { nodes { id } } }`, contextWith(tasks));
    expect(tasks.asked.list.map(([, , page]) => page)).toEqual([expected]);
  });

  test('every member of the filter is passed on, and null counts as absent', async () => {
    const tasks = fakeTasks({ list: PAGE });
    const filter = {
      kinds: ['OPPORTUNITY_FROM_ENGAGEMENT'],
      catalogs: ['AWS'],
      statuses: ['FAILED', 'REJECTED'],
      identifiers: ['O1'],
      batchIds: ['batch-one'],
      startedBy: 'ada',
    };
    const query = 'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }';
    await run(query, contextWith(tasks), { filter });
    await run(query, contextWith(tasks), {
      filter: { kinds: null, catalogs: null, statuses: null, identifiers: null, batchIds: null, startedBy: null },
    });
    await run(query, contextWith(tasks), { filter: null });
    expect(tasks.asked.list.map(([, wanted]) => wanted)).toEqual([filter, {}, {}]);
  });

  test.each(['kinds', 'catalogs', 'statuses', 'identifiers', 'batchIds'])(
    'the list %s of a filter accepts 200 values and refuses more',
    async (name) => {
      const tasks = fakeTasks({ list: PAGE });
      const value = { kinds: 'OPPORTUNITY_FROM_ENGAGEMENT', catalogs: 'AWS', statuses: 'FAILED' }[name] ?? 'one';
      const query = 'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }';
      const ask = (count: number) => run(query, contextWith(tasks), { filter: { [name]: Array(count).fill(value) } });
      expect(codesOf(await ask(200))).toEqual([]);
      expect(await ask(201)).toMatchObject({
        errors: [
          { message: `${name} has too many values (limit 200, got 201).`, extensions: { code: 'BAD_USER_INPUT' } },
        ],
      });
      expect(tasks.asked.list).toHaveLength(1);
    },
  );

  test.each([0, -1, 101])('a page size outside 1 to 100 is refused: %i', async (first) => {
    const answer = await run(`{ tasks(first: ${first}) { nodes { id } } }`, contextWith(fakeTasks({})));
    expect(answer).toMatchObject({
      errors: [{ message: `first must be 1 to 100 (got ${first}).`, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('an invalid cursor is refused with the reason', async () => {
    const answer = await run('{ tasks(after: "x") { nodes { id } } }', contextWith(fakeTasks({ list: BAD_CURSOR })));
    expect(answer).toMatchObject({
      errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }],
    });
  });

  test('a caller who may not read tasks is refused', async () => {
    expect(
      codesOf(await run('{ tasks { nodes { id } } }', contextWith(fakeTasks({}), { viewer: WITHOUT_RIGHT }))),
    ).toEqual(['FORBIDDEN']);
  });
});
