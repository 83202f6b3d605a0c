/**
 * AWS's published run from a lead to a submission (catalog AWS, 2025-11-03). The draft of a converted lead is updated
 * once and submitted in the stage Prospect, without a partner identifier.
 */
import { expect, test } from '@jest/globals';
import { UpdateEngagementContextCommand } from '@aws-sdk/client-partnercentral-selling';
import { clockThatJumps } from '../../support/fakes/clocks.js';
import { runToEnd, startGateway } from '../../support/harness/gateway.js';
import { FORGOTTEN_MS, ask, rulesOf } from '../../support/clients/seller.js';
import { createClient } from '../../support/aws/simulator-client.js';
import { recordsOf } from '../../support/aws/simulator-records.js';
import { whenDone } from '../../support/harness/cleanup.js';

const READY = `query($id: ID!, $engagementId: ID!) { opportunity(catalog: AWS, identifier: $id) {
  partnerOpportunityIdentifier lifeCycle { stage reviewStatus targetCloseDate }
  project { title customerBusinessProblem } customer { account { companyName industry address { countryCode postalCode } } }
  submissionReadiness(awsSubmission: { involvementType: CO_SELL, visibility: FULL }, engagementId: $engagementId) {
    rule outcome field message source evidence
  }
} }`;
const ENGAGEMENT_ID = 'eng-leadnotjoined1';
const LEAD = {
  QualificationStatus: 'Qualified',
  Customer: {
    CompanyName: 'Acme Corp',
    Industry: 'Software and Internet',
    Address: { CountryCode: 'US', StateOrRegion: 'California', City: 'San Francisco' },
    WebsiteUrl: 'https://acmecorp-updated.example.com',
    MarketSegment: 'Enterprise',
    AwsMaturity: 'Single-Account',
  },
  Interaction: {
    InteractionDate: new Date('2025-11-04T03:11:42.978Z'),
    SourceType: 'Campaign',
    SourceId: 'SQFONL7I',
    SourceName: 'Recycled Wooden Shirt Campaign - 2025',
    CustomerAction: 'Completed Form',
    BusinessProblem: 'Need to modernize legacy database infrastructure for better scalability',
    Usecase: 'Database',
    Contact: {
      BusinessTitle: 'Investor Implementation Officer',
      Email: 'test@test.com',
      FirstName: 'Torey',
      LastName: 'Orn',
    },
  },
} as const;

test('the published run breaks no rule before its submission, and its submission completes', async () => {
  const clock = clockThatJumps();
  const gateway = await startGateway({ CATALOGS: 'AWS' }, { speed: 20 }, { clock });
  const client = createClient(gateway.simulator.endpoint);
  whenDone(() => client.destroy());
  const { accept, getEngagement, getOpportunity, associate, update } = recordsOf({ client }, 'AWS');
  const ready = async (id: string) => (await ask(gateway, READY, { id, engagementId: ENGAGEMENT_ID })).opportunity;

  await accept('engi-leadpending01');
  await client.send(
    new UpdateEngagementContextCommand({
      Catalog: 'AWS',
      EngagementIdentifier: ENGAGEMENT_ID,
      ContextIdentifier: '1',
      EngagementLastModifiedAt: (await getEngagement(ENGAGEMENT_ID)).ModifiedAt,
      Type: 'Lead',
      Payload: { Lead: LEAD },
    }),
  );
  const conversion = await runToEnd(gateway, ENGAGEMENT_ID, { catalog: 'AWS' });
  expect(conversion.last.status).toBe('COMPLETE');
  const id: string = conversion.last.task.opportunityId;

  const draft = await getOpportunity(id);
  expect(draft).toMatchObject({
    NationalSecurity: 'No',
    OpportunityType: 'Net New Business',
    Customer: {
      Account: {
        CompanyName: 'Acme Corp',
        Industry: 'Software and Internet',
        WebsiteUrl: 'https://acmecorp-updated.example.com',
        Address: { CountryCode: 'US' },
      },
      Contacts: [],
    },
    Project: {
      Title: 'Converted from Lead',
      CustomerBusinessProblem: LEAD.Interaction.BusinessProblem,
      ExpectedCustomerSpend: [],
    },
    Marketing: { Source: 'None' },
    LifeCycle: { Stage: 'Prospect', ReviewStatus: 'Pending Submission' },
  });
  expect(rulesOf((await ready(id)).submissionReadiness, 'FAILED').toSorted()).toEqual([
    'CUSTOMER_USE_CASE_PRESENT',
    'DELIVERY_MODELS_PRESENT',
    'EXPECTED_CUSTOMER_SPEND_PRESENT',
    'POSTAL_CODE_PRESENT',
    'PRIMARY_NEEDS_PRESENT',
    'SALES_ACTIVITIES_PRESENT',
    'SOLUTION_ASSOCIATED',
    'STATE_OR_REGION_VALID',
  ]);

  await associate(id, 'S-0052021');
  await update(id, ({ Customer, Project, LifeCycle }) => ({
    Customer: {
      Account: {
        CompanyName: 'Acme Corp',
        ...Customer?.Account,
        Address: { CountryCode: 'US', PostalCode: '10001', StateOrRegion: 'New York' },
        AwsAccountId: '111111111111',
        Duns: '111100111',
      },
      Contacts: [
        {
          BusinessTitle: 'Executive',
          Email: 'testnamelast09@test.com',
          FirstName: 'TestContact011',
          LastName: 'MLastName001',
          Phone: '+14444444444',
        },
      ],
    },
    Project: {
      ...Project,
      ExpectedCustomerSpend: [{ Amount: '12500', CurrencyCode: 'USD', Frequency: 'Monthly', TargetCompany: 'AWS' }],
      CompetitorName: 'No Competition',
      CustomerUseCase: 'Security & Compliance',
      DeliveryModels: ['SaaS or PaaS'],
      SalesActivities: ['Conducted POC / Demo'],
    },
    Marketing: {
      AwsFundingUsed: 'Yes',
      CampaignName: 'TestCampaignName01',
      Channels: ['Content Syndication'],
      Source: 'Marketing Activity',
      UseCases: ['Analytics'],
    },
    LifeCycle: { ...LifeCycle, NextSteps: 'Next steps on the opportunity.' },
    PrimaryNeedsFromAws: ['Co-Sell - Architectural Validation'],
    SoftwareRevenue: {
      DeliveryModel: 'Pay-as-you-go',
      EffectiveDate: '2023-10-31',
      ExpirationDate: '2024-03-31',
      Value: { Amount: '10000.0', CurrencyCode: 'USD' },
    },
  }));
  clock.jump(FORGOTTEN_MS);
  const completed = await ready(id);
  expect(completed).toMatchObject({
    partnerOpportunityIdentifier: null,
    lifeCycle: { stage: 'PROSPECT', reviewStatus: 'PENDING_SUBMISSION' },
  });
  expect(rulesOf(completed.submissionReadiness, 'FAILED')).toEqual([]);
  expect(rulesOf(completed.submissionReadiness, 'UNKNOWN')).toEqual(
    expect.arrayContaining(['PARTNER_OPPORTUNITY_IDENTIFIER_PRESENT', 'DUPLICATE_CUSTOMER']),
  );

  const submission = await runToEnd(gateway, id, { catalog: 'AWS' });
  expect(submission.last).toMatchObject({ status: 'COMPLETE', task: { engagementId: ENGAGEMENT_ID } });
});
