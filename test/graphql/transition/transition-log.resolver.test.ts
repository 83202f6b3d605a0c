import { describe, expect, test } from '@jest/globals';
import type { LogPage } from '../../../src/tasks/tasks.js';
import { BAD_CURSOR, VIEWER, aTask, aTransition, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const EMPTY: LogPage = { items: [], hasNextPage: true, hasPreviousPage: true, endCursor: 'examined' };

describe('Query.transitions', () => {
  test('a page has up to 100 transitions by default, and ends at the last one that was examined', async () => {
    const items = [{ cursor: 'a', item: aTransition({ position: 7 }) }];
    const tasks = fakeTasks({ catchUp: { ...EMPTY, items } });
    const query =
      '{ transitions(after: "z") { nodes { sequence status } pageInfo { startCursor endCursor hasNextPage } } }';
    expect(await run(query, contextWith(tasks))).toEqual({
      data: {
        transitions: {
          nodes: [{ sequence: 1, status: 'QUEUED' }],
          pageInfo: { startCursor: 'a', endCursor: 'examined', hasNextPage: true },
        },
      },
    });
    expect(tasks.asked.catchUp).toMatchObject([[VIEWER, {}, { first: 100, after: 'z' }]]);
  });

  test('a transition has the task as it stands now, or as it stood if it has been pruned since', async () => {
    const items = [{ cursor: 'a', item: aTransition({ position: 7 }) }];
    const query = '{ transitions { nodes { status task { id status } } } }';
    for (const [find, status] of [
      [aTask({ status: 'COMPLETE' }), 'COMPLETE'],
      [null, 'QUEUED'],
    ] as const) {
      const tasks = fakeTasks({ catchUp: { ...EMPTY, items }, find });
      expect(await run(query, contextWith(tasks))).toEqual({
        data: { transitions: { nodes: [{ status: 'QUEUED', task: { id: 'task-one', status } }] } },
      });
      expect(tasks.asked.find).toEqual([[VIEWER, 'task-one']]);
    }
  });

  test('an empty page has an end', async () => {
    const query =
      '{ transitions(first: 2, filter: { ids: ["one"], updatedAfter: "2026-01-02T00:00:00Z" }) { pageInfo { startCursor endCursor } } }';
    const tasks = fakeTasks({ catchUp: EMPTY });
    expect(await run(query, contextWith(tasks))).toEqual({
      data: { transitions: { pageInfo: { startCursor: null, endCursor: 'examined' } } },
    });
    expect(tasks.asked.catchUp).toMatchObject([
      [VIEWER, { ids: ['one'], updatedAfter: Date.UTC(2026, 0, 2) }, { first: 2, after: null }],
    ]);
  });

  test('an invalid cursor, a page size out of bounds and a caller without the right are refused', async () => {
    const context = contextWith(fakeTasks({ catchUp: BAD_CURSOR }));
    const query = (args: string) => `{ transitions${args} { nodes { sequence } } }`;
    expect(codesOf(await run(query('(after: "x")'), context))).toEqual(['INVALID_CURSOR']);
    expect(codesOf(await run(query('(first: 101)'), context))).toEqual(['BAD_USER_INPUT']);
    const stranger = { ...VIEWER, reads: 'none' } as const;
    expect(codesOf(await run(query(''), { ...context, viewer: stranger }))).toEqual(['FORBIDDEN']);
  });
});
