import { describe, expect, test } from '@jest/globals';
import {
  GET_AWS_OPPORTUNITY,
  LIST_ENGAGEMENT_ASSOCIATIONS,
  LIST_SOLUTIONS,
} from '../../src/partner-central/related-operations.js';
import { AT_MS, AWS_SUMMARY, SOLUTION } from '../support/fixtures/raw-related.js';
import { CONTACT, LIST, PAGE_BODY, SANDBOX, SPEND, readOne } from '../support/aws/read-one.js';

const ONE = { catalog: SANDBOX, id: 'O1000001' };

describe('GET_AWS_OPPORTUNITY', () => {
  test("AWS's side is requested by the id of the opportunity and mapped with every member", async () => {
    const { value, question } = await readOne(GET_AWS_OPPORTUNITY, ONE, AWS_SUMMARY);
    expect(question).toEqual({ Catalog: 'Sandbox', RelatedOpportunityIdentifier: 'O1000001' });
    expect(value).toEqual({
      catalog: 'SANDBOX',
      opportunityId: 'O1000001',
      origin: 'Partner Referral',
      involvementType: 'CO_SELL',
      rawInvolvementType: 'Co-Sell',
      involvementTypeChangeReason: 'Risk Mitigation',
      visibility: 'LIMITED',
      rawVisibility: 'Limited',
      stage: 'Term Sheet Negotiation',
      closedLostReason: 'Price',
      targetCloseDate: '2026-12-31',
      nextSteps: 'secret-next',
      nextStepsHistory: [{ value: 'secret-step', time: AT_MS }],
      team: [
        {
          email: 'secret@amazon.example.com',
          firstName: 'secret-first',
          lastName: 'secret-last',
          businessTitle: 'AWSSalesRep',
        },
      ],
      nextBestActions: 'secret-action',
      engagementScore: 'Medium',
      qualityScore: 0,
      qualityTrend: 'Declining',
      recommendations: [
        {
          type: 'SolutionRecommendation',
          details: 'secret-recommendation',
          attributes: [{ key: 'SolutionId', value: 'S-0000002' }],
        },
      ],
      cosellMotion: 'Partner-led',
      spendInsights: {
        partner: null,
        aws: {
          currencyCode: 'EUR',
          frequency: 'Monthly',
          totalAmount: '4711.00',
          totalOptimizedAmount: '4710.00',
          totalPotentialSavingsAmount: '1.00',
          amountsByCategory: [{ category: 'a pathway', amount: '4711.00' }],
          products: [
            {
              productCode: 'AmazonRDS',
              serviceCode: 'rds',
              categories: ['a pathway'],
              amount: '4711.00',
              optimizedAmount: '4710.00',
              potentialSavingsAmount: '1.00',
              optimizations: [{ description: 'secret-advice', savingsAmount: '1.00' }],
            },
          ],
        },
      },
      softwareRevenue: {
        value: { amount: '4711.00', currencyCode: 'EUR' },
        discount: '15.00',
        effectiveDate: '2026-02-01',
        expirationDate: '2027-02-01',
      },
      customerContacts: [CONTACT],
      expectedCustomerSpend: [SPEND],
      awsPartition: 'aws-eusc',
      relatedEntities: {
        solutions: ['S-0000001'],
        awsProducts: ['AmazonEC2'],
        awsMarketplaceSolutions: ['marketplace-solution'],
        awsMarketplaceProducts: ['marketplace-product'],
      },
    });
  });

  test('the summary of a draft has nulls and empty lists', async () => {
    const { value } = await readOne(GET_AWS_OPPORTUNITY, ONE, {
      Catalog: 'Sandbox',
      LifeCycle: null,
      Insights: null,
      OpportunityTeam: [],
    });
    expect(value).toMatchObject({
      involvementType: null,
      rawInvolvementType: null,
      stage: null,
      nextStepsHistory: [],
      team: [],
      qualityScore: null,
      recommendations: [],
      spendInsights: null,
      softwareRevenue: null,
      relatedEntities: { solutions: [] },
    });
  });

  test("values that this version does not know are kept in AWS's words", async () => {
    const { value } = await readOne(GET_AWS_OPPORTUNITY, ONE, {
      ...AWS_SUMMARY,
      InvolvementType: 'Deep Sell',
      Visibility: 'Partial',
      LifeCycle: { Stage: 'Daydreaming', ClosedLostReason: 'A New Reason' },
      Insights: { EngagementScore: 'Sky-High', OpportunityQuality: { Score: 101.5, Trend: 'Sideways' } },
      CosellMotion: 'Robot-led',
    });
    expect(value).toMatchObject({
      involvementType: null,
      rawInvolvementType: 'Deep Sell',
      visibility: null,
      rawVisibility: 'Partial',
      stage: 'Daydreaming',
      closedLostReason: 'A New Reason',
      engagementScore: 'Sky-High',
      qualityScore: null,
      qualityTrend: 'Sideways',
      cosellMotion: 'Robot-led',
    });
  });

  test('a recommendation without a text, and an attribute with another value than a text, are left out', async () => {
    const { value } = await readOne(GET_AWS_OPPORTUNITY, ONE, {
      ...AWS_SUMMARY,
      Insights: {
        Recommendations: [{ Type: 'OpportunityQuality' }, { Type: 'T', Details: 'D', Attributes: { a: 7, b: 'c' } }],
      },
    });
    expect(value.recommendations).toEqual([{ type: 'T', details: 'D', attributes: [{ key: 'b', value: 'c' }] }]);
  });
});

describe('LIST_ENGAGEMENT_ASSOCIATIONS', () => {
  const list = { ...LIST, maxResults: 1000 };
  const EngagementResourceAssociationSummaries = [
    {
      Catalog: 'Sandbox',
      EngagementId: 'eng-00000000000001',
      ResourceType: 'Opportunity',
      ResourceId: 'O1000001',
      CreatedBy: '123456789012',
    },
    { Catalog: 'Sandbox', EngagementId: 'eng-00000000000002' },
  ];

  test.each([
    ['O1000001', { ResourceIdentifier: 'O1000001' }],
    [null, {}],
  ])('the associations of %s are requested, and those without an id are dropped', async (opportunityId, named) => {
    const { value, question } = await readOne(
      LIST_ENGAGEMENT_ASSOCIATIONS,
      { ...list, filter: { opportunityId } },
      { EngagementResourceAssociationSummaries, NextToken: 'more' },
    );
    expect(question).toEqual({ ...PAGE_BODY, MaxResults: 1000, ResourceType: 'Opportunity', ...named });
    expect(value).toEqual({
      items: [{ engagementId: 'eng-00000000000001', opportunityId: 'O1000001' }],
      nextToken: 'more',
    });
  });

  test('a page holds up to a thousand associations', async () => {
    const [association] = EngagementResourceAssociationSummaries;
    const { value } = await readOne(
      LIST_ENGAGEMENT_ASSOCIATIONS,
      { ...list, filter: { opportunityId: null } },
      { EngagementResourceAssociationSummaries: Array(1500).fill(association) },
    );
    expect(value.items).toHaveLength(1000);
  });
});

describe('LIST_SOLUTIONS', () => {
  const SOLUTION_HERE = {
    catalog: 'SANDBOX',
    id: 'S-0000001',
    arn: SOLUTION.Arn,
    name: 'secret-solution',
    status: 'Active',
    category: 'Software Product',
    createdAt: AT_MS,
    awsMarketplaceSolutionArn: 'arn:aws:aws-marketplace:us-east-1::solution/1',
  };

  test('solutions are requested by name with every filter in the spelling of AWS, and mapped with every member', async () => {
    const filter = {
      statuses: ['ACTIVE' as const, 'DRAFT' as const, 'ACTIVE' as const],
      identifiers: ['S-0000001', 'S-0000001'],
      categories: ['Software Product'],
      awsMarketplaceSolutionArns: ['arn:1'],
    };
    const { value, question } = await readOne(
      LIST_SOLUTIONS,
      { ...LIST, filter, nextToken: 'a token' },
      { SolutionSummaries: [SOLUTION, { Name: 'without an id' }], NextToken: 'another' },
    );
    expect(question).toEqual({
      ...PAGE_BODY,
      NextToken: 'a token',
      Sort: { SortBy: 'Name', SortOrder: 'ASCENDING' },
      Status: ['Active', 'Draft'],
      Identifier: ['S-0000001'],
      Category: ['Software Product'],
      AwsMarketplaceSolutionArn: ['arn:1'],
    });
    expect(value).toEqual({ items: [SOLUTION_HERE], nextToken: 'another' });
  });

  test('a solution without a name shows its id, and a status that AWS adds keeps its word', async () => {
    const { value } = await readOne(LIST_SOLUTIONS, LIST, {
      SolutionSummaries: [
        { Id: 'S-1', Status: 'Under Review' },
        { Id: 'S-2', Name: 'Two' },
      ],
    });
    expect(value.items.map(({ name, status }) => [name, status])).toEqual([
      ['S-1', 'Under Review'],
      ['Two', 'Unknown'],
    ]);
  });
});
