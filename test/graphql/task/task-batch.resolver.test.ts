import { describe, expect, test } from '@jest/globals';
import {
  BAD_CURSOR,
  OPPORTUNITY_INPUT,
  VIEWER,
  aBatch,
  aFailure,
  aTask,
  contextWith,
  fakeTasks,
} from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const START = `mutation ($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: $inputs) {
  batch { id } results { task { id } replayed userErrors { code message field awsCode } } userErrors { code message field awsCode }
} }`;
const INPUT = {
  catalog: 'SANDBOX',
  identifier: 'O1000001',
  awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
  tags: [{ key: 'team', value: 'north' }],
};

describe('Mutation.startEngagementFromOpportunityTasks', () => {
  test('the payload has the batch and the result of each input in order, with the path of its errors', async () => {
    const fieldErrors = [{ field: 'Identifier', code: 'INVALID_VALUE', message: 'Not an id.' }];
    const rejected = aTask({
      id: 'task-two',
      status: 'REJECTED',
      failure: aFailure({ errorCode: 'VALIDATION_FAILED', awsCode: 'ValidationException', fieldErrors }),
    });
    const tasks = fakeTasks({
      startMany: {
        type: 'started',
        batch: aBatch(),
        outcomes: [
          { type: 'accepted', task: aTask(), replayed: false },
          { type: 'invalid', problems: [{ code: 'INVALID_INPUT', message: 'Not an id.', path: ['identifier'] }] },
          { type: 'token-reused', message: 'Use a new token.' },
          { type: 'accepted', task: rejected, replayed: true },
        ],
      },
    });
    const none = { task: null, replayed: false };
    expect(
      await run(START, contextWith(tasks), { inputs: [{ ...INPUT, clientToken: 'token-1' }, INPUT, INPUT, INPUT] }),
    ).toEqual({
      data: {
        startEngagementFromOpportunityTasks: {
          batch: { id: 'batch-one' },
          results: [
            { task: { id: 'task-one' }, replayed: false, userErrors: [] },
            {
              ...none,
              userErrors: [
                { code: 'INVALID_INPUT', message: 'Not an id.', field: ['inputs', '1', 'identifier'], awsCode: null },
              ],
            },
            {
              ...none,
              userErrors: [
                {
                  code: 'CLIENT_TOKEN_REUSED',
                  message: 'Use a new token.',
                  field: ['inputs', '2', 'clientToken'],
                  awsCode: null,
                },
              ],
            },
            {
              task: { id: 'task-two' },
              replayed: true,
              userErrors: [
                {
                  code: 'VALIDATION_FAILED',
                  message: 'Not an id.',
                  field: ['inputs', '3', 'identifier'],
                  awsCode: 'ValidationException',
                },
              ],
            },
          ],
          userErrors: [],
        },
      },
    });
    const [[viewer, wanted] = []] = tasks.asked.startMany;
    expect(viewer).toEqual(VIEWER);
    expect(wanted?.map(({ clientToken }) => clientToken)).toEqual(['token-1', null, null, null]);
    expect(wanted?.[0]?.input).toEqual(OPPORTUNITY_INPUT);
  });

  test('a batch that is refused as a whole has no results, and the reason in userErrors', async () => {
    const problem = { code: 'INVALID_INPUT', message: 'No input was given.', path: [] } as const;
    const tasks = fakeTasks({ startMany: { type: 'invalid', problems: [problem] } });
    expect(await run(START, contextWith(tasks), { inputs: [] })).toEqual({
      data: {
        startEngagementFromOpportunityTasks: {
          batch: null,
          results: [],
          userErrors: [{ code: 'INVALID_INPUT', message: 'No input was given.', field: ['inputs'], awsCode: null }],
        },
      },
    });
  });

  test('the batch is null if the caller may not see it', async () => {
    const tasks = fakeTasks({
      startMany: { type: 'started', batch: null, outcomes: [{ type: 'accepted', task: aTask(), replayed: true }] },
    });
    expect(await run(START, contextWith(tasks), { inputs: [INPUT] })).toMatchObject({
      data: { startEngagementFromOpportunityTasks: { batch: null, results: [{ replayed: true }] } },
    });
  });

  test('a caller who may not start tasks is refused, and nothing is started', async () => {
    const tasks = fakeTasks({});
    expect(
      codesOf(await run(START, contextWith(tasks, { viewer: { ...VIEWER, starts: false } }), { inputs: [INPUT] })),
    ).toEqual(['FORBIDDEN']);
    expect(tasks.asked.startMany).toEqual([]);
  });
});

describe('Query.taskBatch', () => {
  const QUERY = `{ taskBatch(id: "batch-one") {
    id createdAt totalCount queuedCount inProgressCount completeCount failedCount rejectedCount isFinished expectedEndAt
  } }`;

  test('a batch shows its counts and its estimated end', async () => {
    const tasks = fakeTasks({ batch: aBatch() });
    expect(await run(QUERY, contextWith(tasks))).toEqual({
      data: {
        taskBatch: {
          id: 'batch-one',
          createdAt: '2025-01-02T03:04:05.006Z',
          totalCount: 15,
          queuedCount: 1,
          inProgressCount: 2,
          completeCount: 3,
          failedCount: 4,
          rejectedCount: 5,
          isFinished: false,
          expectedEndAt: '2025-01-02T03:05:00.000Z',
        },
      },
    });
    expect(tasks.asked.batch).toEqual([[VIEWER, 'batch-one']]);
  });

  test('a finished batch has no estimated end, and a batch that is unknown or hidden is null', async () => {
    const finished = aBatch({ isFinished: true, expectedEndAt: null });
    expect(await run(QUERY, contextWith(fakeTasks({ batch: finished })))).toMatchObject({
      data: { taskBatch: { isFinished: true, expectedEndAt: null } },
    });
    expect(await run(QUERY, contextWith(fakeTasks({ batch: null })))).toEqual({ data: { taskBatch: null } });
  });

  test('a caller who may not read tasks is refused', async () => {
    expect(codesOf(await run(QUERY, contextWith(fakeTasks({}), { viewer: { ...VIEWER, reads: 'none' } })))).toEqual([
      'FORBIDDEN',
    ]);
  });

  test('the tasks of a batch are paged, and counted if the total is selected', async () => {
    const list = { items: [{ cursor: 'c1', item: aTask() }], hasNextPage: false, hasPreviousPage: true };
    const tasks = fakeTasks({ batch: aBatch(), list, count: 15 });
    const query = '{ taskBatch(id: "batch-one") { tasks(first: 2, after: "c0") { nodes { id } totalCount } } }';
    expect(await run(query, contextWith(tasks))).toEqual({
      data: { taskBatch: { tasks: { nodes: [{ id: 'task-one' }], totalCount: 15 } } },
    });
    expect(tasks.asked.list).toEqual([[VIEWER, { batchIds: ['batch-one'] }, { first: 2, after: 'c0' }]]);
    expect(tasks.asked.count).toEqual([[VIEWER, { batchIds: ['batch-one'] }]]);
    const bad = fakeTasks({ batch: aBatch(), list: BAD_CURSOR });
    expect(
      codesOf(await run('{ taskBatch(id: "batch-one") { tasks(after: "x") { nodes { id } } } }', contextWith(bad))),
    ).toEqual(['INVALID_CURSOR']);
  });
});
