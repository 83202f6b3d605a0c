import { describe, expect, test } from '@jest/globals';
import { acceptanceChecks } from '../../../src/records/readiness/acceptance.js';
import { asRead, selectionOfAll, objectType } from '../../support/fixtures/select-all-fields.js';
import { NOW, fakeRecords, found, missing, paged } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { run } from '../../support/server/run-operation.js';
import { INVITATION, invitationSummaryOf } from '../../support/fixtures/sample-records.js';

const TYPE = objectType('EngagementInvitation');
const CHEAP =
  'catalog id arn payloadType status engagementId engagementTitle invitedAt expiresAt senderAwsAccountId ' +
  'senderCompanyName receiverAwsAccountId';
const READINESS = 'acceptanceReadiness { rule outcome field message source evidence }';

const one = (selection: string) => `{ engagementInvitation(catalog: SANDBOX, identifier: "engi-1") { ${selection} } }`;

describe('Query.engagementInvitation', () => {
  test('every member of the record is returned', async () => {
    const asked = fakeRecords({ invitation: () => found(INVITATION) });
    expect(await run(one(selectionOfAll(TYPE)), contextWith(fakeTasks({}), { records: asked }))).toEqual({
      data: { engagementInvitation: asRead(TYPE, INVITATION) },
    });
    expect(asked.asked).toEqual([['invitation', 'SANDBOX', 'engi-1']]);
  });

  test('a member that AWS does not give is null', async () => {
    const bare = {
      ...INVITATION,
      payloadType: null,
      status: null,
      expiresAt: null,
      message: null,
      opportunity: null,
      lead: null,
    };
    const context = contextWith(fakeTasks({}), { records: fakeRecords({ invitation: () => found(bare) }) });
    expect(await run(one(selectionOfAll(TYPE)), context)).toEqual({
      data: { engagementInvitation: asRead(TYPE, bare) },
    });
  });

  test('an invitation that AWS does not have is null', async () => {
    const context = contextWith(fakeTasks({}), { records: fakeRecords({ invitation: missing }) });
    expect(await run(one('id'), context)).toEqual({ data: { engagementInvitation: null } });
  });
});

describe('EngagementInvitation.acceptanceReadiness', () => {
  test('the invitation is checked at the present time', async () => {
    const context = contextWith(fakeTasks({}), { records: fakeRecords({ invitation: () => found(INVITATION) }) });
    expect(await run(one(READINESS), context)).toEqual({
      data: { engagementInvitation: { acceptanceReadiness: acceptanceChecks(INVITATION, NOW) } },
    });
  });
});

describe('Query.engagementInvitations', () => {
  const SUMMARY = invitationSummaryOf(INVITATION);

  test('a page of received invitations costs one call', async () => {
    const asked = fakeRecords({ invitations: () => paged(SUMMARY) });
    const query =
      `{ engagementInvitations(catalog: SANDBOX) { edges { cursor node { ${CHEAP} } } nodes { status } pageInfo { ` +
      `endCursor } } }`;
    expect(await run(query, contextWith(fakeTasks({}), { records: asked }))).toMatchObject({
      data: {
        engagementInvitations: {
          edges: [{ cursor: 'c1', node: { id: 'engi-1', expiresAt: '2025-01-24T00:00:00.000Z' } }],
          nodes: [{ status: 'PENDING' }],
          pageInfo: { endCursor: 'c1' },
        },
      },
    });
    expect(asked.asked).toEqual([
      ['invitations', 'SANDBOX', { participantType: 'RECEIVER' }, { first: 20, after: null }],
    ]);
  });

  test.each([
    'message',
    'engagementDescription',
    'rejectionReason',
    'opportunity { receiverResponsibilities }',
    'lead { customer { companyName } }',
    READINESS,
  ])('each invitation is read for %s', async (selection) => {
    const asked = fakeRecords({ invitations: () => paged(SUMMARY), invitation: () => found(INVITATION) });
    const answer = await run(
      `{ engagementInvitations(catalog: SANDBOX) { nodes { ${selection} } } }`,
      contextWith(fakeTasks({}), { records: asked }),
    );
    expect(answer.errors).toBeUndefined();
    expect(asked.asked.slice(1)).toEqual([['invitation', 'SANDBOX', 'engi-1']]);
  });

  test('the side and the filter are passed on, including empty lists', async () => {
    const asked = fakeRecords({ invitations: () => paged() });
    const context = contextWith(fakeTasks({}), { records: asked });
    const query =
      'query ($side: ParticipantType, $filter: EngagementInvitationFilter) { ' +
      'engagementInvitations(catalog: AWS, participantType: $side, first: 3, after: "a", filter: $filter) { nodes { ' +
      'id } } }';
    const filter = {
      payloadTypes: ['LEAD_INVITATION'],
      statuses: ['PENDING', 'EXPIRED'],
      engagementIdentifiers: ['eng-1'],
    };
    await run(query, context, { side: 'SENDER', filter });
    await run(query, context, {
      side: null,
      filter: { payloadTypes: null, statuses: null, engagementIdentifiers: null },
    });
    await run(query, context, { side: 'SENDER', filter: { statuses: [] } });
    const page = { first: 3, after: 'a' };
    expect(asked.asked).toEqual([
      ['invitations', 'AWS', { participantType: 'SENDER', ...filter }, page],
      ['invitations', 'AWS', { participantType: 'RECEIVER' }, page],
      ['invitations', 'AWS', { participantType: 'SENDER', statuses: [] }, page],
    ]);
  });
});
