import { describe, expect, test } from '@jest/globals';
import { MINUTE } from '../../../src/runtime/clock.js';
import type {
  Address,
  LifeCycle,
  Opportunity,
  Project,
  RelatedEntities,
  ReviewStatus,
} from '../../../src/partner-central/model/record-types.js';
import { submissionChecks, type SubmissionFacts } from '../../../src/records/readiness/submission.js';
import { COMPLETE, CUSTOMER_PROJECT, LEAD, NOW, engagementWith } from '../../support/fixtures/passing-records.js';

const FACTS: SubmissionFacts = {
  submission: { involvementType: 'CO_SELL', visibility: 'FULL' },
  engagement: engagementWith(LEAD, CUSTOMER_PROJECT),
};

const withProject = (more: Partial<Project>): Opportunity => ({
  ...COMPLETE,
  project: COMPLETE.project && { ...COMPLETE.project, ...more },
});
const withLifeCycle = (more: Partial<LifeCycle>): Opportunity => ({
  ...COMPLETE,
  lifeCycle: COMPLETE.lifeCycle && { ...COMPLETE.lifeCycle, ...more },
});
const withEntities = (more: Partial<RelatedEntities>): Opportunity => ({
  ...COMPLETE,
  relatedEntities: { ...COMPLETE.relatedEntities, solutions: [], ...more },
});
const withAccount = (more: object, address: Partial<Address> = {}): Opportunity => {
  const account = COMPLETE.customer?.account;
  if (account?.address == null) throw new Error('The complete opportunity has an address.');
  return {
    ...COMPLETE,
    customer: { contacts: [], account: { ...account, ...more, address: { ...account.address, ...address } } },
  };
};

/** The rules with this outcome. */
function having(
  outcome: 'FAILED' | 'UNKNOWN' | 'PASSED',
  opportunity: Opportunity,
  facts: Partial<SubmissionFacts> = {},
  now = NOW,
): string[] {
  return submissionChecks(opportunity, { ...FACTS, ...facts }, now)
    .filter((check) => check.outcome === outcome)
    .map(({ rule }) => rule);
}

function messageOf(rule: string, opportunity: Opportunity, facts: Partial<SubmissionFacts> = {}): string {
  return submissionChecks(opportunity, { ...FACTS, ...facts }, NOW).find((check) => check.rule === rule)?.message ?? '';
}

test('a complete opportunity passes every check except the one that only AWS can make', () => {
  expect(having('FAILED', COMPLETE)).toEqual([]);
  expect(having('UNKNOWN', COMPLETE)).toEqual(['DUPLICATE_CUSTOMER']);
});

describe('submissionChecks with one failure', () => {
  test.each<[string, Opportunity]>([
    ['REVIEW_STATUS_PRESENT', withLifeCycle({ reviewStatus: null })],
    ['STAGE_QUALIFIED', withLifeCycle({ stage: 'PROSPECT' })],
    ['STAGE_QUALIFIED', withLifeCycle({ stage: 'CLOSED_LOST' })],
    [
      'SOLUTION_ASSOCIATED',
      withEntities({
        awsProducts: ['AmazonEC2'],
        awsMarketplaceOffers: ['an offer'],
        awsMarketplaceOfferSets: ['a set'],
      }),
    ],
    ['PRIMARY_NEEDS_PRESENT', { ...COMPLETE, primaryNeedsFromAws: [] }],
    ['PARTNER_OPPORTUNITY_IDENTIFIER_PRESENT', { ...COMPLETE, partnerOpportunityIdentifier: null }],
    ['DELIVERY_MODELS_PRESENT', withProject({ deliveryModels: [] })],
    ['CUSTOMER_USE_CASE_PRESENT', withProject({ customerUseCase: null })],
    ['SALES_ACTIVITIES_PRESENT', withProject({ salesActivities: [] })],
    ['CUSTOMER_BUSINESS_PROBLEM_LONG_ENOUGH', withProject({ customerBusinessProblem: 'x'.repeat(19) })],
    ['CUSTOMER_BUSINESS_PROBLEM_LONG_ENOUGH', withProject({ customerBusinessProblem: null })],
    ['EXPECTED_CUSTOMER_SPEND_PRESENT', withProject({ expectedCustomerSpend: [] })],
    [
      'EXPECTED_CUSTOMER_SPEND_MONTHLY',
      withProject({
        expectedCustomerSpend: [
          { amount: '1', currencyCode: 'USD', frequency: 'Yearly', targetCompany: 'AWS', estimationUrl: null },
        ],
      }),
    ],
    ['TARGET_CLOSE_DATE_IN_FUTURE', withLifeCycle({ targetCloseDate: null })],
    ['TARGET_CLOSE_DATE_IN_FUTURE', withLifeCycle({ targetCloseDate: '2026-06-15' })],
    ['TARGET_CLOSE_DATE_IN_FUTURE', withLifeCycle({ targetCloseDate: '15 June 2030' })],
    ['MARKETING_SOURCE_PRESENT', { ...COMPLETE, marketing: null }],
    ['INDUSTRY_PRESENT', withAccount({ industry: null })],
    ['WEBSITE_URL_PRESENT', withAccount({ websiteUrl: null })],
    ['POSTAL_CODE_PRESENT', withAccount({}, { postalCode: null })],
    ['STATE_OR_REGION_VALID', withAccount({}, { stateOrRegion: null })],
    ['STATE_OR_REGION_VALID', withAccount({}, { stateOrRegion: 'DC' })],
  ])('exactly one check fails: %s (%#)', (rule, opportunity) => {
    expect(having('FAILED', opportunity)).toEqual([rule]);
  });

  test.each<[ReviewStatus, string]>([
    ['SUBMITTED', 'The opportunity is Submitted already.'],
    ['IN_REVIEW', 'The opportunity is In Review:'],
    ['APPROVED', 'The opportunity is Approved:'],
    ['REJECTED', 'The opportunity is Rejected:'],
    ['ACTION_REQUIRED', 'The opportunity is Action Required:'],
  ])('REVIEW_STATUS_PENDING fails when the opportunity is %s, and says so', (reviewStatus, message) => {
    expect(having('FAILED', withLifeCycle({ reviewStatus }))).toEqual(['REVIEW_STATUS_PENDING']);
    expect(messageOf('REVIEW_STATUS_PENDING', withLifeCycle({ reviewStatus }))).toMatch(message);
  });

  test('VISIBILITY_ALLOWED fails when Co-Sell is combined with Limited', () => {
    expect(having('FAILED', COMPLETE, { submission: { involvementType: 'CO_SELL', visibility: 'LIMITED' } })).toEqual([
      'VISIBILITY_ALLOWED',
    ]);
  });

  test('ENGAGEMENT_HAS_CUSTOMER_PROJECT fails when the engagement is still a lead', () => {
    expect(having('FAILED', COMPLETE, { engagement: engagementWith(LEAD) })).toEqual([
      'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
    ]);
  });
});

describe('submissionChecks without a failure', () => {
  test.each<[string, Opportunity]>([
    ['with a Marketplace solution alone', withEntities({ awsMarketplaceSolutions: ['a solution'] })],
    ['with a Marketplace product alone', withEntities({ awsMarketplaceProducts: ['a product'] })],
    [
      'with a description of another solution alone',
      {
        ...withProject({ otherSolutionDescription: 'another' }),
        relatedEntities: { ...COMPLETE.relatedEntities, solutions: [] },
      },
    ],
    ['with a close date of tomorrow', withLifeCycle({ targetCloseDate: '2026-06-16' })],
    ['without a state outside the United States', withAccount({}, { countryCode: 'DE', stateOrRegion: null })],
    ['with a business problem of 20 characters', withProject({ customerBusinessProblem: 'x'.repeat(20) })],
  ])('no check fails %s', (_, opportunity) => {
    expect(having('FAILED', opportunity)).toEqual([]);
    expect(having('UNKNOWN', opportunity)).toEqual(['DUPLICATE_CUSTOMER']);
  });

  test('no check fails when a Limited opportunity is for visibility only', () => {
    expect(
      having('FAILED', COMPLETE, { submission: { involvementType: 'FOR_VISIBILITY_ONLY', visibility: 'LIMITED' } }),
    ).toEqual([]);
  });

  test('no check fails when the engagement was never a lead', () => {
    expect(having('FAILED', COMPLETE, { engagement: engagementWith() })).toEqual([]);
  });
});

describe('submissionChecks that are undecided', () => {
  const unknownOf = (opportunity: Opportunity, facts: Partial<SubmissionFacts> = {}, now = NOW) =>
    having('UNKNOWN', opportunity, facts, now).filter((rule) => rule !== 'DUPLICATE_CUSTOMER');

  test('the visibility is undecided until it is chosen', () => {
    expect(unknownOf(COMPLETE, { submission: null })).toEqual(['VISIBILITY_ALLOWED']);
  });

  test('the customer project is undecided when no engagement is known', () => {
    expect(unknownOf(COMPLETE, { engagement: null })).toEqual(['ENGAGEMENT_HAS_CUSTOMER_PROJECT']);
  });

  test('the state is undecided when the country is unknown', () => {
    expect(unknownOf(withAccount({}, { countryCode: null }))).toEqual(['STATE_OR_REGION_VALID']);
  });

  test('the stage is undecided when it is unknown', () => {
    expect(unknownOf(withLifeCycle({ stage: null }))).toEqual(['STAGE_QUALIFIED']);
  });

  test('the visibility of an opportunity at AWS is undecided during its first minute', () => {
    const createdAt = COMPLETE.createdAt ?? 0;
    expect(unknownOf(COMPLETE, {}, createdAt + MINUTE - 1)).toEqual(['RECENTLY_CREATED']);
    expect(unknownOf(COMPLETE, {}, createdAt + MINUTE)).toEqual([]);
    expect(unknownOf({ ...COMPLETE, createdAt: null })).toEqual(['RECENTLY_CREATED']);
  });
});

test('the description of another solution passes, and the message says that it is not a solution', () => {
  const described = {
    ...withProject({ otherSolutionDescription: 'another' }),
    relatedEntities: { ...COMPLETE.relatedEntities, solutions: [] },
  };
  expect(messageOf('SOLUTION_ASSOCIATED', described)).toBe(
    'No solution is associated, but Project.OtherSolutionDescription is there, which AWS has been seen to accept instead.',
  );
});
