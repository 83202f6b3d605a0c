import { expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { startGateway } from '../../support/harness/gateway.js';
import { until } from '../../support/clients/waiting.js';

test('the many starts of one subject do not delay another subject: both take turns, each in its own order', async () => {
  const issuer = await createIssuer();
  // In the order of sending. Several calls are in flight on a busy machine, and may arrive in another order.
  const sent: string[] = [];
  const gateway = await startGateway(
    {
      AUTH: 'jwt',
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: AUDIENCE,
      JWKS_URL: issuer.jwksUrl,
      START_WAIT_MS: '0',
      WRITES_PER_SECOND: '5',
    },
    {},
    {
      partnerCentral: (real) => ({
        ...real,
        startTask(input, clientToken) {
          sent.push(input.identifier);
          return real.startTask(input, clientToken);
        },
      }),
    },
  );
  const start = async (subject: string, identifiers: string[]) => {
    const token = await issuer.token({ scope: 'tasks:start' }, { subject });
    const query =
      'mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: ' +
      '$inputs) { results { task { id } } } }';
    const inputs = identifiers.map((identifier) => ({
      catalog: 'SANDBOX',
      identifier,
      awsSubmission: { involvementType: 'CO_SELL' },
    }));
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { inputs } }),
    });
    expect(await response.json()).toMatchObject({
      data: {
        startEngagementFromOpportunityTasks: { results: identifiers.map(() => ({ task: { id: expect.any(String) } })) },
      },
    });
  };
  const untilSent = async (count: number) => until(() => sent.length >= count);
  // The first call takes its turn alone, because the SDK is loaded before it.
  await start('first', ['O9900']);
  await untilSent(1);
  // Each subject sends its starts at once, so that both have queued starts, however slow the machine is.
  await start(
    'many',
    Array.from({ length: 20 }, (_, n) => `O77${String(n).padStart(2, '0')}`),
  );
  await start('few', ['O8800', 'O8801', 'O8802']);

  await untilSent(24);
  const few = sent.flatMap((target, index) => (target.startsWith('O88') ? [index] : []));
  // The subjects alternate while both have queued starts. In the order of arrival, all three would come last.
  expect(few[2]! - few[0]!).toBeLessThanOrEqual(4);
  expect(few[2]).toBeLessThan(20);
  for (const owner of ['O77', 'O88']) {
    const own = sent.filter((target) => target.startsWith(owner));
    expect(own).toEqual([...own].sort());
  }
});

test('the settings of limits apply to requests, and the refusal names the limit', async () => {
  const issuer = await createIssuer();
  const auth = { AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, JWKS_URL: issuer.jwksUrl };
  const limits = {
    LIMIT_COST: '1500',
    LIMIT_DEPTH: '8',
    LIMIT_ALIASES: '2',
    LIMIT_MUTATIONS_PER_SECOND: '1',
    LIMIT_MUTATIONS_BURST: '1',
    LIMIT_ROOT_FIELDS: '1',
  };
  const gateway = await startGateway({ ...auth, ...limits, START_WAIT_MS: '0' });
  const authorization = `Bearer ${await issuer.token()}`;
  const ask = async (query: string): Promise<any> => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };
  const refusalOf = async (query: string) => (await ask(query)).errors?.[0]?.extensions;
  expect(
    await refusalOf('{ tasks(first: 100) { nodes { transitions(first: 20) { edges { cursor } } } } }'),
  ).toMatchObject({ limit: 'cost', maximum: 1500 });
  expect(
    await refusalOf(
      '{ tasks(first: 1) { nodes { retryOf { retryOf { retryOf { retryOf { retryOf { retryOf { retryOf { id } } } } } } } } } }',
    ),
  ).toMatchObject({ limit: 'depth', maximum: 8 });
  expect(await refusalOf('{ partnerCentral { a: upstream b: upstream c: upstream } }')).toMatchObject({
    limit: 'aliases',
    maximum: 2,
  });
  const retry = 'mutation { retryTask(id: "00000000-0000-7000-8000-000000000000") { userErrors { code } } }';
  // Both arrive together, because a second later another one is allowed.
  const both = await Promise.all([refusalOf(retry), refusalOf(retry)]);
  expect(both.filter((refusal) => refusal !== undefined)).toEqual([expect.objectContaining({ code: 'RATE_LIMITED' })]);
});
