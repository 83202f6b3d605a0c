/** Who may edit, how often, and what the log says about it: with tokens, over the whole gateway. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { AUDIENCE, createIssuer, type Issuer } from '../../support/fakes/issuer.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { startGateway, type GraphqlResult, type Settings } from '../../support/harness/gateway.js';

const EVERYTHING = 'tasks:start tasks:read records:read records:write';
const CALL = { lifeCycle: { nextSteps: 'Ring Olive.' } };

async function open(settings: Settings = {}) {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const issuer: Issuer = await createIssuer();
  const auth = { AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, JWKS_URL: issuer.jwksUrl } as const;
  const gateway = await startGateway({ ...auth, ...settings }, { invisibleMs: 10 }, { telemetry });
  const as =
    (scope: string, subject = 'ann', claims: Record<string, unknown> = {}) =>
    async (query: string, variables: Record<string, unknown> = {}): Promise<GraphqlResult> => {
      const authorization = `Bearer ${await issuer.token({ scope, ...claims }, { subject })}`;
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      });
      const answer: GraphqlResult = JSON.parse(await response.text());
      return answer;
    };
  const writes = () => gateway.simulator.calls().filter(({ operation }) => !/^(?:Get|List)/.test(operation)).length;
  return { gateway, telemetry, lines, as, writes };
}

const updateOf = (identifier: string, patch: object, more: object = {}) => ({
  input: { catalog: 'SANDBOX', identifier, patch, ...more },
});

/** The entry of an edit that its caller had no right to make. */
const DENIED = {
  operation: 'updateOpportunity',
  subject: 'ann',
  catalog: 'SANDBOX',
  identifier: 'O5000001',
  changed: [],
};

describe('the scope records:write', () => {
  let world: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    world = await open();
  });
  const update = (scope: string, claims: Record<string, unknown> = {}) =>
    world.as(scope, 'ann', claims)(publishedOperation('update-opportunity'), updateOf('O5000001', CALL));

  const entries = () => world.lines.filter(({ msg }) => msg === 'edit');
  const isForbidden = {
    errors: [{ message: expect.stringContaining('records:write'), extensions: { code: 'FORBIDDEN' } }],
  };

  test.each(['tasks:start', 'tasks:start tasks:read records:read'])(
    'a token with %j edits nothing, and the log says who tried',
    async (scope) => {
      const before = entries().length;
      expect(await update(scope)).toMatchObject(isForbidden);
      expect(world.writes()).toBe(0);
      expect(entries().slice(before)).toMatchObject([{ ...DENIED, outcome: 'FORBIDDEN' }]);
    },
  );

  test('a token that allows no mutation edits nothing, and is counted as an operation alone', async () => {
    const before = entries().length;
    expect(await update('tasks:read')).toMatchObject(isForbidden);
    expect(world.writes()).toBe(0);
    expect(entries()).toHaveLength(before);
    const counted = 'gateway_operations_total{transport="http",type="mutation",outcome="FORBIDDEN"} 1';
    expect(await world.telemetry.registry.metrics()).toContain(counted);
  });

  test('a token with records:write starts nothing', async () => {
    const start = `mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000001",
      awsSubmission: { involvementType: CO_SELL } }) { task { id } } }`;
    expect(await world.as('records:write')(start)).toMatchObject({
      errors: [{ message: expect.stringContaining('tasks:start'), extensions: { code: 'FORBIDDEN' } }],
    });
    expect(world.writes()).toBe(0);
  });

  test('a catalog that the token does not have is refused, and nothing is sent', async () => {
    expect(await update('records:write', { catalogs: ['AWS'] })).toMatchObject({
      data: { updateOpportunity: { opportunity: null, userErrors: [{ code: 'CATALOG_NOT_ALLOWED' }] } },
    });
    expect(world.writes()).toBe(0);
    expect(entries().at(-1)).toMatchObject({ ...DENIED, outcome: 'CATALOG_NOT_ALLOWED' });
    const counted = 'gateway_edits_total{operation="updateOpportunity",outcome="CATALOG_NOT_ALLOWED"} 1';
    expect(await world.telemetry.registry.metrics()).toContain(counted);
  });

  test('a token with records:write alone edits, and does not see the record', async () => {
    expect(await update('records:write')).toMatchObject({
      data: { updateOpportunity: { opportunity: null, changed: ['lifeCycle.nextSteps'], userErrors: [] } },
    });
    expect(await update('records:write records:read')).toMatchObject({
      data: { updateOpportunity: { opportunity: { id: 'O5000001' }, changed: [], userErrors: [] } },
    });
    expect(world.writes()).toBe(1);
  });
});

test('edits of one subject are limited like its other mutations, and those of another subject are not', async () => {
  const { as } = await open({
    LIMIT_MUTATIONS_PER_SECOND: '1',
    LIMIT_MUTATIONS_BURST: '2',
    LIMIT_ROOT_FIELDS: '1',
  });
  const edit = (subject: string, nextSteps: string) =>
    as(EVERYTHING, subject)(
      publishedOperation('update-opportunity'),
      updateOf('O5000001', { lifeCycle: { nextSteps } }),
    );
  const all = await Promise.all(
    ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map((nextSteps) => edit('ann', nextSteps)),
  );
  const refused = all.filter(({ errors }) => errors !== undefined);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThanOrEqual(3);
  for (const answer of refused)
    expect(answer).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }],
    });
  expect((await edit('bob', 'Six.')).errors).toBeUndefined();
});

test('each edit is one log line and one count, and no value of a customer or of the input reaches the log', async () => {
  const { gateway, telemetry, lines, as } = await open();
  const answers: unknown[] = [];
  const expected: object[] = [];
  const run = async (document: string, input: object, entry: object) => {
    const variables = { input: { catalog: 'SANDBOX', ...input } };
    answers.push(variables, await as(EVERYTHING, 'seller-7')(publishedOperation(document), variables));
    expected.push({ subject: 'seller-7', catalog: 'SANDBOX', changed: [], ...entry });
  };
  const update = (identifier: string, patch: object, entry: object, more: object = {}) =>
    run('update-opportunity', { identifier, patch, ...more }, { operation: 'updateOpportunity', identifier, ...entry });

  const contacts = [{ firstName: 'Olive', lastName: 'Quince', email: 'olive@quartz.example.com' }];
  const patch = { lifeCycle: { nextSteps: 'Ring Olive.' }, customer: { contacts }, project: { title: 'Quartz move' } };
  const changed = ['customer.contacts', 'project.title', 'lifeCycle.nextSteps'];
  await update('O5000001', patch, { changed, outcome: 'done' });
  await update('O5000001', patch, { outcome: 'unchanged' });
  await update('O5000007', { project: { title: 'Quartz move' } }, { outcome: 'NOT_EDITABLE' });
  await update('O5000001', { customer: { account: { duns: 'Quartz' } } }, { outcome: 'INVALID_INPUT' });
  const since = { expectedModifiedAt: '2020-01-01T00:00:00Z' };
  await update('O5000001', { project: { title: 'Quartz again' } }, { outcome: 'EDIT_CONFLICT' }, since);
  await update('Quartz Cellars', patch, { identifier: null, outcome: 'INVALID_INPUT' });
  const message = 'Quartz Cellars is wrong';
  const members = { Reason: 'REQUEST_VALIDATION_FAILED' };
  for (const [fault, outcome] of [
    [{ kind: 'error', name: 'ValidationException', message, members }, 'VALIDATION_FAILED'],
    [{ kind: 'reset-after' }, 'done'],
    [{ kind: 'half-answer' }, 'done'],
    [{ kind: 'html', status: 502 }, 'done'],
  ] as const) {
    gateway.simulator.inject({ operation: 'UpdateOpportunity', times: 1, fault });
    const nextSteps = `Olive after ${fault.kind}`;
    const entry = { outcome, changed: outcome === 'done' ? ['lifeCycle.nextSteps'] : [] };
    await update('O5000002', { lifeCycle: { nextSteps } }, entry);
  }
  const creation = { clientToken: 'Quartz token', project: { title: 'Quartz one' }, customer: { contacts } };
  const created = { operation: 'createOpportunity' };
  await run('create-opportunity', creation, {
    ...created,
    identifier: expect.stringMatching(/^O\d+$/),
    changed: expect.arrayContaining(['project.title']),
    outcome: 'done',
  });
  const other = { ...creation, project: { title: 'Quartz two' } };
  await run('create-opportunity', other, { ...created, identifier: null, outcome: 'CLIENT_TOKEN_REUSED' });
  const product = { identifier: 'O5000002', relatedEntityType: 'AWS_PRODUCTS', relatedEntityIdentifier: 'AmazonRDS' };
  for (const operation of ['associateOpportunity', 'disassociateOpportunity']) {
    const document = operation.replace('Opportunity', '-opportunity');
    const entry = { operation, identifier: 'O5000002', changed: [expect.any(String)], outcome: 'done' };
    await run(document, product, entry);
  }
  const assignee = {
    email: 'olive@quartz.example.com',
    firstName: 'Olive',
    lastName: 'Quince',
    businessTitle: 'Owner',
  };
  const assigned = { operation: 'assignOpportunity', identifier: 'O5000002', changed: ['opportunityTeam'] };
  await run('assign-opportunity', { identifier: 'O5000002', assignee }, { ...assigned, outcome: 'done' });
  const lead = { identifier: 'eng-completes00001', contextIdentifier: '1' };
  await run(
    'update-lead',
    { ...lead, patch: { customer: { companyName: 'Quartz Cellars', address: { city: 'Quartz' } } } },
    {
      operation: 'updateLead',
      identifier: lead.identifier,
      changed: ['customer.companyName', 'customer.address.city'],
      outcome: 'done',
    },
  );
  const accepted = { operation: 'acceptEngagementInvitation', identifier: 'engi-leadpending01' };
  await run(
    'accept-engagement-invitation',
    { identifier: 'engi-leadpending01' },
    { ...accepted, changed: ['status'], outcome: 'done' },
  );
  const rejected = { operation: 'rejectEngagementInvitation', identifier: 'engi-opportunity01' };
  await run(
    'reject-engagement-invitation',
    { identifier: 'engi-opportunity01', rejectionReason: 'Quartz is closed' },
    { ...rejected, changed: ['status', 'rejectionReason'], outcome: 'done' },
  );

  const entries = lines.filter(({ msg }) => msg === 'edit');
  expect(entries).toEqual(
    expected.map((entry) => ({
      level: 30,
      time: expect.any(String),
      msg: 'edit',
      durationMs: expect.any(Number),
      ...entry,
    })),
  );
  const metrics = await telemetry.registry.metrics();
  const counts = [...metrics.matchAll(/^gateway_edits_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  expect(counts.reduce((total, count) => total + count, 0)).toBe(expected.length);
  expect(metrics).toContain('gateway_edits_total{operation="updateOpportunity",outcome="done"} 4');

  const values = /Olive|Quince|Quartz|olive@/;
  expect(JSON.stringify(answers)).toMatch(values);
  expect(lines.filter((line) => values.test(JSON.stringify(line)))).toEqual([]);
  expect(lines.length).toBeGreaterThan(60);
});
