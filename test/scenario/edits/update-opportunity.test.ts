/** updateOpportunity through the public API, with the genuine SDK against the simulator. */
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { createGateway } from '../../../src/gateway.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { Fault } from '../../../src/partner-central/simulator/faults.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { acceptedUpdates } from '../../support/aws/journal.js';
import { atAws } from '../../support/clients/seller.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { deferred } from '../../support/harness/deferred.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { configOf, startGateway, type TestGateway } from '../../support/harness/gateway.js';

const journal = join(temporaryDirectory(), 'journal.jsonl');
/** Called before each write of a gateway is sent. */
let beforeWrite = async (): Promise<void> => {};
const partnerCentral = (given: PartnerCentral): PartnerCentral => ({
  ...given,
  async write(operation, query) {
    await beforeWrite();
    return given.write(operation, query);
  },
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CATALOGS: 'SANDBOX' }, { journal }, { partnerCentral });
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

test('of edits of the same field over two gateways one is a conflict, and edits of different fields both survive', async () => {
  const settings = { CATALOGS: 'SANDBOX', PARTNER_CENTRAL_ENDPOINT: gateway.simulator.endpoint };
  const telemetry = createTelemetry({ level: 'silent' });
  const other = await createGateway(configOf(settings), { telemetry, partnerCentral });
  whenDone(() => other.stop());
  const edit = async (url: string, patch: object) => {
    const variables = { input: { catalog: 'SANDBOX', identifier: 'O5000004', patch } };
    const body = JSON.stringify({ query: UPDATE, variables });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { data }: any = await response.json();
    return data.updateOpportunity;
  };
  // Both gateways have read the opportunity before either sends its update.
  const together = (one: object, another: object) => {
    const { promise: met, resolve: meet } = deferred();
    let writes = 0;
    beforeWrite = () => {
      writes += 1;
      if (writes === 2) meet();
      return met;
    };
    return Promise.all([edit(gateway.url, one), edit(other.url, another)]);
  };

  const same = await together({ lifeCycle: { nextSteps: 'One.' } }, { lifeCycle: { nextSteps: 'Other.' } });
  const codes = same.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code));
  expect(codes).toEqual(['EDIT_CONFLICT']);
  const different = await together({ lifeCycle: { nextSteps: 'Third.' } }, { project: { title: 'A new title' } });
  expect(different.map(({ changed }) => changed)).toEqual([['lifeCycle.nextSteps'], ['project.title']]);
  expect(await atAws(gateway).getOpportunity('O5000004')).toMatchObject({
    LifeCycle: { NextSteps: 'Third.', ReviewStatus: 'Pending Submission' },
    Project: { Title: 'A new title' },
  });
});

const LOST: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'html', status: 502 },
  { kind: 'error', name: 'InternalServerException' },
  { kind: 'reset-after' },
  { kind: 'half-answer' },
  { kind: 'error-after', name: 'InternalServerException' },
  { kind: 'hang' },
];

test.each(LOST)('an edit is made once when its answer is lost ($kind $name)', async (fault) => {
  const before = acceptedUpdates(journal, 'UpdateOpportunity', 'O5000005').length;
  gateway.simulator.inject({ operation: 'UpdateOpportunity', times: 1, fault });
  const nextSteps = `After ${JSON.stringify(fault)}.`;
  expect(await update('O5000005', { lifeCycle: { nextSteps } })).toMatchObject({
    opportunity: { lifeCycle: { nextSteps } },
    changed: ['lifeCycle.nextSteps'],
    userErrors: [],
  });
  expect(acceptedUpdates(journal, 'UpdateOpportunity', 'O5000005')).toHaveLength(before + 1);
});
