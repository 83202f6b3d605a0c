/** updateOpportunity through the public API, with the genuine SDK against the simulator. */
import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CATALOGS: 'SANDBOX' });
});

const UPDATE = `mutation ($input: UpdateOpportunityInput!) {
  updateOpportunity(input: $input) {
    opportunity { id lastModifiedAt project { title salesActivities } lifeCycle { reviewStatus nextSteps stage } customer { account { companyName } } }
    changed
    userErrors { code message field awsCode nextAction retryAfterMs mayBeDone conflict { base theirs mine } }
  }
}`;

async function update(identifier: string, patch: object, more: object = {}) {
  const { data, errors } = await gateway.query(UPDATE, { input: { catalog: 'SANDBOX', identifier, patch, ...more } });
  expect(errors).toBeUndefined();
  return data.updateOpportunity;
}

test('a patch changes what it names and nothing else', async () => {
  const { opportunity, ...result } = await update('O5000001', {
    lifeCycle: { nextSteps: 'Sign.', stage: 'COMMITTED' },
    project: { salesActivities: ['SOW Signed'] },
  });
  expect(result).toEqual({
    changed: ['project.salesActivities', 'lifeCycle.stage', 'lifeCycle.nextSteps'],
    userErrors: [],
  });
  expect(opportunity).toMatchObject({
    id: 'O5000001',
    project: { title: expect.any(String), salesActivities: ['SOW Signed'] },
    lifeCycle: { reviewStatus: 'PENDING_SUBMISSION', nextSteps: 'Sign.', stage: 'COMMITTED' },
    customer: { account: { companyName: 'Marlow Freight' } },
  });
});

test('a repeated edit makes no write and changes nothing', async () => {
  const patch = { lifeCycle: { nextSteps: 'Call again.' } };
  const first = await update('O5000002', patch);
  expect(first.changed).toEqual(['lifeCycle.nextSteps']);
  const second = await update('O5000002', patch);
  expect(second).toEqual({ opportunity: first.opportunity, changed: [], userErrors: [] });
});

test('what the state of the opportunity does not allow is refused with the field', async () => {
  const { opportunity, userErrors } = await update('O5000007', { project: { title: 'Another title' } });
  expect(opportunity).toBeNull();
  expect(userErrors).toEqual([
    {
      code: 'NOT_EDITABLE',
      message: expect.stringContaining('Submitted'),
      field: ['input', 'patch', 'project', 'title'],
      awsCode: null,
      nextAction: 'NONE',
      retryAfterMs: null,
      mayBeDone: false,
      conflict: null,
    },
  ]);
});
