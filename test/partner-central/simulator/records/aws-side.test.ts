/** AWS's side of an opportunity, the ends of reviews, and the partner's solutions. */
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

const submit = (partner: Partner, id: string, more: Parameters<Partner['startEngagement']>[2] = {}) =>
  runToEnd(partner, () => partner.startEngagement(id, `submission of ${id}`, more));

const names = (people: readonly { readonly FirstName?: string | undefined }[] = []) =>
  people.map(({ FirstName }) => FirstName);

describe('GetAwsOpportunitySummary', () => {
  test('a draft has a summary without involvement, life cycle, insights and team', async () => {
    const summary = await recordsOf(await createPartner()).getAwsSummary('O5000001');
    expect(summary).toMatchObject({
      Catalog: 'Sandbox',
      RelatedOpportunityId: 'O5000001',
      Origin: 'Partner Referral',
      OpportunityTeam: [],
      RelatedEntityIds: { Solutions: ['S-0050001'] },
    });
    for (const member of ['InvolvementType', 'Visibility', 'LifeCycle', 'Insights', 'CosellMotion'] as const)
      expect([member, summary[member]]).toEqual([member, undefined]);
  });

  test('the involvement appears with the submission, as it was asked for', async () => {
    const partner = await createPartner();
    await submit(partner, 'O5000001', {
      AwsSubmission: { InvolvementType: 'For Visibility Only', Visibility: 'Limited' },
    });
    expect(await recordsOf(partner).getAwsSummary('O5000001')).toMatchObject({
      InvolvementType: 'For Visibility Only',
      Visibility: 'Limited',
    });
    await submit(partner, 'O1000001');
    expect(await recordsOf(partner).getAwsSummary('O1000001')).toMatchObject({
      InvolvementType: 'Co-Sell',
      Visibility: 'Full',
    });
  });

  test.each([1, 10])(
    'stage, team, scores and recommendations appear one after the other, at speed %i',
    async (speed) => {
      const partner = await createPartner({ speed });
      const { getAwsSummary } = recordsOf(partner);
      await partner.startEngagement('O5000001', 'token');
      const seen: unknown[] = [];
      for (const seconds of [42.99, 0.01, 10, 10, 10]) {
        await partner.clock.advance((seconds * SECOND) / speed);
        const { LifeCycle, OpportunityTeam, Insights, CosellMotion } = await getAwsSummary('O5000001');
        seen.push([
          LifeCycle?.Stage,
          OpportunityTeam?.length,
          Insights?.OpportunityQuality?.Score,
          Insights?.EngagementScore,
          CosellMotion,
          Insights?.Recommendations?.length,
        ]);
      }
      expect(seen).toEqual([
        [undefined, 0, undefined, undefined, undefined, undefined],
        ['Seller Engaged', 0, undefined, undefined, undefined, undefined],
        ['Seller Engaged', 3, undefined, undefined, undefined, undefined],
        ['Seller Engaged', 3, 72, 'High', 'AWS Field-engaged', 0],
        ['Seller Engaged', 3, 72, 'High', 'AWS Field-engaged', 3],
      ]);
    },
  );

  test('the team of an approved opportunity is in the summary or in the opportunity', async () => {
    const { getAwsSummary, getOpportunity } = recordsOf(await createPartner());
    expect(names((await getAwsSummary('O5000009')).OpportunityTeam)).toEqual(['Alexa', 'Owen', 'Petra']);
    expect((await getOpportunity('O5000009')).OpportunityTeam).toBeUndefined();
    expect((await getAwsSummary('O5000012')).OpportunityTeam).toEqual([]);
    expect(names((await getOpportunity('O5000012')).OpportunityTeam)).toEqual(['Alexa', 'Owen', 'Petra']);
  });

  test('an opportunity that AWS does not have has no summary, and the summary spends the quota of reads', async () => {
    const { getAwsSummary } = recordsOf(await createPartner({ readsPerDay: 1 }));
    expect(nameOf(await failureOf(getAwsSummary('O3000006')))).toBe('ResourceNotFoundException');
    expect(nameOf(await failureOf(getAwsSummary('O1')))).toBe('ThrottlingException');
  });
});

describe('the end of a review', () => {
  async function reviewed(id: string) {
    const partner = await createPartner();
    const { EngagementInvitationId = '' } = await submit(partner, id);
    const before = await recordsOf(partner).getOpportunity(id);
    await partner.clock.advance(40 * SECOND);
    return { partner, records: recordsOf(partner), before, EngagementInvitationId };
  }

  test.each([
    ['O5000001', 'Approved', undefined, 'ACCEPTED'],
    ['O5000013', 'Rejected', 'Duplicate opportunity', 'REJECTED'],
    ['O5000014', 'Action Required', 'Opportunity details are not sufficient', 'PENDING'],
  ])('the review of %s ends %s', async (id, status, reason, invitation) => {
    const { records, before, EngagementInvitationId } = await reviewed(id);
    expect(before.LifeCycle).toMatchObject({ ReviewStatus: 'Submitted' });
    expect(before.LifeCycle?.ReviewComments).toBeUndefined();
    const { LifeCycle } = await records.getOpportunity(id);
    expect([LifeCycle?.ReviewStatus, LifeCycle?.ReviewStatusReason]).toEqual([status, reason]);
    expect(LifeCycle?.ReviewComments === undefined).toBe(reason === undefined);
    expect((await records.getInvitation(EngagementInvitationId)).Status).toBe(invitation);
  });

  test('a correction restarts the review, which then ends Approved', async () => {
    const { partner, records, EngagementInvitationId } = await reviewed('O5000014');
    await partner.clock.advance(SECOND);
    await records.update('O5000014', ({ Project }) => ({
      Project: { ...Project, CustomerBusinessProblem: 'Crews are planned by the numbers of last year.' },
    }));
    const status = async () => (await records.getOpportunity('O5000014')).LifeCycle?.ReviewStatus;
    expect(await status()).toBe('Submitted');
    await partner.clock.advance(40 * SECOND);
    expect(await status()).toBe('Approved');
    expect((await records.getInvitation(EngagementInvitationId)).Status).toBe('ACCEPTED');
    expect((await records.getAwsSummary('O5000014')).LifeCycle?.Stage).toBe('Seller Engaged');
  });

  test('a rejected opportunity has no AWS team', async () => {
    const { partner, records } = await reviewed('O5000013');
    await partner.clock.advance(60 * SECOND);
    expect(await records.getAwsSummary('O5000013')).toMatchObject({ InvolvementType: 'Co-Sell', OpportunityTeam: [] });
  });
});

describe('ListSolutions', () => {
  type Query = Parameters<ReturnType<typeof recordsOf>['listSolutions']>[0];

  test.each<[string, Query, string[]]>([
    ['nothing, latest identifier first', {}, ['S-0050004', 'S-0050003', 'S-0050002', 'S-0050001', 'S-0000001']],
    [
      'status, by name',
      { Status: ['Active'], Sort: { SortBy: 'Name', SortOrder: 'ASCENDING' } },
      ['S-0050002', 'S-0050001', 'S-0000001'],
    ],
    ['identifier', { Identifier: ['S-0050003', 'S-9'] }, ['S-0050003']],
    ['category', { Category: ['Consulting Service'] }, ['S-0000001']],
    [
      'ARN of the Marketplace solution',
      {
        AwsMarketplaceSolutionArn: [
          'arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Solution/sol-fleetplanner',
        ],
      },
      ['S-0050001'],
    ],
  ])('the list filters by %s', async (_, query, found) => {
    const { SolutionSummaries = [] } = await recordsOf(await createPartner()).listSolutions(query);
    expect(SolutionSummaries.map(({ Id }) => Id)).toEqual(found);
  });

  test('each solution has every member, and pages follow their tokens', async () => {
    const { listSolutions } = recordsOf(await createPartner());
    const { SolutionSummaries: [first] = [], NextToken } = await listSolutions({ MaxResults: 1 });
    expect(first).toEqual({
      Catalog: 'Sandbox',
      Id: 'S-0050004',
      Arn: 'arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/solution/S-0050004',
      Name: 'Archive Gateway',
      Status: 'Draft',
      Category: 'Software Product',
      CreatedDate: new Date(Date.UTC(2025, 4, 15, 8)),
    });
    const { SolutionSummaries: [second] = [] } = await listSolutions({ MaxResults: 1, NextToken });
    expect(second?.Id).toBe('S-0050003');
  });
});
