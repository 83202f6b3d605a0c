/** Records that pass every check, to vary. */
import type {
  Engagement,
  EngagementContext,
  Invitation,
  Opportunity,
} from '../../src/partner-central/model/record-types.js';

export const NOW = Date.UTC(2026, 5, 15, 12);

export const COMPLETE: Opportunity = {
  catalog: 'SANDBOX',
  id: 'O1000001',
  arn: null,
  partnerOpportunityIdentifier: 'CRM-1',
  opportunityType: 'Net New Business',
  createdAt: Date.UTC(2026, 0, 1),
  lastModifiedAt: Date.UTC(2026, 0, 1),
  lifeCycle: {
    stage: 'QUALIFIED',
    reviewStatus: 'PENDING_SUBMISSION',
    reviewComments: null,
    reviewStatusReason: null,
    targetCloseDate: '2026-12-31',
    nextSteps: null,
    closedLostReason: null,
    nextStepsHistory: [],
  },
  customer: {
    account: {
      companyName: 'secret-company',
      industry: 'Energy',
      otherIndustry: null,
      websiteUrl: 'https://secret.example.com',
      address: {
        city: 'secret-city',
        postalCode: 'secret-postal',
        stateOrRegion: 'Dist. of Columbia',
        countryCode: 'US',
        streetAddress: null,
      },
      awsAccountId: null,
      duns: null,
    },
    contacts: [],
  },
  project: {
    deliveryModels: ['SaaS or PaaS'],
    expectedCustomerSpend: [
      { amount: '4711', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS', estimationUrl: null },
    ],
    title: 'secret-title',
    customerBusinessProblem: 'secret-problem: twenty',
    customerUseCase: 'Database',
    salesActivities: ['SOW Signed'],
    apnPrograms: [],
    competitorName: null,
    otherCompetitorNames: null,
    otherSolutionDescription: null,
    relatedOpportunityIdentifier: null,
    additionalComments: null,
    awsPartition: null,
  },
  primaryNeedsFromAws: ['Co-Sell - Deal Support'],
  nationalSecurity: null,
  marketing: { campaignName: null, source: 'None', useCases: [], channels: [], awsFundingUsed: null },
  softwareRevenue: null,
  opportunityTeam: [],
  relatedEntities: {
    solutions: ['S-0000001'],
    awsProducts: [],
    awsMarketplaceOffers: [],
    awsMarketplaceOfferSets: [],
    awsMarketplaceSolutions: [],
    awsMarketplaceProducts: [],
  },
};

export const LEAD: EngagementContext = {
  id: '1',
  type: 'LEAD',
  lead: { qualificationStatus: 'Qualified', customer: null, interactions: [], leadReadinessScore: null },
  customerProject: null,
};
export const CUSTOMER_PROJECT: EngagementContext = {
  id: '2',
  type: 'CUSTOMER_PROJECT',
  lead: null,
  customerProject: null,
};

export function engagementWith(...contexts: readonly EngagementContext[]): Engagement {
  return {
    catalog: 'SANDBOX',
    id: 'eng-00000000000001',
    arn: null,
    title: null,
    createdAt: null,
    createdBy: null,
    modifiedAt: null,
    modifiedBy: null,
    memberCount: null,
    contextTypes: [],
    description: null,
    contexts,
  };
}

export const PENDING: Invitation = {
  catalog: 'SANDBOX',
  id: 'engi-0000000000001',
  arn: null,
  payloadType: 'OPPORTUNITY_INVITATION',
  status: 'PENDING',
  engagementId: null,
  engagementTitle: null,
  invitedAt: null,
  expiresAt: NOW + 1,
  senderAwsAccountId: null,
  senderCompanyName: null,
  receiverAwsAccountId: null,
  message: null,
  engagementDescription: null,
  rejectionReason: null,
  opportunity: null,
  lead: null,
};
