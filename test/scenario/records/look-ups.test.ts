/** Each kind of record of the simulator, looked up through the public API. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { patientClock } from '../../support/fakes/patient-clock.js';
import { runToEnd, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { ask, askUntil, elsewhere } from '../../support/clients/seller.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CATALOGS: 'SANDBOX,AWS' }, { speed: 50 });
});

const one = async (field: string, id: string, selection: string) =>
  (await ask(gateway, `query($id: ID!) { ${field}(catalog: SANDBOX, identifier: $id) { ${selection} } }`, { id }))[
    field
  ];

const ADDRESS = 'address { streetAddress city stateOrRegion postalCode countryCode }';
const CONTACT = '{ firstName lastName businessTitle email phone }';
const OPPORTUNITY = `catalog id arn partnerOpportunityIdentifier opportunityType createdAt lastModifiedAt primaryNeedsFromAws nationalSecurity
  lifeCycle { stage reviewStatus reviewComments reviewStatusReason targetCloseDate nextSteps closedLostReason nextStepsHistory { value time } }
  customer { account { companyName industry otherIndustry websiteUrl awsAccountId duns ${ADDRESS} } contacts ${CONTACT} }
  project { title customerBusinessProblem customerUseCase deliveryModels salesActivities competitorName
    expectedCustomerSpend { amount currencyCode frequency targetCompany estimationUrl } }
  marketing { source awsFundingUsed } opportunityTeam ${CONTACT} relatedEntities { solutions awsProducts awsMarketplaceProducts }`;

describe('A look-up by identifier', () => {
  test('a look-up of an opportunity returns all its members, in the types of the schema', async () => {
    expect(await one('opportunity', 'O5000001', OPPORTUNITY)).toEqual({
      catalog: 'SANDBOX',
      id: 'O5000001',
      arn: 'arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/opportunity/O5000001',
      partnerOpportunityIdentifier: 'CRM-0001',
      opportunityType: 'Net New Business',
      createdAt: '2025-10-01T09:30:00.000Z',
      lastModifiedAt: '2025-10-15T09:30:00.000Z',
      primaryNeedsFromAws: ['Co-Sell - Architectural Validation'],
      nationalSecurity: 'No',
      lifeCycle: {
        stage: 'QUALIFIED',
        reviewStatus: 'PENDING_SUBMISSION',
        reviewComments: null,
        reviewStatusReason: null,
        targetCloseDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        nextSteps: 'Agree on the scope of a first pilot.',
        closedLostReason: null,
        nextStepsHistory: [],
      },
      customer: {
        account: {
          companyName: 'Marlow Freight',
          industry: 'Transportation and Logistics',
          otherIndustry: null,
          websiteUrl: 'https://www.marlow-freight.example.com',
          awsAccountId: null,
          duns: null,
          address: {
            streetAddress: null,
            city: 'Portland',
            stateOrRegion: 'Oregon',
            postalCode: '97205',
            countryCode: 'US',
          },
        },
        contacts: [
          {
            firstName: 'Robin',
            lastName: 'Sample',
            businessTitle: 'Head of Operations',
            email: 'robin.sample@marlow-freight.example.com',
            phone: '+15550100',
          },
        ],
      },
      project: {
        title: 'Route planning in the cloud',
        customerBusinessProblem: 'Dispatchers plan four hundred trucks by hand and miss delivery windows.',
        customerUseCase: 'Business Applications & Contact Center',
        deliveryModels: ['SaaS or PaaS'],
        salesActivities: ['Initialized discussions with customer', 'Customer has shown interest in solution'],
        competitorName: 'On-Prem',
        expectedCustomerSpend: [
          { amount: '4200.00', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS', estimationUrl: null },
        ],
      },
      marketing: { source: 'None', awsFundingUsed: 'No' },
      opportunityTeam: [],
      relatedEntities: { solutions: ['S-0050001'], awsProducts: [], awsMarketplaceProducts: [] },
    });
  });

  test('a look-up of an engagement returns its lead, by id and by ARN', async () => {
    const selection = `catalog id arn title description createdAt createdBy modifiedAt modifiedBy contexts {
      identifier type customerProject { project { title } }
      lead { qualificationStatus leadReadinessScore customer { companyName industry awsMaturity marketSegment address { countryCode } }
        interactions { sourceType sourceName useCase customerAction interactionDate businessProblem contact ${CONTACT} } }
    }`;
    const engagement = await one('engagement', 'eng-leadqualified1', selection);
    expect(engagement).toMatchObject({
      catalog: 'SANDBOX',
      id: 'eng-leadqualified1',
      createdAt: '2025-11-03T14:00:00.000Z',
      createdBy: '210987654321',
      contexts: [
        {
          identifier: '1',
          type: 'LEAD',
          customerProject: null,
          lead: {
            qualificationStatus: 'Qualified',
            leadReadinessScore: 'High',
            customer: { companyName: expect.any(String), awsMaturity: 'Evaluating', marketSegment: 'SMB' },
            interactions: [
              {
                sourceType: 'Event',
                interactionDate: '2025-10-28T10:00:00.000Z',
                contact: { firstName: 'Kim', email: expect.stringMatching(/^kim\.sample@/) },
              },
            ],
          },
        },
      ],
    });
    expect(await one('engagement', engagement.arn, selection)).toEqual(engagement);
  });

  test('a look-up of an invitation returns the shared opportunity or lead', async () => {
    const selection = `id payloadType status engagementId engagementTitle senderAwsAccountId senderCompanyName receiverAwsAccountId invitedAt expiresAt rejectionReason
      opportunity { receiverResponsibilities customer { companyName } project { title expectedCustomerSpend { amount } } senderContacts ${CONTACT} }
      lead { customer { companyName awsMaturity } interaction { contactBusinessTitle useCase } }`;
    const invitation = await one('engagementInvitation', 'engi-opportunity01', selection);
    expect(invitation).toMatchObject({
      payloadType: 'OPPORTUNITY_INVITATION',
      status: 'PENDING',
      engagementId: 'eng-sharedproject1',
      senderCompanyName: 'Foxglove Consulting',
      receiverAwsAccountId: '123456789012',
      opportunity: {
        receiverResponsibilities: ['Software Partner'],
        project: { expectedCustomerSpend: [{ amount: '4200.00' }] },
        senderContacts: [{ firstName: 'Sam' }],
      },
      lead: null,
    });
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.invitedAt)).toBe(15 * 24 * 3600_000);
    expect(await one('engagementInvitation', 'engi-leadpending01', selection)).toMatchObject({
      payloadType: 'LEAD_INVITATION',
      engagementId: 'eng-leadnotjoined1',
      opportunity: null,
      lead: { customer: { awsMaturity: 'Evaluating' }, interaction: { contactBusinessTitle: 'Head of IT' } },
    });
    expect(await one('engagementInvitation', 'engi-rejected00001', selection)).toMatchObject({
      status: 'REJECTED',
      rejectionReason: 'Customer problem unclear',
    });
  });

  test.each([
    ['opportunity', 'O3000006'],
    ['engagement', 'eng-notfound000001'],
    ['engagementInvitation', 'engi-notfound00001'],
    ['resourceSnapshotJob', 'job-0000000000000'],
  ])('a look-up of the unknown %s %s is null', async (field, id) => {
    expect(await one(field, id, 'id')).toBeNull();
  });
});

describe('The records of a task', () => {
  const RECORDS = `query($id: ID!) { task(id: $id) {
    opportunity { catalog id lifeCycle { reviewStatus } project { title } } engagement { catalog id contextTypes memberCount }
    engagementInvitation { id status payloadType } resourceSnapshotJob { id status resourceType resourceId engagementId lastFailure lastSuccessfulExecutionAt }
  } }`;
  async function recordsAfter(identifier: string, extra: Record<string, unknown> = {}) {
    const { last } = await runToEnd(gateway, identifier, extra);
    expect(last.status).toBe('COMPLETE');
    return { task: last.task, ...(await ask(gateway, RECORDS, { id: last.task.id })).task };
  }

  test('a task that submitted an opportunity leads to all four records, and the snapshot job runs', async () => {
    const { task, opportunity, engagement, engagementInvitation, resourceSnapshotJob } = await recordsAfter(
      'O5000001',
      { catalog: 'AWS' },
    );
    expect(opportunity).toMatchObject({
      catalog: 'AWS',
      id: 'O5000001',
      lifeCycle: { reviewStatus: expect.stringMatching(/^(SUBMITTED|IN_REVIEW|APPROVED)$/) },
    });
    expect(engagement).toEqual({
      catalog: 'AWS',
      id: task.engagementId,
      contextTypes: ['CUSTOMER_PROJECT'],
      memberCount: expect.any(Number),
    });
    expect(engagementInvitation).toMatchObject({
      payloadType: 'OPPORTUNITY_INVITATION',
      status: expect.stringMatching(/^(PENDING|ACCEPTED)$/),
    });
    expect(resourceSnapshotJob).toMatchObject({
      id: task.resourceSnapshotJobId,
      status: 'RUNNING',
      resourceType: 'Opportunity',
      resourceId: 'O5000001',
      engagementId: task.engagementId,
      lastFailure: null,
      lastSuccessfulExecutionAt: expect.stringMatching(/Z$/),
    });
  });

  test('a task whose snapshot job has stopped leads to the job with the reason, and to no invitation', async () => {
    const { engagementInvitation, resourceSnapshotJob } = await recordsAfter('O1000008');
    expect(engagementInvitation).toBeNull();
    expect(resourceSnapshotJob).toMatchObject({ status: 'STOPPED', lastFailure: expect.stringMatching(/role/) });
  });

  test('a task that converted a lead leads to the draft, and to no invitation', async () => {
    const { opportunity, engagement, engagementInvitation, resourceSnapshotJob } =
      await recordsAfter('eng-leadqualified1');
    expect(opportunity).toMatchObject({
      lifeCycle: { reviewStatus: 'PENDING_SUBMISSION' },
      project: { title: 'Converted from Lead' },
    });
    expect(engagement).toMatchObject({ id: 'eng-leadqualified1', contextTypes: ['LEAD', 'CUSTOMER_PROJECT'] });
    expect([engagementInvitation, resourceSnapshotJob.status]).toEqual([null, 'RUNNING']);
  });

  test('a task that accepted an invitation leads to the invitation and the new opportunity', async () => {
    const { opportunity, engagementInvitation } = await recordsAfter('engi-completes0001');
    expect(opportunity).toMatchObject({ lifeCycle: { reviewStatus: 'APPROVED' } });
    expect(engagementInvitation).toMatchObject({ id: 'engi-completes0001', status: 'ACCEPTED' });
  });

  test('a failed task leads to the record of its start, and to null for the others', async () => {
    const { last } = await runToEnd(gateway, 'O5000003');
    expect((await ask(gateway, RECORDS, { id: last.task.id })).task).toMatchObject({
      opportunity: { id: 'O5000003' },
      engagement: null,
      engagementInvitation: null,
      resourceSnapshotJob: null,
    });
  });

  test('a task that was started elsewhere leads to its records, before and after its end', async () => {
    const clock = patientClock(20);
    const connected = await startGateway({ DISCOVER: 'on', POLL_MIN_MS: '1000' }, { clock }, { clock });
    await elsewhere(connected).startEngagement('O1000001', 'of a CRM connector');
    const found =
      'query { tasks { nodes { id origin status opportunity { id } engagement { id } engagementInvitation { id } ' +
      'resourceSnapshotJob { status } } } }';
    const early = (await askUntil(connected, found, {}, ({ tasks }) => tasks.nodes.length === 1)).tasks.nodes[0];
    expect(early).toMatchObject({ origin: 'EXTERNAL', opportunity: { id: 'O1000001' } });
    const late = (await askUntil(connected, found, {}, ({ tasks }) => tasks.nodes[0].status === 'COMPLETE')).tasks
      .nodes[0];
    expect(late).toMatchObject({
      opportunity: { id: 'O1000001' },
      engagement: { id: expect.stringMatching(/^eng-/) },
      resourceSnapshotJob: { status: 'RUNNING' },
    });
    expect(late.engagementInvitation.id).toMatch(/^engi-/);
  });
});
