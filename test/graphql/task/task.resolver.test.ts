import { describe, expect, test } from '@jest/globals';
import type { Page } from '../../../src/tasks/tasks.js';
import type { Task } from '../../../src/tasks/task.js';
import {
  BAD_CURSOR,
  ENGAGEMENT_INPUT,
  INVITATION_INPUT,
  VIEWER,
  aBatch,
  aFailure,
  aTask,
  aTransition,
  contextWith,
  fakeTasks,
} from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/harness/run-operation.js';

const NOBODY = { ...VIEWER, reads: 'none' } as const;

const EVERY_FIELD = `{
  task(id: "task-one") {
    __typename id kind catalog clientToken status isTerminal taskId taskArn startTime message reasonCode
    failure { reasonCode } opportunityId engagementId resourceSnapshotJobId tags { key value } startedBy origin batchId createdAt updatedAt
    ... on EngagementFromOpportunityTask { identifier awsSubmission { involvementType visibility } engagementInvitationId }
    ... on OpportunityFromEngagementTask { identifier contextIdentifier contextId }
    ... on EngagementByAcceptingInvitationTask { identifier engagementInvitationId }
    ... on ExternalTask { targetIdentifier engagementInvitationId contextId }
  }
}`;

describe('Query.task', () => {
  test('shows a start that AWS has not answered yet', async () => {
    const tasks = fakeTasks({ find: aTask() });
    expect(await run(EVERY_FIELD, contextWith(tasks))).toEqual({
      data: {
        task: {
          __typename: 'EngagementFromOpportunityTask',
          id: 'task-one',
          kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
          catalog: 'SANDBOX',
          clientToken: 'token-1',
          status: 'QUEUED',
          isTerminal: false,
          taskId: null,
          taskArn: null,
          startTime: null,
          message: null,
          reasonCode: null,
          failure: null,
          opportunityId: null,
          engagementId: null,
          resourceSnapshotJobId: null,
          tags: [{ key: 'team', value: 'north' }],
          startedBy: null,
          origin: 'GATEWAY',
          batchId: null,
          createdAt: '2025-01-02T03:04:05.006Z',
          updatedAt: '2025-01-02T03:04:06.000Z',
          identifier: 'O1000001',
          awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
          engagementInvitationId: null,
        },
      },
    });
    expect(tasks.asked.find).toEqual([[VIEWER, 'task-one']]);
  });

  test('shows all that AWS told of a task of the other kind', async () => {
    const details = {
      taskId: 'task-0123456789abc',
      taskArn: 'arn:aws:partnercentral:us-east-1::catalog/AWS/opportunity-from-engagement-task/task-0123456789abc',
      startedAt: Date.UTC(2025, 0, 2, 3, 4, 5, 741),
      message: 'Done.',
      opportunityId: 'O7',
      engagementId: 'eng-completes00001',
      resourceSnapshotJobId: 'job-0123456789abc',
      contextId: '2',
    };
    const find = aTask({ input: ENGAGEMENT_INPUT, status: 'COMPLETE', subject: 'ada', details });
    const { startedAt: _startedAt, ...shown } = details;
    expect(await run(EVERY_FIELD, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          ...shown,
          __typename: 'OpportunityFromEngagementTask',
          kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
          catalog: 'AWS',
          status: 'COMPLETE',
          isTerminal: true,
          startTime: '2025-01-02T03:04:05.741Z',
          startedBy: 'ada',
          identifier: 'eng-completes00001',
          contextIdentifier: '1',
          tags: [],
        },
      },
    });
  });

  test('shows an invitation that was accepted, and one that AWS has not named yet', async () => {
    const of = async (details = {}) =>
      run(
        EVERY_FIELD,
        contextWith(fakeTasks({ find: aTask({ input: INVITATION_INPUT, details, batchId: 'batch-one' }) })),
      );
    const shown = {
      __typename: 'EngagementByAcceptingInvitationTask',
      kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
      identifier: 'engi-completes0001',
      batchId: 'batch-one',
    };
    expect(await of()).toMatchObject({ data: { task: { ...shown, engagementInvitationId: null } } });
    expect(await of({ engagementInvitationId: 'engi-1', engagementId: 'eng-1' })).toMatchObject({
      data: { task: { ...shown, engagementInvitationId: 'engi-1', engagementId: 'eng-1' } },
    });
  });

  test.each([
    ['O7', 'O7'],
    ['', null],
  ])('shows a task that was started elsewhere, with what AWS tells of its input: %j', async (identifier, shown) => {
    const input = {
      origin: 'EXTERNAL',
      kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
      catalog: 'SANDBOX',
      identifier,
      tags: [],
    } as const;
    const find = aTask({ input, details: { contextId: '2', engagementInvitationId: 'engi-1' } });
    expect(await run(EVERY_FIELD, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          __typename: 'ExternalTask',
          origin: 'EXTERNAL',
          kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
          targetIdentifier: shown,
          contextId: '2',
          engagementInvitationId: 'engi-1',
        },
      },
    });
  });

  test('is null for a task that is unknown or hidden', async () => {
    expect(await run('{ task(id: "nobody") { id } }', contextWith(fakeTasks({ find: null })))).toEqual({
      data: { task: null },
    });
  });

  test('refuses a caller who may not read', async () => {
    const tasks = fakeTasks({});
    expect(codesOf(await run('{ task(id: "task-one") { id } }', contextWith(tasks, { viewer: NOBODY })))).toEqual([
      'FORBIDDEN',
    ]);
    expect(tasks.asked.find).toEqual([]);
  });
});

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

describe('Task.transitions', () => {
  const query = (args: string) =>
    `{ task(id: "task-one") { transitions${args} { edges { cursor node { sequence } } nodes { sequence status task { id } } pageInfo { endCursor } } } }`;

  test('pages through the changes of the task, oldest first', async () => {
    const items = [
      { cursor: 'a', item: aTransition({ sequence: 1 }) },
      {
        cursor: 'b',
        item: aTransition({ sequence: 2, previousStatus: 'QUEUED', task: aTask({ status: 'IN_PROGRESS' }) }),
      },
    ];
    const tasks = fakeTasks({ find: aTask(), transitions: { items, hasNextPage: false, hasPreviousPage: false } });
    expect(await run(query('(first: 2, after: "z")'), contextWith(tasks))).toEqual({
      data: {
        task: {
          transitions: {
            edges: [
              { cursor: 'a', node: { sequence: 1 } },
              { cursor: 'b', node: { sequence: 2 } },
            ],
            nodes: [
              { sequence: 1, status: 'QUEUED', task: { id: 'task-one' } },
              { sequence: 2, status: 'IN_PROGRESS', task: { id: 'task-one' } },
            ],
            pageInfo: { endCursor: 'b' },
          },
        },
      },
    });
    expect(tasks.asked.transitions).toEqual([['task-one', { first: 2, after: 'z' }]]);
  });

  test('refuses a page size out of bounds and a bad cursor', async () => {
    const tasks = fakeTasks({ find: aTask(), transitions: BAD_CURSOR });
    expect(codesOf(await run(query('(first: 101)'), contextWith(tasks)))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await run(query('(after: "x")'), contextWith(tasks)))).toEqual(['INVALID_CURSOR']);
  });
});

describe('the links of a task', () => {
  const QUERY = '{ task(id: "task-one") { retryOf { id } retriedBy { id } batch { id totalCount } } }';

  test('are read when there may be some', async () => {
    const failed = aTask({ status: 'FAILED', failure: aFailure(), retryOf: 'task-zero', batchId: 'batch-one' });
    const tasks = fakeTasks({ find: failed, retryOf: aTask({ id: 'task-two' }), batch: aBatch() });
    expect(await run(QUERY, contextWith(tasks))).toMatchObject({
      data: { task: { retriedBy: { id: 'task-two' }, batch: { id: 'batch-one', totalCount: 15 } } },
    });
    expect(tasks.asked).toMatchObject({
      find: [
        [VIEWER, 'task-one'],
        [VIEWER, 'task-zero'],
      ],
      retryOf: [[VIEWER, 'task-one']],
      batch: [[VIEWER, 'batch-one']],
    });
  });

  test('are null, and asked for nowhere, of a first try that has not failed and was started by itself', async () => {
    const tasks = fakeTasks({ find: aTask() });
    expect(await run(QUERY, contextWith(tasks))).toEqual({
      data: { task: { retryOf: null, retriedBy: null, batch: null } },
    });
  });

  test('are null when the caller may not see them', async () => {
    const failed = aTask({ status: 'FAILED', failure: aFailure(), batchId: 'batch-one' });
    expect(await run(QUERY, contextWith(fakeTasks({ find: failed, retryOf: null, batch: null })))).toEqual({
      data: { task: { retryOf: null, retriedBy: null, batch: null } },
    });
  });
});
