import { expect, test } from '@jest/globals';
import {
  GET_ENGAGEMENT,
  GET_INVITATION,
  GET_SNAPSHOT_JOB,
  LIST_ENGAGEMENTS,
  LIST_INVITATIONS,
} from '../../../src/partner-central/record-operations.js';
import { AT_MS, ENGAGEMENT, INVITATION, LEAD_INVITATION, SNAPSHOT_JOB } from '../../support/fixtures/raw-records.js';
import { ADDRESS, CONTACT, LIST, PAGE_BODY, SANDBOX, SPEND, readOne } from '../../support/aws/read-one.js';

const CUSTOMER = {
  companyName: 'secret-company',
  industry: 'Energy',
  websiteUrl: 'https://secret.example.com',
  countryCode: 'US',
};

const PROSPECT = {
  customer: {
    accountName: 'secret-account',
    geo: 'AMER',
    region: 'North America',
    subRegion: 'Midwest',
    countryCode: 'US',
    industry: 'Mining',
    subIndustry: 'Ores',
    segment: 'SMB',
    companySize: '100-499',
    eligiblePrograms: ['Greenfield'],
    publicProfileSummary: 'secret-profile',
  },
  insights: {
    marketplaceEngagementScore: 'Low',
    solutionScore: 'High',
    solutionCategory: 'Backup',
    solutionSubCategory: 'Archive',
  },
};

test('an engagement is requested by id or ARN and mapped with every member', async () => {
  const { value, question } = await readOne(GET_ENGAGEMENT, { catalog: SANDBOX, id: ENGAGEMENT.Arn }, ENGAGEMENT);
  expect(question).toEqual({ Catalog: 'Sandbox', Identifier: ENGAGEMENT.Arn });
  expect(value).toEqual({
    catalog: 'SANDBOX',
    id: 'eng-00000000000001',
    arn: ENGAGEMENT.Arn,
    title: 'a title',
    description: 'a description',
    createdAt: AT_MS,
    createdBy: '123456789012',
    modifiedAt: AT_MS,
    modifiedBy: '210987654321',
    memberCount: 2,
    contextTypes: ['LEAD', 'CUSTOMER_PROJECT', 'PROSPECTING_RESULT'],
    contexts: [
      {
        id: '1',
        type: 'LEAD',
        customerProject: null,
        prospectingResult: null,
        lead: {
          qualificationStatus: 'Qualified',
          customer: {
            companyName: 'secret-company',
            industry: 'Energy',
            websiteUrl: 'https://secret.example.com',
            address: { ...ADDRESS, streetAddress: null },
            awsMaturity: 'mature',
            marketSegment: 'SMB',
          },
          interactions: [
            {
              sourceType: 'Event',
              sourceId: 'source-1',
              sourceName: 'a fair',
              useCase: 'Database',
              interactionDate: AT_MS,
              customerAction: 'visited',
              businessProblem: 'secret-problem',
              contact: CONTACT,
            },
          ],
          leadReadinessScore: 'High',
        },
      },
      {
        id: '2',
        type: 'CUSTOMER_PROJECT',
        lead: null,
        customerProject: {
          customer: CUSTOMER,
          project: { title: 'secret-project', businessProblem: 'secret-problem', targetCompletionDate: '2026-12-31' },
        },
        prospectingResult: null,
      },
      {
        id: '3',
        type: 'PROSPECTING_RESULT',
        lead: null,
        customerProject: null,
        prospectingResult: {
          ...PROSPECT,
          startedAt: AT_MS,
          endedAt: AT_MS,
          taskId: 'task-00000000000001',
          taskArn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/prospecting-from-engagement-task/task-1',
          taskName: 'secret-task',
        },
      },
    ],
  });
});

test('a context of an unknown type keeps its place, without a type', async () => {
  const { value } = await readOne(
    GET_ENGAGEMENT,
    { catalog: SANDBOX, id: 'eng-00000000000001' },
    {
      Contexts: [
        { Id: '1', Type: 'Daydream' },
        { Type: 'Lead', Payload: { Lead: {} } },
      ],
    },
  );
  expect(value).toMatchObject({ id: 'eng-00000000000001', contextTypes: ['LEAD'], memberCount: null });
  expect(value.contexts).toEqual([
    { id: '1', type: null, lead: null, customerProject: null, prospectingResult: null },
    {
      id: null,
      type: 'LEAD',
      customerProject: null,
      prospectingResult: null,
      lead: { qualificationStatus: null, customer: null, interactions: [], leadReadinessScore: null },
    },
  ]);
});

test('a list of engagements filters by id, latest first, and an engagement without an id has the id of its ARN', async () => {
  const filter = {
    identifiers: [ENGAGEMENT.Arn, 'eng-00000000000001'],
    contextTypes: ['LEAD' as const],
    excludeContextTypes: ['CUSTOMER_PROJECT' as const],
    createdBy: ['123456789012', '123456789012'],
    excludeCreatedBy: ['AWS'],
  };
  const { value, question } = await readOne(
    LIST_ENGAGEMENTS,
    { ...LIST, filter },
    { EngagementSummaryList: [{ Arn: ENGAGEMENT.Arn, ContextTypes: ['Lead', 'Daydream'] }], NextToken: '' },
  );
  expect(question).toEqual({
    ...PAGE_BODY,
    Sort: { SortBy: 'CreatedDate', SortOrder: 'DESCENDING' },
    EngagementIdentifier: ['eng-00000000000001'],
    ContextTypes: ['Lead'],
    ExcludeContextTypes: ['CustomerProject'],
    CreatedBy: ['123456789012'],
    ExcludeCreatedBy: ['AWS'],
  });
  expect(value.nextToken).toBeNull();
  expect(value.items).toEqual([
    {
      catalog: 'SANDBOX',
      id: 'eng-00000000000001',
      arn: ENGAGEMENT.Arn,
      title: null,
      createdAt: null,
      createdBy: null,
      modifiedAt: null,
      modifiedBy: null,
      memberCount: null,
      contextTypes: ['LEAD'],
    },
  ]);
});

const INVITATION_HERE = {
  catalog: 'SANDBOX',
  id: 'engi-0000000000001',
  arn: INVITATION.Arn,
  payloadType: 'OPPORTUNITY_INVITATION',
  status: 'PENDING',
  engagementId: 'eng-00000000000001',
  engagementTitle: 'a title',
  invitedAt: AT_MS,
  expiresAt: AT_MS,
  senderAwsAccountId: '123456789012',
  senderCompanyName: 'AWS',
  receiverAwsAccountId: '210987654321',
};

test('an invitation to an opportunity is mapped with every member, and has an id where AWS sends an ARN', async () => {
  const { value, question } = await readOne(GET_INVITATION, { catalog: SANDBOX, id: 'engi-0000000000001' }, INVITATION);
  expect(question).toEqual({ Catalog: 'Sandbox', Identifier: 'engi-0000000000001' });
  expect(value).toEqual({
    ...INVITATION_HERE,
    message: 'secret-message',
    engagementDescription: 'a description',
    rejectionReason: 'a reason',
    existingMembers: [{ companyName: 'secret-member', websiteUrl: 'https://secret-member.example.com' }],
    enrichmentContext: { prospect: PROSPECT, leadReadinessScore: 'Medium' },
    opportunity: {
      customer: CUSTOMER,
      project: {
        title: 'secret-project',
        businessProblem: 'secret-problem',
        targetCompletionDate: '2026-12-31',
        expectedCustomerSpend: [SPEND],
      },
      receiverResponsibilities: ['Reseller'],
      senderContacts: [CONTACT],
    },
    lead: null,
  });
});

test('an invitation to a lead is mapped with every member', async () => {
  const { value } = await readOne(GET_INVITATION, { catalog: SANDBOX, id: 'engi-0000000000001' }, LEAD_INVITATION);
  expect(value).toMatchObject({ payloadType: 'LEAD_INVITATION', opportunity: null });
  expect(value.lead).toEqual({
    customer: { ...CUSTOMER, awsMaturity: 'mature', marketSegment: 'SMB' },
    interaction: {
      sourceType: 'Event',
      sourceId: 'source-1',
      sourceName: 'a fair',
      useCase: 'Database',
      contactBusinessTitle: 'secret-title',
    },
  });
});

test('a list of invitations is requested with every filter in the spelling of AWS, latest first', async () => {
  const filter = {
    participantType: 'RECEIVER' as const,
    payloadTypes: ['LEAD_INVITATION' as const],
    statuses: ['PENDING' as const],
    engagementIdentifiers: [ENGAGEMENT.Arn],
    senderAwsAccountIds: ['123456789012'],
  };
  const { value, question } = await readOne(
    LIST_INVITATIONS,
    { ...LIST, filter },
    { EngagementInvitationSummaries: [INVITATION] },
  );
  expect(question).toEqual({
    ...PAGE_BODY,
    Sort: { SortBy: 'InvitationDate', SortOrder: 'DESCENDING' },
    ParticipantType: 'RECEIVER',
    PayloadType: ['LeadInvitation'],
    Status: ['PENDING'],
    EngagementIdentifier: ['eng-00000000000001'],
    SenderAwsAccountId: ['123456789012'],
  });
  expect(value).toEqual({ items: [INVITATION_HERE], nextToken: null });
});

test('a snapshot job is mapped with every member', async () => {
  const { value, question } = await readOne(
    GET_SNAPSHOT_JOB,
    { catalog: SANDBOX, id: 'job-0000000000001' },
    SNAPSHOT_JOB,
  );
  expect(question).toEqual({ Catalog: 'Sandbox', ResourceSnapshotJobIdentifier: 'job-0000000000001' });
  expect(value).toEqual({
    catalog: 'SANDBOX',
    id: 'job-0000000000001',
    arn: SNAPSHOT_JOB.Arn,
    status: 'RUNNING',
    engagementId: 'eng-00000000000001',
    resourceType: 'Opportunity',
    resourceId: 'O1000001',
    resourceSnapshotTemplateName: 'JobTemplate',
    createdAt: AT_MS,
    lastSuccessfulExecutionAt: AT_MS,
    lastFailure: 'a failure',
  });
});
