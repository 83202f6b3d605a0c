import { describe, expect, test } from '@jest/globals';
import { GET_OPPORTUNITY, LIST_OPPORTUNITIES } from '../../../src/partner-central/record-operations.js';
import { AT_MS, OPPORTUNITY } from '../../support/fixtures/raw-records.js';
import { ADDRESS, CONTACT, LIST, PAGE_BODY, SANDBOX, SPEND, readOne } from '../../support/aws/read-one.js';

const ONE = { catalog: SANDBOX, id: 'O1000001' };

describe('GET_OPPORTUNITY', () => {
  test('an opportunity is requested by id and mapped with every member', async () => {
    const { value, question } = await readOne(GET_OPPORTUNITY, ONE, OPPORTUNITY);
    expect(question).toEqual({ Catalog: 'Sandbox', Identifier: 'O1000001' });
    expect(value).toEqual({
      catalog: 'SANDBOX',
      id: 'O1000001',
      arn: OPPORTUNITY.Arn,
      partnerOpportunityIdentifier: 'CRM-1',
      opportunityType: 'Net New Business',
      createdAt: AT_MS,
      lastModifiedAt: AT_MS,
      lifeCycle: {
        stage: 'TECHNICAL_VALIDATION',
        reviewStatus: 'IN_REVIEW',
        reviewComments: 'review comments',
        reviewStatusReason: 'a reason',
        targetCloseDate: '2026-12-31',
        nextSteps: 'secret-next',
        closedLostReason: 'Other',
        nextStepsHistory: [{ value: 'secret-step', time: AT_MS }],
      },
      customer: {
        account: {
          companyName: 'secret-company',
          industry: 'Other',
          otherIndustry: 'Lighthouses',
          websiteUrl: 'https://secret.example.com',
          address: ADDRESS,
          awsAccountId: '123456789012',
          duns: '123456789',
        },
        contacts: [CONTACT],
      },
      project: {
        deliveryModels: ['SaaS or PaaS'],
        expectedCustomerSpend: [SPEND],
        expectedContractDuration: { term: 'Months', value: 36 },
        title: 'secret-project',
        customerBusinessProblem: 'secret-problem that is long enough',
        customerUseCase: 'Database',
        salesActivities: ['Conducted POC / Demo'],
        apnPrograms: ['APN'],
        competitorName: '*Other',
        otherCompetitorNames: 'others',
        otherSolutionDescription: 'secret-solution',
        relatedOpportunityIdentifier: 'O1000002',
        additionalComments: 'comments',
        awsPartition: 'aws-eusc',
      },
      primaryNeedsFromAws: ['Co-Sell - Deal Support'],
      nationalSecurity: 'No',
      marketing: {
        campaignName: 'campaign',
        source: 'Marketing Activity',
        useCases: ['a use'],
        channels: ['Email'],
        awsFundingUsed: 'Yes',
      },
      softwareRevenue: {
        deliveryModel: 'Contract',
        value: { amount: '4711.00', currencyCode: 'USD' },
        effectiveDate: '2026-02-01',
        expirationDate: '2027-02-01',
      },
      opportunityTeam: [CONTACT],
      relatedEntities: {
        solutions: ['S-0000001'],
        awsProducts: ['AmazonEC2'],
        awsMarketplaceOffers: ['offer'],
        awsMarketplaceOfferSets: ['offer-set'],
        awsMarketplaceSolutions: ['marketplace-solution'],
        awsMarketplaceProducts: ['marketplace-product'],
      },
    });
  });

  test('an almost empty answer has nulls and empty lists, under the requested id', async () => {
    const { value } = await readOne(GET_OPPORTUNITY, ONE, {
      Catalog: 'Sandbox',
      Project: null,
      LifeCycle: { Stage: null },
      Customer: {},
    });
    expect(value).toMatchObject({
      id: 'O1000001',
      createdAt: null,
      project: null,
      primaryNeedsFromAws: [],
      relatedEntities: { solutions: [], awsMarketplaceProducts: [] },
    });
    expect(value.customer).toEqual({ account: null, contacts: [] });
    expect(value.lifeCycle).toMatchObject({ stage: null, reviewStatus: null, nextStepsHistory: [] });
  });

  test('unknown values and the text "null" are null, and the other members are read', async () => {
    const { value } = await readOne(GET_OPPORTUNITY, ONE, {
      ...OPPORTUNITY,
      NationalSecurity: 'null',
      LifeCycle: { Stage: 'Dreamt Of', ReviewStatus: 'IN REVIEW', NextSteps: '' },
    });
    expect(value.nationalSecurity).toBeNull();
    expect(value.lifeCycle).toMatchObject({ stage: null, reviewStatus: 'IN_REVIEW', nextSteps: null });
    expect(value.partnerOpportunityIdentifier).toBe('CRM-1');
  });
});

test('a list of opportunities is requested with every filter in the spelling of AWS, latest change first, and drops records without an id', async () => {
  const filter = {
    identifiers: ['O1', 'O1', 'O2'],
    stages: ['CLOSED_LOST' as const, 'CLOSED_LOST' as const],
    reviewStatuses: ['IN_REVIEW' as const],
    customerCompanyNames: ['a company'],
    modifiedAfter: AT_MS,
    modifiedBefore: AT_MS + 1000,
  };
  const { value, question } = await readOne(
    LIST_OPPORTUNITIES,
    { ...LIST, filter, nextToken: 'a token' },
    { OpportunitySummaries: [OPPORTUNITY, { Catalog: 'Sandbox' }], NextToken: 'another' },
  );
  expect(question).toEqual({
    ...PAGE_BODY,
    NextToken: 'a token',
    Sort: { SortBy: 'LastModifiedDate', SortOrder: 'DESCENDING' },
    Identifier: ['O1', 'O2'],
    LifeCycleStage: ['Closed Lost'],
    LifeCycleReviewStatus: ['In review'],
    CustomerCompanyName: ['a company'],
    LastModifiedDate: {
      AfterLastModifiedDate: '2026-01-01T10:00:00.123Z',
      BeforeLastModifiedDate: '2026-01-01T10:00:01.123Z',
    },
  });
  expect(value.nextToken).toBe('another');
  expect(value.items.map(({ id }) => id)).toEqual(['O1000001']);
  expect(value.items[0]?.project).toMatchObject({ deliveryModels: ['SaaS or PaaS'], salesActivities: [] });
});
