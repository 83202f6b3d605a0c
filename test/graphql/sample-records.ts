/** Records with every member set, each to a value of its own, so that two that are mixed up are seen. */
import type {
  Contact,
  Engagement,
  EngagementContext,
  EngagementSummary,
  Invitation,
  InvitationSummary,
  Opportunity,
  OpportunitySummary,
  SnapshotJob,
} from '../../src/partner-central/model/record-types.js';

const day = (number: number) => Date.UTC(2025, 0, number);

function contact(name: string): Contact {
  return {
    email: `${name}@example.com`,
    firstName: name,
    lastName: `${name}son`,
    businessTitle: `${name}'s title`,
    phone: `+1${name.length}`,
  };
}

const SPEND = {
  amount: '12.50',
  currencyCode: 'USD',
  frequency: 'Monthly',
  targetCompany: 'AWS',
  estimationUrl: 'https://calculator.aws/1',
};

export const OPPORTUNITY: Opportunity = {
  catalog: 'SANDBOX',
  id: 'O1',
  arn: 'arn:opportunity',
  partnerOpportunityIdentifier: 'crm-1',
  opportunityType: 'Expansion',
  createdAt: day(3),
  lastModifiedAt: day(4),
  lifeCycle: {
    stage: 'QUALIFIED',
    reviewStatus: 'IN_REVIEW',
    reviewComments: 'comments',
    reviewStatusReason: 'reason',
    targetCloseDate: '2025-12-31',
    nextSteps: 'next',
    closedLostReason: 'lost',
    nextStepsHistory: [{ value: 'earlier', time: day(5) }],
  },
  customer: {
    account: {
      companyName: 'Acme',
      industry: 'Other',
      otherIndustry: 'Anvils',
      websiteUrl: 'acme.example.com',
      address: {
        city: 'Tucson',
        postalCode: '85701',
        stateOrRegion: 'Arizona',
        countryCode: 'US',
        streetAddress: '1 Road',
      },
      awsAccountId: '111122223333',
      duns: '123456789',
    },
    contacts: [contact('Wile')],
  },
  project: {
    deliveryModels: ['Resell'],
    expectedCustomerSpend: [SPEND],
    title: 'Project',
    customerBusinessProblem: 'problem',
    customerUseCase: 'use case',
    salesActivities: ['SOW Signed'],
    apnPrograms: ['program'],
    competitorName: 'On-Prem',
    otherCompetitorNames: 'others',
    otherSolutionDescription: 'solution',
    relatedOpportunityIdentifier: 'O9',
    additionalComments: 'more',
    awsPartition: 'aws-eusc',
  },
  primaryNeedsFromAws: ['Deal Support'],
  nationalSecurity: 'No',
  marketing: {
    campaignName: 'campaign',
    source: 'Marketing Activity',
    useCases: ['case'],
    channels: ['Email'],
    awsFundingUsed: 'Yes',
  },
  softwareRevenue: {
    deliveryModel: 'Contract',
    value: { amount: '7', currencyCode: 'EUR' },
    effectiveDate: '2025-02-01',
    expirationDate: '2026-02-01',
  },
  opportunityTeam: [contact('Road')],
  relatedEntities: {
    solutions: ['S-1'],
    awsProducts: ['product'],
    awsMarketplaceOffers: ['offer'],
    awsMarketplaceOfferSets: ['set'],
    awsMarketplaceSolutions: ['marketplace solution'],
    awsMarketplaceProducts: ['marketplace product'],
  },
};

export const CONTEXTS: readonly EngagementContext[] = [
  {
    id: '1',
    type: 'LEAD',
    lead: {
      qualificationStatus: 'Qualified',
      customer: {
        companyName: 'Acme',
        industry: 'Mining',
        websiteUrl: 'acme.example.com',
        address: { city: 'Tucson', postalCode: null, stateOrRegion: null, countryCode: 'US', streetAddress: null },
        awsMaturity: 'starting',
        marketSegment: 'Small',
      },
      interactions: [
        {
          sourceType: 'event',
          sourceId: 'e1',
          sourceName: 'Summit',
          useCase: 'Backup',
          interactionDate: day(6),
          customerAction: 'asked',
          businessProblem: 'loss',
          contact: contact('Wile'),
        },
      ],
      leadReadinessScore: 'High',
    },
    customerProject: null,
  },
  {
    id: '2',
    type: 'CUSTOMER_PROJECT',
    lead: null,
    customerProject: {
      customer: { companyName: 'Acme', industry: 'Mining', websiteUrl: 'acme.example.com', countryCode: 'US' },
      project: { title: 'Project', businessProblem: 'problem', targetCompletionDate: '2025-11-30' },
    },
  },
];

export const ENGAGEMENT: Engagement = {
  catalog: 'SANDBOX',
  id: 'eng-1',
  arn: 'arn:engagement',
  title: 'Title',
  createdAt: day(7),
  createdBy: '111122223333',
  modifiedAt: day(8),
  modifiedBy: '444455556666',
  memberCount: 2,
  contextTypes: ['LEAD', 'CUSTOMER_PROJECT'],
  description: 'About',
  contexts: CONTEXTS,
};

export const INVITATION: Invitation = {
  catalog: 'SANDBOX',
  id: 'engi-1',
  arn: 'arn:invitation',
  payloadType: 'OPPORTUNITY_INVITATION',
  status: 'PENDING',
  engagementId: 'eng-1',
  engagementTitle: 'Title',
  invitedAt: day(9),
  expiresAt: day(24),
  senderAwsAccountId: '111122223333',
  senderCompanyName: 'Sender',
  receiverAwsAccountId: '444455556666',
  message: 'Join us',
  engagementDescription: 'About',
  rejectionReason: 'Too far',
  opportunity: {
    customer: { companyName: 'Acme', industry: 'Mining', websiteUrl: 'acme.example.com', countryCode: 'US' },
    project: {
      title: 'Project',
      businessProblem: 'problem',
      targetCompletionDate: '2025-11-30',
      expectedCustomerSpend: [SPEND],
    },
    receiverResponsibilities: ['Reseller'],
    senderContacts: [contact('Road')],
  },
  lead: {
    customer: {
      companyName: 'Acme',
      industry: 'Mining',
      websiteUrl: 'acme.example.com',
      countryCode: 'US',
      awsMaturity: 'starting',
      marketSegment: 'Small',
    },
    interaction: {
      sourceType: 'event',
      sourceId: 'e1',
      sourceName: 'Summit',
      useCase: 'Backup',
      contactBusinessTitle: 'CEO',
    },
  },
};

export const SNAPSHOT_JOB: SnapshotJob = {
  catalog: 'SANDBOX',
  id: 'job-1',
  arn: 'arn:job',
  status: 'RUNNING',
  engagementId: 'eng-1',
  resourceType: 'Opportunity',
  resourceId: 'O1',
  resourceSnapshotTemplateName: 'Template1',
  createdAt: day(10),
  lastSuccessfulExecutionAt: day(11),
  lastFailure: 'failure',
};

/** What a list of AWS tells of it, and nothing else. */
export function summaryOf(opportunity: Opportunity): OpportunitySummary {
  const {
    primaryNeedsFromAws: _1,
    nationalSecurity: _2,
    marketing: _3,
    softwareRevenue: _4,
    opportunityTeam: _5,
    relatedEntities: _6,
    ...rest
  } = opportunity;
  return rest;
}

export function engagementSummaryOf({ description: _1, contexts: _2, ...rest }: Engagement): EngagementSummary {
  return rest;
}

export function invitationSummaryOf(invitation: Invitation): InvitationSummary {
  const {
    message: _1,
    engagementDescription: _2,
    rejectionReason: _3,
    opportunity: _4,
    lead: _5,
    ...rest
  } = invitation;
  return rest;
}
