import { describe, expect, test } from '@jest/globals';
import { DAY, SECOND } from '../../../../src/runtime/clock.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

/** Submits each opportunity under its own token. */
async function submit(partner: Partner, id: string, more: Parameters<Partner['startEngagement']>[2] = {}) {
  const token = `submission ${partner.simulator.tasks().length}`;
  return runToEnd(partner, () => partner.startEngagement(id, token, more));
}

const NO_SOLUTION = 'BUSINESS_VALIDATION_EXCEPTION relatedEntityIdentifiers.solutions:Associate atleast one solution';
const PAST = 'BUSINESS_VALIDATION_EXCEPTION lifeCycle.targetCloseDate:Target Close Date should be a future date';
const missing = (member: string) => `REQUIRED_FIELD_MISSING ${member}:${member} is required`;

const invalid = (violation: string) => ({
  TaskStatus: 'FAILED',
  ReasonCode: 'OpportunityValidationFailed',
  Message: violation,
});

type Records = ReturnType<typeof recordsOf>;

describe('the submission of an incomplete opportunity', () => {
  test.each<[string, string, (records: Records) => Promise<unknown>]>([
    ['O5000002', NO_SOLUTION, ({ associate }) => associate('O5000002', 'S-0000007')],
    [
      'O5000003',
      missing('project.salesActivities'),
      ({ update }) =>
        update('O5000003', ({ Project }) => ({ Project: { ...Project, SalesActivities: ['SOW Signed'] } })),
    ],
    [
      'O5000004',
      PAST,
      ({ update }) =>
        update('O5000004', ({ LifeCycle }) => ({ LifeCycle: { ...LifeCycle, TargetCloseDate: '2026-06-30' } })),
    ],
    [
      'O5000005',
      missing('customer.account.address.stateOrRegion'),
      ({ update }) =>
        update('O5000005', ({ Customer }) => ({
          Customer: {
            ...Customer,
            Account: {
              CompanyName: '',
              ...Customer?.Account,
              Address: { ...Customer?.Account?.Address, StateOrRegion: 'Arizona' },
            },
          },
        })),
    ],
    [
      'O5000006',
      'ACTION_NOT_PERMITTED lifeCycle.reviewStatus:You cannot perform Submit action',
      ({ update }) =>
        update('O5000006', ({ LifeCycle }) => ({
          LifeCycle: { ...LifeCycle, ReviewStatus: 'Pending Submission' },
        })),
    ],
  ])('the task fails, and completes after the fix: %s, %s', async (id, violation, fix) => {
    const partner = await createPartner();
    expect(await submit(partner, id)).toMatchObject(invalid(violation));
    await fix(recordsOf(partner));
    expect(await submit(partner, id)).toMatchObject({ TaskStatus: 'COMPLETE', OpportunityId: id });
    expect(await recordsOf(partner).getOpportunity(id)).toMatchObject({ LifeCycle: { ReviewStatus: 'Submitted' } });
  });

  test('a fix does not change a task that was decided before it', async () => {
    const partner = await createPartner();
    await partner.startEngagement('O5000002', 'token');
    await recordsOf(partner).associate('O5000002', 'S-0000007');
    await partner.clock.advance(60 * SECOND);
    expect(await partner.startEngagement('O5000002', 'token')).toMatchObject(invalid(NO_SOLUTION));
  });

  test('a description of another solution counts as a solution', async () => {
    const partner = await createPartner();
    await recordsOf(partner).update('O5000002', ({ Project }) => ({
      Project: { ...Project, OtherSolutionDescription: 'Made to measure' },
    }));
    expect(await submit(partner, 'O5000002')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });
});

describe('the submission of a submitted opportunity', () => {
  test.each(['O5000007', 'O5000008', 'O5000009', 'O5000011', 'O5000012'])(
    'a seed opportunity that was submitted conflicts: %s',
    async (id) => {
      const partner = await createPartner();
      const { LifeCycle } = await recordsOf(partner).getOpportunity(id);
      expect(await submit(partner, id)).toMatchObject({
        TaskStatus: 'FAILED',
        ReasonCode: 'OpportunityConflict',
        Message: expect.stringContaining(LifeCycle?.ReviewStatus ?? 'a status'),
      });
    },
  );

  test('an opportunity in Action Required is submitted, and its review begins again', async () => {
    const partner = await createPartner();
    expect(await submit(partner, 'O5000010')).toMatchObject({ TaskStatus: 'COMPLETE' });
    expect(await recordsOf(partner).getOpportunity('O5000010')).toMatchObject({
      LifeCycle: { ReviewStatus: 'Submitted' },
    });
  });

  test('a second task conflicts as soon as the first is accepted, and its message names the task in progress', async () => {
    const partner = await createPartner();
    await partner.startEngagement('O5000001', 'one');
    expect(await submit(partner, 'O5000001')).toMatchObject({
      ReasonCode: 'OpportunityConflict',
      Message: expect.stringMatching(/^Another task is submitting/),
    });
    expect(await partner.startEngagement('O5000001', 'one')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });

  test.each([
    [0, 'Submitted'],
    [9, 'Submitted'],
    [10, 'In review'],
    [20, 'In review'],
    [39, 'In review'],
    [40, 'Approved'],
  ])(
    '%i seconds after its submission it conflicts with the status %s, in the failure and in the record',
    async (seconds, status) => {
      const partner = await createPartner();
      await submit(partner, 'O5000001');
      await partner.clock.advance(seconds * SECOND);
      expect(await recordsOf(partner).getOpportunity('O5000001')).toMatchObject({
        LifeCycle: { ReviewStatus: status },
      });
      expect(await submit(partner, 'O5000001')).toMatchObject({
        ReasonCode: 'OpportunityConflict',
        Message:
          `The review status of the opportunity is ${status}. Only Pending Submission or action required ` +
          `opportunities can be submitted.`,
      });
    },
  );

  test('a task that will fail causes no conflict', async () => {
    const partner = await createPartner();
    await partner.startEngagement('O5000002', 'fails');
    await recordsOf(partner).associate('O5000002', 'S-0000007');
    expect(await submit(partner, 'O5000002')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });

  test('a sample identifier keeps its scenario and completes again', async () => {
    const partner = await createPartner();
    await submit(partner, 'O1000001');
    await partner.clock.advance(12 * SECOND);
    expect(await submit(partner, 'O1000001')).toMatchObject({ TaskStatus: 'COMPLETE' });
    // The review continues from the first submission.
    expect(await recordsOf(partner).getOpportunity('O1000001')).toMatchObject({
      LifeCycle: { ReviewStatus: 'In review' },
    });
  });

  test('a submission in one catalog does not concern the other', async () => {
    const partner = await createPartner();
    await submit(partner, 'O5000001');
    expect(await submit(partner, 'O5000001', { Catalog: 'AWS' })).toMatchObject({ TaskStatus: 'COMPLETE' });
  });
});

test('a Co-Sell with limited visibility fails', async () => {
  const partner = await createPartner();
  const limited = (InvolvementType: 'Co-Sell' | 'For Visibility Only') => ({
    AwsSubmission: { InvolvementType, Visibility: 'Limited' as const },
  });
  expect(await submit(partner, 'O5000001', limited('Co-Sell'))).toMatchObject({
    TaskStatus: 'FAILED',
    ReasonCode: 'OpportunitySubmissionFailed',
    Message: expect.stringMatching(/Cannot set visibility to limited on a Co-Sell opportunity;ACTION_NOT_PERMITTED:/),
  });
  expect(await submit(partner, 'O5000001', limited('For Visibility Only'))).toMatchObject({ TaskStatus: 'COMPLETE' });
});

describe('the records of a complete submission', () => {
  test('a submission creates an engagement, an invitation that AWS accepts, and a running job', async () => {
    const partner = await createPartner();
    const { getEngagement, getInvitation, getJob, listInvitations, listAssociations, listEngagements } =
      recordsOf(partner);
    const { EngagementId = '', EngagementInvitationId = '', ResourceSnapshotJobId } = await submit(partner, 'O5000001');
    expect(await getEngagement(EngagementId)).toMatchObject({
      Title: 'Route planning in the cloud',
      CreatedBy: '123456789012',
      Contexts: [
        {
          Id: '1',
          Type: 'CustomerProject',
          Payload: { CustomerProject: { Customer: { CompanyName: 'Marlow Freight' } } },
        },
      ],
    });
    expect((await listEngagements({ EngagementIdentifier: [EngagementId] })).EngagementSummaryList).toHaveLength(1);
    expect(await getInvitation(EngagementInvitationId)).toMatchObject({
      Status: 'PENDING',
      EngagementId,
      SenderAwsAccountId: '123456789012',
    });
    expect(await getJob(ResourceSnapshotJobId)).toMatchObject({
      Status: 'Running',
      EngagementId,
      ResourceId: 'O5000001',
      ResourceType: 'Opportunity',
    });
    expect((await listAssociations({ ResourceIdentifier: 'O5000001' })).EngagementResourceAssociationSummaries).toEqual(
      [
        {
          Catalog: 'Sandbox',
          EngagementId,
          ResourceType: 'Opportunity',
          ResourceId: 'O5000001',
          CreatedBy: '123456789012',
        },
      ],
    );
    await partner.clock.advance(40 * SECOND);
    const { EngagementInvitationSummaries: sent = [] } = await listInvitations({ ParticipantType: 'SENDER' });
    expect(sent.map(({ Id, Status }) => [Id, Status])).toEqual([
      [EngagementInvitationId, 'ACCEPTED'],
      ['engi-senttoaws0001', 'ACCEPTED'],
    ]);
  });

  test('the records do not exist before the task is complete', async () => {
    const partner = await createPartner();
    const { getEngagement, getJob, listAssociations } = recordsOf(partner);
    await partner.startEngagement('O1000001', 'token');
    const ids = partner.simulator.tasks()[0]?.ids;
    expect(nameOf(await failureOf(getEngagement(ids?.EngagementId ?? '')))).toBe('ResourceNotFoundException');
    expect(nameOf(await failureOf(getJob(ids?.ResourceSnapshotJobId)))).toBe('ResourceNotFoundException');
    expect((await listAssociations({ ResourceIdentifier: 'O1000001' })).EngagementResourceAssociationSummaries).toEqual(
      [],
    );
  });

  test('a task without an invitation id creates no invitation', async () => {
    const partner = await createPartner();
    await submit(partner, 'O1000008');
    const { EngagementInvitationSummaries: sent = [] } = await recordsOf(partner).listInvitations({
      ParticipantType: 'SENDER',
    });
    expect(sent.map(({ Id }) => Id)).toEqual(['engi-senttoaws0001']);
  });

  test('a stopped job has the reason of its failure', async () => {
    const partner = await createPartner();
    const { ResourceSnapshotJobId } = await submit(partner, 'O1000008');
    expect(await recordsOf(partner).getJob(ResourceSnapshotJobId)).toMatchObject({
      Status: 'Stopped',
      LastFailure: expect.stringMatching(/role/),
    });
  });
});

test('a target date that has passed since the last update fails the task', async () => {
  const partner = await createPartner();
  await recordsOf(partner).associate('O5000001', 'S-0000007');
  await partner.clock.advance(61 * DAY);
  expect(await submit(partner, 'O5000001')).toMatchObject(invalid(PAST));
});

describe('ListEngagementResourceAssociations', () => {
  type Query = Parameters<ReturnType<typeof recordsOf>['listAssociations']>[0];

  test.each<[string, Query, string[]]>([
    ['all associations of the seed', {}, ['O5000007', 'O5000008', 'O5000009', 'O5000010', 'O5000011', 'O5000012']],
    ['the associations of an engagement', { EngagementIdentifier: 'eng-project5000009' }, ['O5000009']],
    [
      'the associations of an opportunity',
      { ResourceType: 'Opportunity', ResourceIdentifier: 'O5000011' },
      ['O5000011'],
    ],
    ['no associations of another account', { CreatedBy: '210987654321' }, []],
    ['a page', { MaxResults: 2 }, ['O5000007', 'O5000008']],
  ])('the list finds %s', async (_, query, found) => {
    const { EngagementResourceAssociationSummaries: summaries = [] } = await recordsOf(
      await createPartner(),
    ).listAssociations(query);
    expect(summaries.map(({ ResourceId }) => ResourceId)).toEqual(found);
  });
});
