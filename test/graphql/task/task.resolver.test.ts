/** Single tasks: their fields, and the links to their retries and their batch. */
import { describe, expect, test } from '@jest/globals';
import {
  ENGAGEMENT_INPUT,
  INVITATION_INPUT,
  VIEWER,
  aBatch,
  aFailure,
  aTask,
  contextWith,
  fakeTasks,
} from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const WITHOUT_RIGHT = { ...VIEWER, reads: 'none' } as const;

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
  test('a start that AWS has not answered yet has null for all that AWS reports', async () => {
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

  test('a task from an engagement shows everything that AWS reported', async () => {
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

  test('a task from an invitation shows the invitation once AWS has named it', async () => {
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
  ])('an external task shows the identifier that AWS reports, or null: %j', async (identifier, shown) => {
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

  test('a task that is unknown or hidden is null', async () => {
    expect(await run('{ task(id: "unknown") { id } }', contextWith(fakeTasks({ find: null })))).toEqual({
      data: { task: null },
    });
  });

  test('a caller who may not read tasks is refused', async () => {
    const tasks = fakeTasks({});
    expect(
      codesOf(await run('{ task(id: "task-one") { id } }', contextWith(tasks, { viewer: WITHOUT_RIGHT }))),
    ).toEqual(['FORBIDDEN']);
    expect(tasks.asked.find).toEqual([]);
  });
});

describe('Task.retryOf, .retriedBy and .batch', () => {
  const QUERY = '{ task(id: "task-one") { retryOf { id } retriedBy { id } batch { id totalCount } } }';

  test('the linked tasks and the batch are read if they may exist', async () => {
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

  test('a task that has not failed, is not a retry and has no batch reads no links', async () => {
    const tasks = fakeTasks({ find: aTask() });
    expect(await run(QUERY, contextWith(tasks))).toEqual({
      data: { task: { retryOf: null, retriedBy: null, batch: null } },
    });
  });

  test('links that the caller may not see are null', async () => {
    const failed = aTask({ status: 'FAILED', failure: aFailure(), batchId: 'batch-one' });
    expect(await run(QUERY, contextWith(fakeTasks({ find: failed, retryOf: null, batch: null })))).toEqual({
      data: { task: { retryOf: null, retriedBy: null, batch: null } },
    });
  });
});
