/** createOpportunity through the public API, with the genuine SDK against the simulator. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../src/partner-central/simulator/faults.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  // New opportunities appear fast, because few tests concern that.
  gateway = await startGateway({ CATALOGS: 'SANDBOX' }, { invisibleMs: 10 });
});

const VALUES = {
  catalog: 'SANDBOX',
  primaryNeedsFromAws: ['Co-Sell - Deal Support'],
  nationalSecurity: 'No',
  partnerOpportunityIdentifier: 'CRM-77',
  opportunityType: 'Net New Business',
  customer: {
    account: {
      companyName: 'Harbour Analytics',
      industry: 'Software and Internet',
      websiteUrl: 'https://harbour.example.com',
      address: { countryCode: 'US', stateOrRegion: 'Texas', postalCode: '73301' },
    },
    contacts: [{ email: 'kim@harbour.example.com', firstName: 'Kim', lastName: 'Kerr' }],
  },
  project: {
    title: 'A warehouse for harbours',
    customerBusinessProblem: 'Reports about the harbour take a week, and have errors.',
    customerUseCase: 'Business Applications & Contact Center',
    deliveryModels: ['SaaS or PaaS'],
    salesActivities: ['Conducted POC / Demo'],
    expectedCustomerSpend: [{ amount: '900.00', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS' }],
  },
  marketing: { source: 'None' },
  lifeCycle: { stage: 'QUALIFIED', targetCloseDate: '2031-05-01', nextSteps: 'Call Kim.' },
  opportunityTeam: [
    { email: 'sam@example.com', firstName: 'Sam', lastName: 'Seller', businessTitle: 'PartnerAccountManager' },
  ],
  tags: [{ key: 'region', value: 'south' }],
};

async function create(values: Record<string, unknown>, on = gateway): Promise<any> {
  const { data, errors } = await on.query(publishedOperation('create-opportunity'), { input: values });
  expect(errors).toBeUndefined();
  return data.createOpportunity;
}

/** The ids of the opportunities of one customer. */
async function listed(companyName: string, on = gateway): Promise<string[]> {
  const { data } = await on.query(
    `query ($names: [String!]) {
      opportunities(catalog: SANDBOX, filter: { customerCompanyNames: $names }) { nodes { id } }
    }`,
    { names: [companyName] },
  );
  return data.opportunities.nodes.map(({ id }: { id: string }) => id);
}

const named = (companyName: string) => ({
  ...VALUES,
  customer: { ...VALUES.customer, account: { ...VALUES.customer.account, companyName } },
});

test('a new opportunity has what the input names, and can be read by its id at once', async () => {
  const { opportunityId, opportunity, clientToken, userErrors } = await create({ ...VALUES, clientToken: 'first' });
  expect(userErrors).toEqual([]);
  expect(clientToken).toBe('first');
  expect(opportunity).toMatchObject({
    id: opportunityId,
    partnerOpportunityIdentifier: 'CRM-77',
    project: { title: 'A warehouse for harbours' },
    lifeCycle: { stage: 'QUALIFIED', reviewStatus: 'PENDING_SUBMISSION' },
  });
  const { data } = await gateway.query(
    `query ($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) {
      opportunityTeam { email businessTitle } customer { account { address { stateOrRegion } } contacts { firstName } }
    } }`,
    { id: opportunityId },
  );
  expect(data.opportunity).toEqual({
    opportunityTeam: [{ email: 'sam@example.com', businessTitle: 'PartnerAccountManager' }],
    customer: { account: { address: { stateOrRegion: 'Texas' } }, contacts: [{ firstName: 'Kim' }] },
  });
});

test('a new opportunity that AWS hides for some seconds is awaited, and the next edit finds it', async () => {
  const slow = await startGateway({ CATALOGS: 'SANDBOX' }, { invisibleMs: 2000 });
  const { opportunityId, opportunity } = await create({ ...VALUES, clientToken: 'slow' }, slow);
  expect(opportunity.id).toBe(opportunityId);
  const { data } = await slow.query(publishedOperation('associate-opportunity'), {
    input: {
      catalog: 'SANDBOX',
      identifier: opportunityId,
      relatedEntityType: 'SOLUTIONS',
      relatedEntityIdentifier: 'S-0000001',
    },
  });
  expect(data.associateOpportunity).toMatchObject({ changed: ['relatedEntities.solutions'], userErrors: [] });
});

test('a new opportunity that AWS hides for long has an id and no members', async () => {
  const hidden = await startGateway({ CATALOGS: 'SANDBOX' }, { invisibleMs: 3_600_000 });
  expect(await create({ ...VALUES, clientToken: 'hidden' }, hidden)).toEqual({
    opportunityId: expect.stringMatching(/^O[0-9]+$/),
    opportunity: null,
    clientToken: 'hidden',
    userErrors: [],
  });
});

describe('a client token', () => {
  test('the same token and input give the same opportunity, also when two callers send them at once', async () => {
    const input = { ...named('Twice Ltd'), clientToken: 'twice' };
    const payloads = await Promise.all([create(input), create(input)]);
    payloads.push(await create(input));
    expect(payloads.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
    expect(new Set(payloads.map(({ opportunityId }) => opportunityId)).size).toBe(1);
    expect(await listed('Twice Ltd')).toEqual([payloads[0].opportunityId]);
  });

  test('two gateways without a common database create one opportunity for the same token and input', async () => {
    const { endpoint } = gateway.simulator;
    const others = await Promise.all(
      [1, 2].map(() => startGateway({ CATALOGS: 'SANDBOX', PARTNER_CENTRAL_ENDPOINT: endpoint })),
    );
    const input = { ...named('Replica Ltd'), clientToken: 'replica' };
    const payloads = await Promise.all(others.map((other) => create(input, other)));
    expect(payloads.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    expect(new Set(payloads.map(({ opportunityId }) => opportunityId)).size).toBe(1);
    expect(await listed('Replica Ltd')).toEqual([payloads[0].opportunityId]);
  });

  test('the same token with another input is refused, and creates nothing', async () => {
    await create({ ...named('Reused Ltd'), clientToken: 'reused' });
    expect(await create({ ...named('Another Ltd'), clientToken: 'reused' })).toMatchObject({
      opportunityId: null,
      opportunity: null,
      clientToken: 'reused',
      userErrors: [
        {
          code: 'CLIENT_TOKEN_REUSED',
          field: ['input', 'clientToken'],
          awsCode: 'ConflictException',
          nextAction: 'NEW_TOKEN',
        },
      ],
    });
    expect(await listed('Another Ltd')).toEqual([]);
  });

  test('without a token the gateway makes one, and a repetition creates a second opportunity', async () => {
    const payloads = [await create(named('Free Ltd')), await create(named('Free Ltd'))];
    expect(new Set(payloads.map(({ clientToken }) => clientToken)).size).toBe(2);
    expect(await listed('Free Ltd')).toHaveLength(2);
  });

  test('the token of a creation does not meet the token of a start', async () => {
    const { data } = await gateway.query(
      `mutation ($input: StartEngagementFromOpportunityTaskInput!) {
        startEngagementFromOpportunityTask(input: $input) { task { id } userErrors { code } }
      }`,
      {
        input: {
          catalog: 'SANDBOX',
          identifier: 'O1000001',
          awsSubmission: { involvementType: 'CO_SELL' },
          clientToken: 'shared',
        },
      },
    );
    expect(data.startEngagementFromOpportunityTask.userErrors).toEqual([]);
    const { opportunityId, userErrors } = await create({ ...named('Shared Ltd'), clientToken: 'shared' });
    expect(userErrors).toEqual([]);
    expect(await listed('Shared Ltd')).toEqual([opportunityId]);
  });
});

const LOST: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'html', status: 502 },
  { kind: 'error', name: 'InternalServerException' },
  { kind: 'reset-after' },
  { kind: 'half-answer' },
  { kind: 'error-after', name: 'InternalServerException' },
];

describe('a lost answer', () => {
  test.each(LOST)('one lost answer ($kind) costs a second write and no second opportunity', async (fault) => {
    const company = `Lost ${fault.kind} Ltd`;
    gateway.simulator.inject({ operation: 'CreateOpportunity', times: 1, fault });
    const { opportunityId, userErrors } = await create({ ...named(company), clientToken: company });
    expect(userErrors).toEqual([]);
    expect(await listed(company)).toEqual([opportunityId]);
  });

  test.each(LOST)(
    'three lost answers ($kind) say that the mutation can be repeated, which creates it once',
    async (fault) => {
      const company = `Undecided ${fault.kind} Ltd`;
      gateway.simulator.inject({ operation: 'CreateOpportunity', times: 3, fault });
      const undecided = await create(named(company));
      expect(undecided).toMatchObject({
        opportunityId: null,
        userErrors: [{ code: 'UPSTREAM_FAILED', field: null, nextAction: 'REPEAT', mayBeDone: true }],
      });
      expect(undecided.userErrors[0].message).toContain(undecided.clientToken);
      const { clientToken } = undecided;
      const { opportunityId, userErrors } = await create({ ...named(company), clientToken });
      expect(userErrors).toEqual([]);
      expect(await listed(company)).toEqual([opportunityId]);
    },
  );
});

describe('the input of a creation', () => {
  test('each mistake in the input is reported with its path, and AWS is not called', async () => {
    // The task of another test may still be followed.
    const calls = () => gateway.simulator.calls().filter(({ operation }) => !operation.endsWith('Tasks')).length;
    const before = calls();
    const { userErrors } = await create({
      catalog: 'SANDBOX',
      clientToken: 'x'.repeat(256),
      origin: 'Elsewhere',
      customer: { account: { duns: '12' }, contacts: [{ email: 'Kim@Example.com' }] },
      project: { customerBusinessProblem: 'Too short' },
      softwareRevenue: { value: { amount: '1,000' } },
      opportunityTeam: [{ phone: '12345' }],
      tags: [{ key: '', value: '' }],
    });
    expect(userErrors.map(({ code, field }: any) => [code, field.join('.')])).toEqual([
      ['INVALID_INPUT', 'input.clientToken'],
      ['INVALID_INPUT', 'input.origin'],
      ['INVALID_INPUT', 'input.customer.account.companyName'],
      ['INVALID_INPUT', 'input.customer.account.duns'],
      ['INVALID_INPUT', 'input.customer.contacts.0.email'],
      ['INVALID_INPUT', 'input.project.customerBusinessProblem'],
      ['INVALID_INPUT', 'input.softwareRevenue.value.amount'],
      ['INVALID_INPUT', 'input.softwareRevenue.value.currencyCode'],
      ['INVALID_INPUT', 'input.opportunityTeam.0.phone'],
      ['INVALID_INPUT', 'input.tags.0.key'],
    ]);
    expect(calls()).toBe(before);
  });

  test("AWS's list of errors is mapped to the paths of the input", async () => {
    const error = (FieldName: string) => ({ FieldName, Message: `${FieldName} is wrong.`, Code: 'INVALID_VALUE' });
    gateway.simulator.inject({
      operation: 'CreateOpportunity',
      times: 1,
      fault: {
        kind: 'error',
        name: 'ValidationException',
        members: {
          Reason: 'BUSINESS_VALIDATION_FAILED',
          ErrorList: [
            error('project.customerUseCase'),
            error('Customer.Contacts[0].Email'),
            error('opportunityTeam.0.businessTitle'),
            error('tags[0].key'),
            error('somethingNew'),
          ],
        },
      },
    });
    const { userErrors } = await create({ ...VALUES, clientToken: 'refused' });
    expect(userErrors.map(({ code, field, awsCode }: any) => [code, field, awsCode])).toEqual(
      [
        ['input', 'project', 'customerUseCase'],
        ['input', 'customer', 'contacts', '0', 'email'],
        ['input', 'opportunityTeam', '0', 'businessTitle'],
        ['input', 'tags', '0', 'key'],
        null,
      ].map((field) => ['VALIDATION_FAILED', field, 'ValidationException']),
    );
  });
});
