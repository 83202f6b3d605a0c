import { describe, expect, test } from '@jest/globals';
import { DAY } from '../../../../src/runtime/clock.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';
import { temporaryDirectory } from '../../../support/harness/directory.js';

/** Accepts each invitation under its own token. */
async function accept(partner: Partner, id: string) {
  const token = `acceptance ${partner.simulator.tasks().length}`;
  return runToEnd(partner, () => partner.startAcceptance(id, token));
}

describe('GetEngagementInvitation', () => {
  test('an invitation to an opportunity has its payload, by id and by ARN', async () => {
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

  test('an invitation to a lead has its payload, without the name of a person', async () => {
    const { getInvitation } = recordsOf(await createPartner());
    expect(await getInvitation('engi-leadpending01')).toMatchObject({
      PayloadType: 'LeadInvitation',
      Payload: { LeadInvitation: { Interaction: { ContactBusinessTitle: 'Head of IT' } } },
    });
  });

  test('a pending invitation is valid for 15 days and never expires', async () => {
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

  test('any other invitation is pending, and the samples match their scenarios', async () => {
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
      'received invitations, newest first',
      {},
      ['engi-leadpending01', 'engi-opportunity01', 'engi-rejected00001', 'engi-expired000001'],
    ],
    ['sent invitations', { ParticipantType: 'SENDER' }, ['engi-senttoaws0001']],
    ['invitations by payload type', { PayloadType: ['LeadInvitation'] }, ['engi-leadpending01']],
    ['invitations by status', { Status: ['EXPIRED', 'REJECTED'] }, ['engi-rejected00001', 'engi-expired000001']],
    ['invitations by engagement', { EngagementIdentifier: ['eng-sharedproject1'] }, ['engi-opportunity01']],
    ['invitations by sender', { SenderAwsAccountId: ['210987654321'] }, ['engi-leadpending01']],
    [
      'received invitations, oldest first',
      { Sort: { SortBy: 'InvitationDate', SortOrder: 'ASCENDING' }, MaxResults: 1 },
      ['engi-expired000001'],
    ],
  ])('the list finds %s', async (_, query, found) => {
    const { EngagementInvitationSummaries = [] } = await recordsOf(await createPartner()).listInvitations(query);
    expect(EngagementInvitationSummaries.map(({ Id }) => Id)).toEqual(found);
  });

  test('the list requires the participant type', async () => {
    const list = recordsOf(await createPartner()).listInvitations({ ParticipantType: undefined });
    expect(await failureOf(list)).toMatchObject({
      ErrorList: [{ FieldName: 'participantType', Code: 'REQUIRED_FIELD_MISSING' }],
    });
  });

  test('a token continues the list', async () => {
    const { listInvitations } = recordsOf(await createPartner());
    const { NextToken } = await listInvitations({ MaxResults: 3 });
    const rest = await listInvitations({ MaxResults: 3, NextToken });
    expect(rest.EngagementInvitationSummaries?.map(({ Id }) => Id)).toEqual(['engi-expired000001']);
    expect(rest.NextToken).toBeUndefined();
  });
});

describe('a task that accepts an invitation', () => {
  test('an accepted invitation makes the account a member and creates an approved opportunity', async () => {
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
    ['that the account sent', 'engi-senttoaws0001', 'InvitationAccessDenied'],
  ])('the task fails for an invitation %s', async (_, id, ReasonCode) => {
    const partner = await createPartner();
    const { Status: before } = await recordsOf(partner).getInvitation(id);
    expect(await accept(partner, id)).toMatchObject({ TaskStatus: 'FAILED', ReasonCode });
    expect((await recordsOf(partner).getInvitation(id)).Status).toBe(before);
  });

  test('an invitation that another task is accepting, or that was accepted, conflicts', async () => {
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

  test('any other invitation can be accepted, and its engagement becomes readable', async () => {
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
    ['the account sent', 'engi-senttoaws0001', 'AccessDeniedException'],
    ['does not exist', 'engi-notfound00001', 'ResourceNotFoundException'],
  ])('an invitation that %s is refused', async (_, id, name) => {
    expect(nameOf(await failureOf(recordsOf(await createPartner()).accept(id)))).toBe(name);
  });

  test('a second acceptance conflicts, and the dates stay unchanged', async () => {
    const partner = await createPartner();
    const records = recordsOf(partner);
    await records.accept('engi-leadpending01');
    const { InvitationDate } = await records.getInvitation('engi-leadpending01');
    await partner.clock.advance(30 * DAY);
    expect(nameOf(await failureOf(records.accept('engi-leadpending01')))).toBe('ConflictException');
    expect((await records.getInvitation('engi-leadpending01')).InvitationDate).toEqual(InvitationDate);
  });
});

describe('RejectEngagementInvitation', () => {
  test.each(['engi-opportunity01', 'engi-leadpending01'])('a rejected invitation stays rejected: %s', async (id) => {
    const partner = await createPartner();
    const { reject, accept: acceptLead, getInvitation, getEngagement } = recordsOf(partner);
    await reject(id, 'Unable to support');
    const { Status, RejectionReason, EngagementId = '' } = await getInvitation(id);
    expect([Status, RejectionReason]).toEqual(['REJECTED', 'Unable to support']);
    expect(nameOf(await failureOf(getEngagement(EngagementId)))).toBe('AccessDeniedException');
    expect(nameOf(await failureOf(reject(id)))).toBe('ConflictException');
    expect(await failureOf(acceptLead(id))).toMatchObject({ ErrorList: [{ Code: 'ACTION_NOT_PERMITTED' }] });
    expect(await accept(partner, id)).toMatchObject({ ReasonCode: 'InvitationValidationFailed' });
  });

  test('a reason may be left out, and has 1 to 80 characters', async () => {
    const { reject, getInvitation } = recordsOf(await createPartner());
    for (const reason of ['', 'x'.repeat(81), 'two\nlines'])
      expect(await failureOf(reject('engi-leadpending01', reason))).toMatchObject({
        ErrorList: [{ FieldName: 'rejectionReason', Code: 'INVALID_STRING_FORMAT' }],
      });
    await reject('engi-leadpending01');
    expect((await getInvitation('engi-leadpending01')).RejectionReason).toBeUndefined();
  });

  test.each([
    ['engi-senttoaws0001', 'AccessDeniedException'],
    ['engi-expired000001', 'ValidationException'],
    ['engi-rejected00001', 'ConflictException'],
  ])('%s cannot be rejected: %s', async (id, error) => {
    expect(nameOf(await failureOf(recordsOf(await createPartner()).reject(id)))).toBe(error);
  });

  test('an accepted invitation cannot be rejected', async () => {
    const { accept: acceptLead, reject } = recordsOf(await createPartner());
    await acceptLead('engi-leadpending01');
    expect(nameOf(await failureOf(reject('engi-leadpending01')))).toBe('ValidationException');
  });

  test('a lost answer leaves the invitation rejected, also after a restart', async () => {
    const journal = `${temporaryDirectory()}/journal.jsonl`;
    const before = await createPartner({ journal });
    before.simulator.inject({ operation: 'RejectEngagementInvitation', times: 1, fault: { kind: 'reset-after' } });
    await failureOf(recordsOf(before).reject('engi-leadpending01', 'Other'));
    await before.simulator.close();
    const { getInvitation } = recordsOf(await createPartner({ journal }));
    expect(await getInvitation('engi-leadpending01')).toMatchObject({ Status: 'REJECTED', RejectionReason: 'Other' });
  });
});
