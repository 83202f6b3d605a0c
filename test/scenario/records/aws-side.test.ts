/**
 * The life of a deal through the public API: AWS's side, the engagement, the end of the review, and what can be edited.
 */
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { runToEnd, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { ask, askUntil, atAws } from '../../support/clients/seller.js';

const DEAL = `query($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) {
  lifeCycle { reviewStatus reviewComments reviewStatusReason }
  engagementIds engagement { id contextTypes }
  aws {
    origin involvementType visibility stage targetCloseDate nextSteps nextStepsHistory { value time }
    team { firstName businessTitle email } nextBestActions engagementScore qualityScore qualityTrend cosellMotion
    recommendations { type details attributes { key value } }
    spendInsights { partner { totalAmount } aws { currencyCode totalAmount amountsByCategory { category amount } products { productCode optimizations { savingsAmount } } } }
  }
} }`;
const EDITABLE = `query($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) { editability { field editable source } } }`;

async function editableOf(gateway: TestGateway, id: string): Promise<string[]> {
  const { editability } = (await ask(gateway, EDITABLE, { id })).opportunity;
  return editability.flatMap(({ field, editable }: any) => (editable === true ? [field] : []));
}

const dealOf = async (gateway: TestGateway, id: string) => (await ask(gateway, DEAL, { id })).opportunity;

describe("AWS's side of a deal", () => {
  test('a draft has no involvement, no engagement and no team, and every field can be edited', async () => {
    const gateway = await startGateway();
    expect(await dealOf(gateway, 'O5000001')).toMatchObject({
      engagementIds: [],
      engagement: null,
      aws: { origin: 'Partner Referral', involvementType: null, stage: null, team: [], recommendations: [] },
    });
    expect((await editableOf(gateway, 'O5000001')).length).toBeGreaterThan(45);
  });

  test('an approved opportunity has everything that AWS tells', async () => {
    const gateway = await startGateway();
    expect(await dealOf(gateway, 'O5000009')).toEqual({
      lifeCycle: { reviewStatus: 'APPROVED', reviewComments: null, reviewStatusReason: null },
      engagementIds: ['eng-project5000009'],
      engagement: { id: 'eng-project5000009', contextTypes: ['CUSTOMER_PROJECT'] },
      aws: {
        origin: 'Partner Referral',
        involvementType: 'CO_SELL',
        visibility: 'FULL',
        stage: 'Seller Engaged',
        targetCloseDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        nextSteps: 'AWS introduces its solutions architect to the customer.',
        nextStepsHistory: [{ value: expect.any(String), time: expect.stringMatching(/Z$/) }],
        team: [
          { firstName: 'Alexa', businessTitle: 'AWSSalesRep', email: 'alexa.rep@aws.example.com' },
          { firstName: 'Owen', businessTitle: 'AWSAccountOwner', email: 'owen.owner@aws.example.com' },
          { firstName: 'Petra', businessTitle: 'PDM', email: 'petra.manager@aws.example.com' },
        ],
        nextBestActions: expect.any(String),
        engagementScore: 'High',
        qualityScore: 72,
        qualityTrend: 'Improving',
        cosellMotion: 'AWS Field-engaged',
        recommendations: [
          {
            type: 'OpportunityQuality',
            details: expect.any(String),
            attributes: [{ key: 'Criterion', value: 'Decision process' }],
          },
          {
            type: 'SolutionRecommendation',
            details: expect.any(String),
            attributes: [{ key: 'SolutionId', value: 'S-0050002' }],
          },
          { type: 'SpecialistRecommendation', details: expect.any(String), attributes: [] },
        ],
        spendInsights: {
          partner: null,
          aws: {
            currencyCode: 'USD',
            totalAmount: '4200.00',
            amountsByCategory: [{ category: 'Move to Managed Databases', amount: '1800.00' }],
            products: [{ productCode: 'AmazonRDS', optimizations: [{ savingsAmount: '500.00' }] }],
          },
        },
      },
    });
    // AWS put the team into the opportunity.
    expect((await dealOf(gateway, 'O5000012')).aws.team.map(({ firstName }: any) => firstName)).toEqual([
      'Alexa',
      'Owen',
      'Petra',
    ]);
  });

  test('a submission shows its involvement at once, also from its task, and the rest after the approval', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 20 });
    await dealOf(gateway, 'O5000001');
    const { last } = await runToEnd(gateway, 'O5000001', {
      awsSubmission: { involvementType: 'FOR_VISIBILITY_ONLY', visibility: 'LIMITED' },
    });
    const fromTask =
      'query($id: ID!) { task(id: $id) { engagementId opportunity { engagementIds aws { involvementType visibility } } } }';
    // The summary that was read before the task is still cached, and is too old for the task.
    const { task } = await ask(gateway, fromTask, { id: last.task.id });
    expect(task.opportunity).toEqual({
      engagementIds: [task.engagementId],
      aws: { involvementType: 'FOR_VISIBILITY_ONLY', visibility: 'LIMITED' },
    });
    const { opportunity } = await askUntil(
      gateway,
      DEAL,
      { id: 'O5000001' },
      (data) => data.opportunity.aws.recommendations.length > 0,
    );
    expect(opportunity).toMatchObject({
      lifeCycle: { reviewStatus: 'APPROVED' },
      engagementIds: [last.task.engagementId],
      aws: { stage: 'Seller Engaged', team: [{}, {}, {}], engagementScore: 'High' },
    });
    expect(await editableOf(gateway, 'O5000001')).not.toContain('Project.Title');
  });

  test('an opportunity that was made from a lead leads to the engagement of the lead', async () => {
    const gateway = await startGateway({}, { speed: 20 });
    const { last } = await runToEnd(gateway, 'eng-leadqualified1');
    expect(await dealOf(gateway, last.task.opportunityId)).toMatchObject({
      engagementIds: ['eng-leadqualified1'],
      engagement: { id: 'eng-leadqualified1', contextTypes: ['LEAD', 'CUSTOMER_PROJECT'] },
    });
  });
});

describe('The end of a review', () => {
  test.each([
    ['O5000013', 'REJECTED', 'Duplicate opportunity'],
    ['O5000014', 'ACTION_REQUIRED', 'Opportunity details are not sufficient'],
  ])('the review of %s ends %s, with comments, and the editable fields follow', async (id, reviewStatus, reason) => {
    const gateway = await startGateway({}, { speed: 50 });
    await runToEnd(gateway, id);
    const { opportunity } = await askUntil(
      gateway,
      DEAL,
      { id },
      (data) => !['SUBMITTED', 'IN_REVIEW'].includes(data.opportunity.lifeCycle.reviewStatus),
    );
    expect(opportunity.lifeCycle).toEqual({
      reviewStatus,
      reviewComments: expect.any(String),
      reviewStatusReason: reason,
    });
    expect(opportunity.aws).toMatchObject({ involvementType: 'CO_SELL', stage: null, team: [] });
    expect(await editableOf(gateway, id)).toHaveLength(reviewStatus === 'REJECTED' ? 0 : 10);
  });

  test('a correction of an opportunity in Action Required leads to its approval', async () => {
    const gateway = await startGateway({}, { speed: 50 });
    await runToEnd(gateway, 'O5000014');
    const until = (status: string) =>
      askUntil(gateway, DEAL, { id: 'O5000014' }, (data) => data.opportunity.lifeCycle.reviewStatus === status);
    await until('ACTION_REQUIRED');
    await atAws(gateway).update('O5000014', ({ Project }) => ({
      Project: { ...Project, CustomerBusinessProblem: 'Crews are planned by the numbers of last year.' },
    }));
    await until('APPROVED');
  });
});

test("a spent quota and a refusal of AWS fail only AWS's side, each with its code", async () => {
  const query = '{ opportunity(catalog: SANDBOX, identifier: "O5000009") { id aws { stage } } }';
  const refusing = await startGateway();
  refusing.simulator.inject({
    operation: 'GetAwsOpportunitySummary',
    times: 1,
    fault: { kind: 'error', name: 'AccessDeniedException', message: 'Grant partnercentral:GetAwsOpportunitySummary.' },
  });
  const spent = await startGateway({ READS_PER_DAY: '1' });
  for (const [gateway, code] of [
    [refusing, 'ACCESS_DENIED'],
    [spent, 'QUOTA_SPENT'],
  ] as const) {
    expect(await gateway.query(query)).toMatchObject({
      data: { opportunity: { id: 'O5000009', aws: null } },
      errors: [{ path: ['opportunity', 'aws'], extensions: { code } }],
    });
  }
  expect(spent.simulator.calls().map(({ operation }) => operation)).toEqual(['GetOpportunity']);
});

test('solutions, AWS’s side and engagements need the scope records:read and the catalog of the token', async () => {
  const issuer = await createIssuer();
  const gateway = await startGateway({
    AUTH: 'jwt',
    JWT_ISSUER: issuer.url,
    JWT_AUDIENCE: AUDIENCE,
    JWKS_URL: issuer.jwksUrl,
  });
  const as = async (scope: string, query: string): Promise<any> => {
    const authorization = `Bearer ${await issuer.token({ scope }, { subject: 'anna' })}`;
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };
  const solutions = (catalog: string) => `{ solutions(catalog: ${catalog}) { nodes { id } } }`;
  const aws = '{ opportunity(catalog: SANDBOX, identifier: "O5000009") { aws { stage } engagementIds } }';
  for (const query of [solutions('SANDBOX'), aws])
    expect(await as('tasks:read', query)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect(gateway.simulator.calls()).toHaveLength(0);
  expect((await as('records:read', solutions('SANDBOX'))).data.solutions.nodes).toHaveLength(5);
  expect(await as('records:read', solutions('AWS'))).toMatchObject({
    errors: [{ extensions: { code: 'CATALOG_NOT_ALLOWED' } }],
  });
  expect((await as('records:read', aws)).data.opportunity.aws.stage).toBe('Seller Engaged');
});
