/** Lists of tasks: pages, filters and totals. */
import { describe, expect, test } from '@jest/globals';
import type { Page } from '../../../src/tasks/tasks.js';
import type { Task } from '../../../src/tasks/task.js';
import { BAD_CURSOR, ENGAGEMENT_INPUT, VIEWER, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/harness/run-operation.js';

const NOBODY = { ...VIEWER, reads: 'none' } as const;

describe('Query.tasks', () => {
  const PAGE: Page<Task> = {
    items: [
      { cursor: 'c2', item: aTask({ id: 'two', input: ENGAGEMENT_INPUT }) },
      { cursor: 'c1', item: aTask({ id: 'one' }) },
    ],
    hasNextPage: true,
    hasPreviousPage: false,
  };

  test('returns a page as edges and as nodes, and counts only when asked to', async () => {
    const tasks = fakeTasks({ list: PAGE });
    const query =
      '{ tasks { edges { cursor node { id } } nodes { __typename id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
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
  });

  test('counts what the filter matches when the total is selected', async () => {
    const tasks = fakeTasks({ list: PAGE, count: 17 });
    const query = '{ tasks(first: 2, filter: { startedBy: "ada" }) { totalCount } }';
    expect(await run(query, contextWith(tasks))).toEqual({ data: { tasks: { totalCount: 17 } } });
    expect(tasks.asked.count).toEqual([[VIEWER, { startedBy: 'ada' }]]);
  });

  test('has no cursors on an empty page', async () => {
    const list = { items: [], hasNextPage: false, hasPreviousPage: true };
    expect(
      await run('{ tasks { nodes { id } pageInfo { startCursor endCursor } } }', contextWith(fakeTasks({ list }))),
    ).toEqual({
      data: { tasks: { nodes: [], pageInfo: { startCursor: null, endCursor: null } } },
    });
  });

  test.each([
    ['20 when nothing is said', '', { first: 20, after: null }],
    ['20 when null is said', '(first: null, after: null)', { first: 20, after: null }],
    ['what is said', '(first: 100, after: "c1")', { first: 100, after: 'c1' }],
  ])('asks for %s', async (_title, args, expected) => {
    const tasks = fakeTasks({ list: PAGE });
    await run(`{ tasks${args} { nodes { id } } }`, contextWith(tasks));
    expect(tasks.asked.list.map(([, , page]) => page)).toEqual([expected]);
  });

  test('hands every part of the filter on, and takes null for absent', async () => {
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
    'takes 200 values in the list %s of a filter, and refuses more',
    async (name) => {
      const tasks = fakeTasks({ list: PAGE });
      const value = { kinds: 'OPPORTUNITY_FROM_ENGAGEMENT', catalogs: 'AWS', statuses: 'FAILED' }[name] ?? 'one';
      const query = 'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id } } }';
      const ask = (count: number) => run(query, contextWith(tasks), { filter: { [name]: Array(count).fill(value) } });
      expect(codesOf(await ask(200))).toEqual([]);
      expect(await ask(201)).toMatchObject({
        errors: [{ message: `${name} has 201 values. Expected at most 200.`, extensions: { code: 'BAD_USER_INPUT' } }],
      });
      expect(tasks.asked.list).toHaveLength(1);
    },
  );

  test.each([0, -1, 101])('refuses first: %i', async (first) => {
    const answer = await run(`{ tasks(first: ${first}) { nodes { id } } }`, contextWith(fakeTasks({})));
    expect(answer).toMatchObject({
      errors: [{ message: `first must be 1 to 100, and is ${first}.`, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('refuses a bad cursor and says what is wrong with it', async () => {
    const answer = await run('{ tasks(after: "x") { nodes { id } } }', contextWith(fakeTasks({ list: BAD_CURSOR })));
    expect(answer).toMatchObject({
      errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }],
    });
  });

  test('refuses a caller who may not read', async () => {
    expect(codesOf(await run('{ tasks { nodes { id } } }', contextWith(fakeTasks({}), { viewer: NOBODY })))).toEqual([
      'FORBIDDEN',
    ]);
  });
});
