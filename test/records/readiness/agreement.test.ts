/**
 * Readiness and the simulator have rules of their own, and agree on any opportunity that AWS's model allows. Readiness
 * finds a broken rule exactly when the simulator fails the submission. Both name the same members.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { opportunityOf } from '../../../src/partner-central/mappers/opportunity.js';
import { submissionChecks } from '../../../src/records/readiness/submission.js';
import { createPartner } from '../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../support/aws/simulator-records.js';
import { type MemberChange as Change, type Members, changedMember } from '../../support/fixtures/changed-member.js';

const ABSENT = undefined;
/** The members that the rules concern, each with values that AWS's model allows. */
const VALUES: readonly (readonly [path: string, ...values: unknown[]])[] = [
  ['PrimaryNeedsFromAws', ABSENT, [], ['Co-Sell - Deal Support']],
  ['NationalSecurity', ABSENT, 'Yes', 'No'],
  ['PartnerOpportunityIdentifier', ABSENT, '', 'CRM-1'],
  ['OpportunityType', ABSENT, 'Net New Business', 'Flat Renewal'],
  ['Project.Title', ABSENT, '', 'A title'],
  ['Project.CustomerUseCase', ABSENT, '', 'Database'],
  ['Project.CustomerBusinessProblem', ABSENT, 'A problem of at least 20 characters'],
  ['Project.DeliveryModels', ABSENT, [], ['Resell']],
  ['Project.SalesActivities', ABSENT, [], ['SOW Signed']],
  ['Project.CompetitorName', ABSENT, '*Other', 'On-Prem'],
  ['Project.OtherCompetitorNames', ABSENT, '', 'Them'],
  ['Project.OtherSolutionDescription', ABSENT, '', 'Another solution'],
  ['Project.RelatedOpportunityIdentifier', ABSENT, 'O1'],
  ['Project.AwsPartition', ABSENT, 'aws-eusc'],
  [
    'Project.ExpectedContractDuration',
    ...['0', '1', '144', '145', '12.5', ''].map((Value) => ({ Term: 'Months', Value })),
  ],
  ['Marketing.Source', ABSENT, 'Marketing Activity', 'None'],
  ['Marketing.AwsFundingUsed', ABSENT, 'Yes', 'No'],
  ['LifeCycle.Stage', ABSENT, 'Prospect', 'Qualified', 'Committed', 'Launched', 'Closed Lost'],
  ['LifeCycle.ClosedLostReason', ABSENT, 'Price'],
  ['LifeCycle.ReviewStatus', ABSENT, 'Pending Submission', 'Action Required', 'Approved', 'Rejected'],
  ['LifeCycle.TargetCloseDate', ABSENT, '2025-12-31', '2026-01-01', '2026-01-02', '2099-12-31'],
  ['Customer.Account.CompanyName', '', 'Acme'],
  ['Customer.Account.Industry', ABSENT, 'Other', 'Government', 'Mining'],
  ['Customer.Account.OtherIndustry', ABSENT, '', 'Lighthouses'],
  ['Customer.Account.WebsiteUrl', ABSENT, 'https://acme.example.com'],
  ['Customer.Account.Address.CountryCode', ABSENT, 'US', 'DE', 'GB', 'HK', 'AR', 'IE'],
  ['Customer.Account.Address.PostalCode', ABSENT, '', '98101', '98101-1234', 'SW1A 1AA', '1'],
  ['Customer.Account.Address.StateOrRegion', ABSENT, '', 'Oregon', 'OR'],
];
const spend = fc.record({
  Amount: fc.constantFrom(ABSENT, '', '0', '0.00', '4200.00'),
  CurrencyCode: fc.constantFrom('USD', 'EUR', 'GBP'),
  Frequency: fc.constantFrom('Monthly', 'None'),
  TargetCompany: fc.constantFrom('AWS', 'Self', 'Acme'),
  EstimationUrl: fc.constantFrom(
    ABSENT,
    'https://calculator.aws/#/estimate?id=0123456789abcdef0123456789abcdef',
    'https://calculator.aws/#/estimate',
  ),
});
const change: fc.Arbitrary<Change> = fc.oneof(
  ...VALUES.map(([path, ...values]) => fc.constantFrom(...values).map((value): Change => [path, value])),
  fc.array(spend, { maxLength: 3 }).map((spends): Change => ['Project.ExpectedCustomerSpend', spends]),
);

const submission = fc.constantFrom(
  { InvolvementType: 'Co-Sell', Visibility: 'Full' } as const,
  { InvolvementType: 'Co-Sell', Visibility: 'Limited' } as const,
  { InvolvementType: 'For Visibility Only', Visibility: 'Full' } as const,
  { InvolvementType: 'For Visibility Only', Visibility: 'Limited' } as const,
);

test('readiness finds a broken rule exactly when the simulator fails the submission', async () => {
  const seen = { COMPLETE: 0, FAILED: 0 };
  const property = fc.asyncProperty(
    fc.array(change, { maxLength: 3 }),
    submission,
    fc.constantFrom(true, true, true, false),
    async (changes, chosen, isOffered) => {
      const partner = await createPartner();
      const { getOpportunity, update } = recordsOf(partner);
      // O5000002 lacks a solution.
      const id = isOffered ? 'O5000001' : 'O5000002';
      await update(id, (before) => changes.reduce<Members>(changedMember, { ...before }));
      const raw = await getOpportunity(id);
      const checks = submissionChecks(
        opportunityOf(raw, 'SANDBOX', id),
        {
          submission: {
            involvementType: chosen.InvolvementType === 'Co-Sell' ? 'CO_SELL' : 'FOR_VISIBILITY_ONLY',
            visibility: chosen.Visibility === 'Full' ? 'FULL' : 'LIMITED',
          },
          engagements: null,
        },
        partner.clock.now(),
      );
      const broken = checks.filter(({ outcome }) => outcome === 'FAILED').map(({ rule }) => rule);
      const { TaskStatus, Message } = await runToEnd(partner, () =>
        partner.startEngagement(id, 'token', { AwsSubmission: chosen }),
      );
      seen[TaskStatus === 'COMPLETE' ? 'COMPLETE' : 'FAILED'] += 1;
      expect({ TaskStatus, Message, broken }).toMatchObject(
        broken.length === 0 ? { TaskStatus: 'COMPLETE' } : { TaskStatus: 'FAILED', broken },
      );
      partner.client.destroy();
      await partner.simulator.close();
    },
  );
  await fc.assert(property, { numRuns: 80, endOnFailure: true });
  // Both outcomes are frequent, so that the property says something.
  expect(Math.min(seen.COMPLETE, seen.FAILED)).toBeGreaterThan(10);
});
