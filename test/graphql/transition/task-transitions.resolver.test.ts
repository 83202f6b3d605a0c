import { describe, expect, test } from '@jest/globals';
import { BAD_CURSOR, aTask, aTransition, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

describe('Task.transitions', () => {
  const query = (args: string) =>
    `{ task(id: "task-one") { transitions${args} { edges { cursor node { sequence } } nodes { sequence status task ` +
    `{ id status } } pageInfo { endCursor } } } }`;

  test('a page has the transitions of the task, the oldest first, each with the task as it stands now', async () => {
    const items = [
      { cursor: 'a', item: aTransition({ sequence: 1 }) },
      {
        cursor: 'b',
        item: aTransition({ sequence: 2, previousStatus: 'QUEUED', task: aTask({ status: 'IN_PROGRESS' }) }),
      },
    ];
    const tasks = fakeTasks({
      find: aTask({ status: 'COMPLETE' }),
      transitions: { items, hasNextPage: false, hasPreviousPage: false },
    });
    expect(await run(query('(first: 2, after: "z")'), contextWith(tasks))).toEqual({
      data: {
        task: {
          transitions: {
            edges: [
              { cursor: 'a', node: { sequence: 1 } },
              { cursor: 'b', node: { sequence: 2 } },
            ],
            nodes: [
              { sequence: 1, status: 'QUEUED', task: { id: 'task-one', status: 'COMPLETE' } },
              { sequence: 2, status: 'IN_PROGRESS', task: { id: 'task-one', status: 'COMPLETE' } },
            ],
            pageInfo: { endCursor: 'b' },
          },
        },
      },
    });
    expect(tasks.asked.transitions).toEqual([['task-one', { first: 2, after: 'z' }]]);
  });

  test('a page size out of bounds and an invalid cursor are refused', async () => {
    const tasks = fakeTasks({ find: aTask(), transitions: BAD_CURSOR });
    expect(codesOf(await run(query('(first: 101)'), contextWith(tasks)))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await run(query('(after: "x")'), contextWith(tasks)))).toEqual(['INVALID_CURSOR']);
  });
});
