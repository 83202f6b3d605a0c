/** The request and the token of a creation, and AWS's answers to it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OpportunityCreation } from '../../src/edits/edits.js';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import { ok, refusal, type StubAnswers } from '../support/fakes/aws-stub.js';
import { openEditsOverStub } from '../support/aws/edits.js';
import { until } from '../support/clients/waiting.js';

const CREATION: OpportunityCreation = {
  catalog: 'SANDBOX',
  clientToken: 'a token',
  values: { partnerOpportunityIdentifier: 'CRM-1' },
  tags: [],
};
const CREATES: StubAnswers = {
  CreateOpportunity: () => ok({ Id: 'O1', LastModifiedDate: '2026-01-01T00:00:00Z' }),
  GetOpportunity: () => ok({ Id: 'O1', PartnerOpportunityIdentifier: 'CRM-1' }),
};

type Call = readonly [subject: string | null, more: Partial<OpportunityCreation>];

async function requestsOf(...creations: Call[]) {
  const { edits, stub } = await openEditsOverStub(CREATES);
  for (const [subject, more] of creations)
    expect(await edits.createOpportunity(subject, { ...CREATION, ...more })).toMatchObject({ type: 'done' });
  return stub.asked.filter(({ operation }) => operation === 'CreateOpportunity').map(({ question }) => question);
}

async function tokensOf(...creations: Call[]) {
  return (await requestsOf(...creations)).map(({ ClientToken }) => ClientToken);
}

describe('the request', () => {
  test("every member has AWS's name and form, and AWS's review status beside it", async () => {
    const values: OpportunityCreation['values'] = {
      origin: 'AWS Referral',
      primaryNeedsFromAws: ['Co-Sell - Deal Support'],
      nationalSecurity: 'No',
      partnerOpportunityIdentifier: 'CRM-1',
      opportunityType: 'Expansion',
      customer: {
        account: {
          companyName: 'Acme',
          industry: 'Other',
          otherIndustry: 'Anvils',
          websiteUrl: 'acme.example.com',
          awsAccountId: '111111111111',
          duns: '150483782',
          address: {
            streetAddress: '1 Road',
            city: 'Tucson',
            stateOrRegion: 'Arizona',
            postalCode: '85001',
            countryCode: 'US',
          },
        },
        contacts: [
          { email: 'kim@example.com', firstName: 'Kim', lastName: 'Kerr', businessTitle: 'CTO', phone: '+15550100' },
        ],
      },
      project: {
        title: 'A title',
        deliveryModels: ['SaaS or PaaS'],
        expectedCustomerSpend: [
          { amount: '1.50', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS', estimationUrl: null },
        ],
        expectedContractDuration: { term: 'Months', value: 12 },
        customerBusinessProblem: 'Anvils arrive late and too heavy.',
      },
      marketing: { source: 'None', channels: [] },
      softwareRevenue: { deliveryModel: 'Contract', value: { amount: '6000', currencyCode: 'EUR' } },
      lifeCycle: {
        stage: 'CLOSED_LOST',
        targetCloseDate: '2031-05-01',
        nextStepsHistory: [{ value: 'Called.', time: Date.UTC(2026, 0, 2) }],
      },
      opportunityTeam: [{ email: 'sam@example.com', businessTitle: 'PartnerAccountManager' }],
    };
    const [request] = await requestsOf([null, { values, tags: [{ key: 'region', value: 'south' }] }]);
    expect(request).toEqual({
      Catalog: 'Sandbox',
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      Origin: 'AWS Referral',
      PrimaryNeedsFromAws: ['Co-Sell - Deal Support'],
      NationalSecurity: 'No',
      PartnerOpportunityIdentifier: 'CRM-1',
      OpportunityType: 'Expansion',
      Customer: {
        Account: {
          CompanyName: 'Acme',
          Industry: 'Other',
          OtherIndustry: 'Anvils',
          WebsiteUrl: 'acme.example.com',
          AwsAccountId: '111111111111',
          Duns: '150483782',
          Address: {
            StreetAddress: '1 Road',
            City: 'Tucson',
            StateOrRegion: 'Arizona',
            PostalCode: '85001',
            CountryCode: 'US',
          },
        },
        Contacts: [
          { Email: 'kim@example.com', FirstName: 'Kim', LastName: 'Kerr', BusinessTitle: 'CTO', Phone: '+15550100' },
        ],
      },
      Project: {
        Title: 'A title',
        DeliveryModels: ['SaaS or PaaS'],
        ExpectedCustomerSpend: [{ Amount: '1.50', CurrencyCode: 'USD', Frequency: 'Monthly', TargetCompany: 'AWS' }],
        ExpectedContractDuration: { Term: 'Months', Value: '12' },
        CustomerBusinessProblem: 'Anvils arrive late and too heavy.',
      },
      Marketing: { Source: 'None', Channels: [] },
      SoftwareRevenue: { DeliveryModel: 'Contract', Value: { Amount: '6000', CurrencyCode: 'EUR' } },
      LifeCycle: {
        Stage: 'Closed Lost',
        TargetCloseDate: '2031-05-01',
        NextStepsHistory: [{ Value: 'Called.', Time: '2026-01-02T00:00:00.000Z' }],
        ReviewStatus: 'Pending Submission',
      },
      OpportunityTeam: [{ Email: 'sam@example.com', BusinessTitle: 'PartnerAccountManager' }],
      Tags: [{ Key: 'region', Value: 'south' }],
    });
  });

  test('an omitted value and null are left out, and the origin and the review status have their defaults', async () => {
    const [request] = await requestsOf([null, { values: { customer: null, project: { title: null }, origin: null } }]);
    expect(request).toEqual({
      Catalog: 'Sandbox',
      ClientToken: expect.any(String),
      Origin: 'Partner Referral',
      LifeCycle: { ReviewStatus: 'Pending Submission' },
    });
  });

  test('the order of the values does not change the request, so that a repetition is the same at AWS', async () => {
    const entries = Object.entries({
      nationalSecurity: 'No',
      opportunityType: 'Expansion',
      origin: 'Partner Referral',
    });
    const orders = fc.shuffledSubarray(entries, { minLength: entries.length });
    await fc.assert(
      fc.asyncProperty(orders, orders, async (one, other) => {
        const [first, second] = await requestsOf(
          [null, { values: Object.fromEntries(one) }],
          [null, { values: Object.fromEntries(other) }],
        );
        expect(first).toEqual(second);
      }),
      { numRuns: 5 },
    );
  });
});

describe('the token at AWS', () => {
  test('it follows from the token, the subject and the catalog, and never changes with the version of the gateway', async () => {
    expect(await tokensOf(['ada', {}])).toEqual(['6275f0edcea1e83e90698990c7d2cde28fe81fa225d16308788d23fdcb1375d0']);
  });

  test('it is the same for the same caller, and no other caller, token or catalog has it', async () => {
    const [first, again, ...others] = await tokensOf(
      ['ada', {}],
      ['ada', { values: { nationalSecurity: 'No' } }],
      ['bob', {}],
      [null, {}],
      ['null', {}],
      ['ada', { clientToken: 'another token' }],
      ['ada', { catalog: 'AWS' }],
    );
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(6);
  });
});

describe("AWS's answer", () => {
  test('an opportunity that AWS does not show for some seconds is null, and its id is known', async () => {
    const { edits, clock, stub } = await openEditsOverStub({
      ...CREATES,
      GetOpportunity: () => refusal('ResourceNotFoundException', { Message: 'There is none.' }),
    });
    let isOver = false;
    const created = edits.createOpportunity(null, CREATION).finally(() => (isOver = true));
    await until(async () => {
      await clock.advance(SECOND / 10);
      return isOver;
    });
    expect(await created).toEqual({
      type: 'done',
      record: { id: 'O1', opportunity: null },
      changed: ['partnerOpportunityIdentifier'],
    });
    expect(stub.asked.length).toBeGreaterThan(2);
  });

  test('an answer without an id counts as lost', async () => {
    const answers = [ok({}), ok({ Id: 'O1' })];
    const { edits, stub } = await openEditsOverStub({ ...CREATES, CreateOpportunity: () => answers.shift() ?? ok({}) });
    expect(await edits.createOpportunity(null, CREATION)).toMatchObject({ type: 'done', record: { id: 'O1' } });
    expect(stub.takeAsked()).toEqual(['CreateOpportunity', 'CreateOpportunity', 'GetOpportunity']);
    const [first, second] = stub.asked;
    expect(second).toEqual(first);
  });

  test.each(['Conflicting client token submitted for a new request body.', 'The ClientToken was used.'])(
    'the conflict "%s" is about the token',
    async (Message) => {
      const { edits } = await openEditsOverStub({ CreateOpportunity: () => refusal('ConflictException', { Message }) });
      expect(await edits.createOpportunity(null, CREATION)).toMatchObject({
        type: 'refused',
        errors: [{ code: 'CLIENT_TOKEN_REUSED', path: ['clientToken'], awsCode: 'ConflictException' }],
      });
    },
  );

  test('any other conflict is passed on', async () => {
    const Message = 'There is such an opportunity.';
    const { edits } = await openEditsOverStub({ CreateOpportunity: () => refusal('ConflictException', { Message }) });
    expect(await edits.createOpportunity(null, CREATION)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'CONFLICT', message: Message, path: null, awsCode: 'ConflictException' }],
    });
  });

  test('after three lost answers the error names the token, under which a repetition is safe', async () => {
    const { edits, stub } = await openEditsOverStub({});
    expect(await edits.createOpportunity(null, CREATION)).toMatchObject({
      type: 'refused',
      errors: [
        {
          code: 'UPSTREAM_FAILED',
          message: expect.stringContaining('clientToken "a token"'),
          retryAfterMs: MINUTE,
          mayBeDone: true,
        },
      ],
    });
    expect(stub.takeAsked()).toEqual(['CreateOpportunity', 'CreateOpportunity', 'CreateOpportunity']);
  });
});

describe('the origin', () => {
  test.each([
    ['AWS', 'Partner Referral', true],
    ['AWS', 'AWS Referral', false],
    ['SANDBOX', 'AWS Referral', true],
    ['SANDBOX', 'Other', false],
  ] as const)('in the catalog %s the origin "%s" is accepted: %s', async (catalog, origin, isAccepted) => {
    const { edits, stub } = await openEditsOverStub(CREATES);
    const outcome = await edits.createOpportunity(null, { ...CREATION, catalog, values: { origin } });
    expect(outcome).toMatchObject(
      isAccepted ? { type: 'done' } : { type: 'refused', errors: [{ code: 'INVALID_INPUT', path: ['origin'] }] },
    );
    expect(stub.asked.length > 0).toBe(isAccepted);
  });
});
