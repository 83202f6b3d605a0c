/** updateLead through the public API, with the genuine SDK against the simulator. */
import { beforeAll, expect, test } from '@jest/globals';
import { atAws } from '../../support/clients/seller.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

const ID = 'eng-completes00001';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CATALOGS: 'SANDBOX,AWS' });
});

async function update(patch: object, more: object = {}) {
  const input = { catalog: 'SANDBOX', identifier: ID, contextIdentifier: '1', patch, ...more };
  const { data, errors } = await gateway.query(publishedOperation('update-lead'), { input });
  expect(errors).toBeUndefined();
  return data.updateLead;
}

test('a patch changes what it names, keeps the interactions, and a repetition changes nothing', async () => {
  const aws = atAws(gateway);
  const leadAtAws = async () => (await aws.getEngagement(ID)).Contexts?.[0]?.Payload?.Lead;
  const before = await leadAtAws();
  const patch = {
    qualificationStatus: 'Nurturing',
    customer: { marketSegment: 'Enterprise', address: { city: 'Salem' } },
  };
  const first = await update(patch);
  expect(first).toMatchObject({
    engagement: { id: ID, contexts: [{ identifier: '1', type: 'LEAD', lead: { qualificationStatus: 'Nurturing' } }] },
    changed: ['qualificationStatus', 'customer.marketSegment', 'customer.address.city'],
    userErrors: [],
  });
  expect(await leadAtAws()).toEqual({
    ...before,
    QualificationStatus: 'Nurturing',
    Customer: {
      ...before?.Customer,
      MarketSegment: 'Enterprise',
      Address: { ...before?.Customer?.Address, City: 'Salem' },
    },
  });
  expect(before?.Interactions?.length).toBeGreaterThan(0);
  expect(await update(patch)).toEqual({ engagement: first.engagement, changed: [], userErrors: [] });
});

test('edits at once of different fields both survive', async () => {
  const results = await Promise.all([
    update({ customer: { industry: 'Energy' } }),
    update({ customer: { awsMaturity: 'Advanced' } }),
  ]);
  expect(results.map(({ changed, userErrors }) => [changed, userErrors])).toEqual([
    [['customer.industry'], []],
    [['customer.awsMaturity'], []],
  ]);
  const { Contexts } = await atAws(gateway).getEngagement(ID);
  expect(Contexts?.[0]?.Payload?.Lead?.Customer).toMatchObject({ Industry: 'Energy', AwsMaturity: 'Advanced' });
});

test('a lost answer is settled by reading the engagement', async () => {
  for (const kind of ['reset-before', 'reset-after', 'half-answer'] as const) {
    gateway.simulator.inject({ operation: 'UpdateEngagementContext', times: 1, fault: { kind } });
    expect(await update({ qualificationStatus: kind })).toMatchObject({
      changed: ['qualificationStatus'],
      userErrors: [],
    });
  }
});

test.each([
  [{ contextIdentifier: '9' }, {}, 'NOT_FOUND', ['input', 'contextIdentifier']],
  [{ contextIdentifier: '' }, {}, 'INVALID_INPUT', ['input', 'contextIdentifier']],
  [{ identifier: 'eng-1' }, {}, 'INVALID_INPUT', ['input', 'identifier']],
  [{}, { customer: null }, 'INVALID_INPUT', ['input', 'patch', 'customer']],
  [{}, { customer: { companyName: '' } }, 'INVALID_INPUT', ['input', 'patch', 'customer', 'companyName']],
  [{ expectedModifiedAt: '2020-01-01T00:00:00Z' }, {}, 'EDIT_CONFLICT', ['input', 'expectedModifiedAt']],
  [
    { identifier: `arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/engagement/${ID}` },
    {},
    'INVALID_INPUT',
    ['input', 'identifier'],
  ],
])('a wrong input is refused with its path: %j %j', async (more, patch, code, field) => {
  const result = await update({ qualificationStatus: 'Another status', ...patch }, more);
  expect(result).toMatchObject({ engagement: null, changed: [], userErrors: [{ code, field }] });
});
