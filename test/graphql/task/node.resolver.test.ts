import { describe, expect, test } from '@jest/globals';
import { VIEWER, aBatch, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

describe('Query.node and Query.nodes', () => {
  const FIELDS = '__typename id ... on Task { status } ... on TaskBatch { totalCount }';

  test('an id of a task gives the task, an id of a batch the batch, and any other id null', async () => {
    const query = `{ node(id: "x") { ${FIELDS} } }`;
    const found = async (answers: Parameters<typeof fakeTasks>[0]) => run(query, contextWith(fakeTasks(answers)));
    expect(await found({ find: aTask() })).toEqual({
      data: { node: { __typename: 'EngagementFromOpportunityTask', id: 'task-one', status: 'QUEUED' } },
    });
    expect(await found({ find: null, batch: aBatch() })).toEqual({
      data: { node: { __typename: 'TaskBatch', id: 'batch-one', totalCount: 15 } },
    });
    expect(await found({ find: null, batch: null })).toEqual({ data: { node: null } });
  });

  test('nodes are in the order of their ids, with null for an unknown one', async () => {
    const tasks = fakeTasks({ batch: null });
    const find = async (_viewer: unknown, id: string) => (id === 'none' ? null : aTask({ id }));
    const context = contextWith({ ...tasks, find });
    expect(await run('{ nodes(ids: ["two", "none", "one"]) { id } }', context)).toEqual({
      data: { nodes: [{ id: 'two' }, null, { id: 'one' }] },
    });
  });

  test('more than 100 ids, and a caller who may not read tasks, are refused', async () => {
    const context = contextWith(fakeTasks({ find: aTask() }));
    const ids = Array.from({ length: 101 }, (_, index) => `${index}`);
    const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(codesOf(await run(query, context, { ids }))).toEqual(['BAD_USER_INPUT']);
    const stranger = { ...context, viewer: { ...VIEWER, reads: 'none' } } as const;
    expect(codesOf(await run(query, stranger, { ids: ['x'] }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await run('{ node(id: "x") { id } }', stranger))).toEqual(['FORBIDDEN']);
  });
});
