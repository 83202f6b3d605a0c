import { describe, expect, test } from '@jest/globals';
import { DAY } from '../../../../src/runtime/clock.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

/** Each under a token of its own. */
async function accept(partner: Partner, id: string) {
  const token = `acceptance ${partner.simulator.tasks().length}`;
  return runToEnd(partner, () => partner.startAcceptance(id, token));
}

describe('GetEngagementInvitation', () => {
  test('shows what an opportunity is about, by id and by ARN', async () => {
    const { getInvitation } = recordsOf(await createPartner());
    const { $metadata: _one, ...invitation } = await getInvitation('engi-opportunity01');
    expect(invitation).toMatchObject({
      Catalog: 'Sandbox',
      Id: 'engi-opportunity01',
      Status: 'PENDING',
      EngagementId: 'eng-sharedproject1',
      SenderCompanyName: 'Foxglove Consulting',
      Receiver: { Account: { AwsAccountId: '123456789012' } },
      Payload: {
        OpportunityInvitation: {
          Customer: { CompanyName: expect.any(String) },
          Project: { Title: expect.any(String) },
          SenderContacts: [{ Email: expect.stringMatching(/example\.com$/) }],
        },
      },
    });
    const { $metadata: _other, ...byArn } = await getInvitation(invitation.Arn ?? '');
    expect(byArn).toEqual(invitation);
  });

  test('shows what a lead is about, without who it is', async () => {
    const { getInvitation } = recordsOf(await createPartner());
    expect(await getInvitation('engi-leadpending01')).toMatchObject({
      PayloadType: 'LeadInvitation',
      Payload: { LeadInvitation: { Interaction: { ContactBusinessTitle: 'Head of IT' } } },
    });
  });

  test('has invitations that live for fifteen days and never end while nobody answers', async () => {
    const partner = await createPartner();
    const { getInvitation } = recordsOf(partner);
    for (const days of [0, 1, 400]) {
      await partner.clock.advance(days * DAY);
      const { InvitationDate, ExpirationDate, Status } = await getInvitation('engi-opportunity01');
      expect((ExpirationDate?.getTime() ?? 0) - (InvitationDate?.getTime() ?? 0)).toBe(15 * DAY);
      expect(InvitationDate?.getTime()).toBeLessThan(partner.clock.now());
      expect(ExpirationDate?.getTime()).toBeGreaterThan(partner.clock.now());
      expect(Status).toBe('PENDING');
    }
    const expired = await getInvitation('engi-expired000001');
    expect(expired.Status).toBe('EXPIRED');
    expect(expired.ExpirationDate?.getTime()).toBeLessThan(partner.clock.now());
  });

  test('shows any other as pending, the samples as their rows say, and refuses the two that say so', async () => {
    const { getInvitation } = recordsOf(await createPartner());
    expect(await getInvitation('engi-zzzzzzzzzzzzz')).toMatchObject({
      Status: 'PENDING',
      PayloadType: 'OpportunityInvitation',
    });
    expect(await getInvitation('engi-accepted00001')).toMatchObject({ Status: 'ACCEPTED' });
    expect(await getInvitation('engi-rejectedby001')).toMatchObject({ Status: 'REJECTED' });
    expect(await getInvitation('engi-failsatonce01')).toMatchObject({ Status: 'EXPIRED' });
    expect(nameOf(await failureOf(getInvitation('engi-accessdenied1')))).toBe('AccessDeniedException');
    expect(nameOf(await failureOf(getInvitation('engi-notfound00001')))).toBe('ResourceNotFoundException');
  });
});

describe('ListEngagementInvitations', () => {
  type Query = Parameters<ReturnType<typeof recordsOf>['listInvitations']>[0];

  test.each<[string, Query, string[]]>([
    [
      'those received, newest first',
      {},
      ['engi-leadpending01', 'engi-opportunity01', 'engi-rejected00001', 'engi-expired000001'],
    ],
    ['those sent', { ParticipantType: 'SENDER' }, ['engi-senttoaws0001']],
    ['a payload type', { PayloadType: ['LeadInvitation'] }, ['engi-leadpending01']],
    ['statuses', { Status: ['EXPIRED', 'REJECTED'] }, ['engi-rejected00001', 'engi-expired000001']],
    ['engagements', { EngagementIdentifier: ['eng-sharedproject1'] }, ['engi-opportunity01']],
    ['senders', { SenderAwsAccountId: ['210987654321'] }, ['engi-leadpending01']],
    [
      'oldest first',
      { Sort: { SortBy: 'InvitationDate', SortOrder: 'ASCENDING' }, MaxResults: 1 },
      ['engi-expired000001'],
    ],
  ])('finds %s', async (_, query, found) => {
    const { EngagementInvitationSummaries = [] } = await recordsOf(await createPartner()).listInvitations(query);
    expect(EngagementInvitationSummaries.map(({ Id }) => Id)).toEqual(found);
  });

  test('wants to know whether they were sent or received', async () => {
    const list = recordsOf(await createPartner()).listInvitations({ ParticipantType: undefined });
    expect(await failureOf(list)).toMatchObject({
      ErrorList: [{ FieldName: 'participantType', Code: 'REQUIRED_FIELD_MISSING' }],
    });
  });

  test('goes on with a token', async () => {
    const { listInvitations } = recordsOf(await createPartner());
    const { NextToken } = await listInvitations({ MaxResults: 3 });
    const rest = await listInvitations({ MaxResults: 3, NextToken });
    expect(rest.EngagementInvitationSummaries?.map(({ Id }) => Id)).toEqual(['engi-expired000001']);
    expect(rest.NextToken).toBeUndefined();
  });
});

describe('a task that accepts an invitation', () => {
  test('makes the account a member and gives it an opportunity that AWS has approved', async () => {
    const partner = await createPartner();
    const { getInvitation, getOpportunity, getEngagement, listOpportunities, listEngagements, listAssociations } =
      recordsOf(partner);
    const { OpportunityId = '' } = await accept(partner, 'engi-opportunity01');
    expect(await getInvitation('engi-opportunity01')).toMatchObject({ Status: 'ACCEPTED' });
    const { Payload } = await getInvitation('engi-opportunity01');
    expect(await getOpportunity(OpportunityId)).toMatchObject({
      LifeCycle: { ReviewStatus: 'Approved' },
      Customer: { Account: { CompanyName: Payload?.OpportunityInvitation?.Customer?.CompanyName } },
    });
    expect((await listOpportunities()).OpportunitySummaries?.[0]?.Id).toBe(OpportunityId);
    expect(await getEngagement('eng-sharedproject1')).toMatchObject({ Contexts: [{ Type: 'CustomerProject' }] });
    expect((await listEngagements()).EngagementSummaryList?.map(({ Id }) => Id)).toContain('eng-sharedproject1');
    expect(
      (await listAssociations({ ResourceIdentifier: OpportunityId })).EngagementResourceAssociationSummaries,
    ).toMatchObject([{ EngagementId: 'eng-sharedproject1' }]);
    expect(await runToEnd(partner, () => partner.startEngagement(OpportunityId, 'submit'))).toMatchObject({
      ReasonCode: 'OpportunityConflict',
    });
  });

  test.each([
    ['to a lead', 'engi-leadpending01', 'InvitationValidationFailed'],
    ['that has expired', 'engi-expired000001', 'InvitationValidationFailed'],
    ['that was rejected', 'engi-rejected00001', 'InvitationValidationFailed'],
    ['that the account sent itself', 'engi-senttoaws0001', 'InvitationAccessDenied'],
  ])('fails for one %s', async (_, id, ReasonCode) => {
    const partner = await createPartner();
    const { Status: before } = await recordsOf(partner).getInvitation(id);
    expect(await accept(partner, id)).toMatchObject({ TaskStatus: 'FAILED', ReasonCode });
    expect((await recordsOf(partner).getInvitation(id)).Status).toBe(before);
  });

  test('conflicts for one that another task is accepting, or that was accepted', async () => {
    const partner = await createPartner();
    await partner.startAcceptance('engi-opportunity01', 'first');
    const conflict = (Message: string) => ({ ReasonCode: 'EngagementInvitationConflict', Message });
    expect(await accept(partner, 'engi-opportunity01')).toMatchObject(
      conflict('Another task is accepting the invitation. Wait until it has ended.'),
    );
    expect(await accept(partner, 'engi-opportunity01')).toMatchObject(
      conflict('The invitation was accepted already. Look at its engagement.'),
    );
    expect(await partner.startAcceptance('engi-opportunity01', 'first')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });

  test('works for any other invitation, whose engagement it makes readable', async () => {
    const partner = await createPartner();
    const { getInvitation, getEngagement } = recordsOf(partner);
    expect(await accept(partner, 'engi-zzzzzzzzzzzzz')).toMatchObject({ TaskStatus: 'COMPLETE' });
    const { Status, EngagementId = '' } = await getInvitation('engi-zzzzzzzzzzzzz');
    expect(Status).toBe('ACCEPTED');
    expect(await getEngagement(EngagementId)).toMatchObject({ Contexts: [{ Type: 'CustomerProject' }] });
  });
});

describe('AcceptEngagementInvitation', () => {
  test.each([
    ['has expired', 'engi-expired000001', 'ValidationException'],
    ['was rejected', 'engi-rejected00001', 'ValidationException'],
    ['the account sent itself', 'engi-senttoaws0001', 'AccessDeniedException'],
    ['is not there', 'engi-notfound00001', 'ResourceNotFoundException'],
  ])('refuses one that %s', async (_, id, name) => {
    expect(nameOf(await failureOf(recordsOf(await createPartner()).accept(id)))).toBe(name);
  });

  test('conflicts the second time, and keeps the dates of the first', async () => {
    const partner = await createPartner();
    const records = recordsOf(partner);
    await records.accept('engi-leadpending01');
    const { InvitationDate } = await records.getInvitation('engi-leadpending01');
    await partner.clock.advance(30 * DAY);
    expect(nameOf(await failureOf(records.accept('engi-leadpending01')))).toBe('ConflictException');
    expect((await records.getInvitation('engi-leadpending01')).InvitationDate).toEqual(InvitationDate);
  });
});
