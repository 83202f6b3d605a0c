import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import type { TaskQuery } from '../../src/partner-central/task-operations.js';
import { fromEngagement, fromOpportunity } from '../support/harness/task-harness.js';
import {
  EAI_LIST,
  EFO_LIST,
  EVERY_MEMBER,
  EVERY_MEMBER_HERE,
  OFE_LIST,
  listed,
  open,
  openEcho,
  started,
} from '../support/aws/partner-central.js';

describe('listTasks', () => {
  test.each([
    [
      { ...EFO_LIST, select: { by: 'taskId', values: ['task-0000000000001'] } },
      'ListEngagementFromOpportunityTasks',
      { TaskIdentifier: ['task-0000000000001'] },
    ],
    [
      { ...EFO_LIST, select: { by: 'identifier', values: ['O1', 'O2'] } },
      'ListEngagementFromOpportunityTasks',
      { OpportunityIdentifier: ['O1', 'O2'] },
    ],
    [
      { ...EFO_LIST, catalog: 'AWS', nextToken: 'next' },
      'ListEngagementFromOpportunityTasks',
      { Catalog: 'AWS', NextToken: 'next' },
    ],
    [
      { ...OFE_LIST, select: { by: 'taskId', values: ['task-0000000000001'] } },
      'ListOpportunityFromEngagementTasks',
      { TaskIdentifier: ['task-0000000000001'] },
    ],
    [
      { ...OFE_LIST, select: { by: 'identifier', values: ['eng-1', 'arn:aws:x::catalog/Sandbox/engagement/eng-2'] } },
      'ListOpportunityFromEngagementTasks',
      { EngagementIdentifier: ['eng-1', 'eng-2'] },
    ],
    [OFE_LIST, 'ListOpportunityFromEngagementTasks', {}],
    [
      { ...EAI_LIST, select: { by: 'taskId', values: ['task-0000000000001'] } },
      'ListEngagementByAcceptingInvitationTasks',
      { TaskIdentifier: ['task-0000000000001'] },
    ],
    [
      {
        ...EAI_LIST,
        select: { by: 'identifier', values: ['engi-1', 'arn:aws:x::catalog/Sandbox/engagement-invitation/engi-2'] },
      },
      'ListEngagementByAcceptingInvitationTasks',
      { EngagementInvitationIdentifier: ['engi-1', 'engi-2'] },
    ],
    [{ ...EAI_LIST, nextToken: 'next' }, 'ListEngagementByAcceptingInvitationTasks', { NextToken: 'next' }],
    [
      { ...EFO_LIST, select: { by: 'inProgress', from: 'newest' } },
      'ListEngagementFromOpportunityTasks',
      { TaskStatus: ['IN_PROGRESS'] },
    ],
    [
      { ...EFO_LIST, select: { by: 'inProgress', from: 'oldest' } },
      'ListEngagementFromOpportunityTasks',
      { TaskStatus: ['IN_PROGRESS'], Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } },
    ],
    [
      { ...OFE_LIST, select: { by: 'inProgress', from: 'oldest' } },
      'ListOpportunityFromEngagementTasks',
      { TaskStatus: ['IN_PROGRESS'], Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } },
    ],
    [
      { ...EAI_LIST, select: { by: 'inProgress', from: 'oldest' } },
      'ListEngagementByAcceptingInvitationTasks',
      { TaskStatus: ['IN_PROGRESS'], Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } },
    ],
  ] as const)('the query %j sends exactly its own members', async (query, operation, members) => {
    const { asked, partnerCentral } = await openEcho('{"TaskSummaries":[]}');
    expect(await listed(partnerCentral, query)).toEqual({ answers: [], nextToken: null });
    const body = {
      Catalog: 'Sandbox',
      MaxResults: 1000,
      Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' },
      ...members,
    };
    expect(asked).toEqual([{ operation: `AWSPartnerCentralSelling.${operation}`, body }]);
  });

  test('every member of a summary is read', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ TaskSummaries: [EVERY_MEMBER], NextToken: 'more' }));
    expect(await listed(partnerCentral, EFO_LIST)).toEqual({ answers: [EVERY_MEMBER_HERE], nextToken: 'more' });
    const { partnerCentral: other } = await openEcho(
      JSON.stringify({ TaskSummaries: [{ ...EVERY_MEMBER, ContextId: '2' }] }),
    );
    expect((await listed(other, OFE_LIST)).answers).toEqual([
      { ...EVERY_MEMBER_HERE, engagementInvitationId: null, contextId: '2' },
    ]);
    expect((await listed(partnerCentral, EAI_LIST)).answers).toEqual([{ ...EVERY_MEMBER_HERE, engagementId: null }]);
  });

  test.each([fromOpportunity(), fromEngagement()])(
    'a List of $kind tasks is read page by page, newest first',
    async (input) => {
      const { clock, partnerCentral } = await open({ pageSize: 2 });
      const ids = [];
      for (let index = 0; index < 5; index += 1) {
        ids.unshift((await started(partnerCentral, input, `token ${index}`)).taskId);
        await clock.advance(10);
      }
      const found = [];
      const query: TaskQuery = { ...EFO_LIST, kind: input.kind };
      let page = await listed(partnerCentral, query);
      for (; ; page = await listed(partnerCentral, { ...query, nextToken: page.nextToken })) {
        found.push(...page.answers.map((answer) => answer.taskId));
        if (page.nextToken === null) break;
      }
      expect(found).toEqual(ids);
    },
  );

  test('a List holds only the tasks of the requested catalog', async () => {
    const { partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ catalog: 'AWS' }));
    expect((await listed(partnerCentral, EFO_LIST)).answers).toEqual([]);
    expect((await listed(partnerCentral, { ...EFO_LIST, catalog: 'AWS' })).answers).toHaveLength(1);
  });

  test('a List finds tasks by task id, and by the id or ARN that their start named', async () => {
    const { partnerCentral } = await open();
    const { taskId } = await started(partnerCentral, fromOpportunity({ identifier: 'O77' }), 'one');
    await started(partnerCentral, fromOpportunity({ identifier: 'O78' }), 'two');
    const engagement = await started(partnerCentral, fromEngagement(), 'three');
    const idsOf = async (query: TaskQuery) =>
      (await listed(partnerCentral, query)).answers.map((answer) => answer.taskId);
    expect(await idsOf({ ...EFO_LIST, select: { by: 'taskId', values: [taskId ?? ''] } })).toEqual([taskId]);
    expect(await idsOf({ ...EFO_LIST, select: { by: 'identifier', values: ['O77'] } })).toEqual([taskId]);
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001';
    expect(await idsOf({ ...OFE_LIST, select: { by: 'identifier', values: [arn] } })).toEqual([engagement.taskId]);
  });

  test('the text "null" of AWS counts as no reason code', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000009' }));
    await clock.advance(3 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([{ status: 'COMPLETE', reasonCode: null }]);
  });

  test('an unknown status counts as IN_PROGRESS', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000011' }));
    await clock.advance(2 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([{ status: 'IN_PROGRESS' }]);
  });

  test('a reason that the SDK does not know is kept', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000012' }));
    await clock.advance(2 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([
      { status: 'FAILED', reasonCode: 'QuantumFluctuation' },
    ]);
  });
});
