import { expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../support/issuer-client.js';
import { startGateway } from '../support/gateway.js';
import { until } from '../support/server-clients.js';

test('one subject with many starts does not make another wait: they take turns, each in its own order', async () => {
  const issuer = await createIssuer();
  const gateway = await startGateway({
    AUTH: 'jwt',
    JWT_ISSUER: issuer.url,
    JWT_AUDIENCE: AUDIENCE,
    JWKS_URL: issuer.jwksUrl,
    START_WAIT_MS: '0',
    WRITES_PER_SECOND: '5',
  });
  const start = async (subject: string, identifiers: string[]) => {
    const token = await issuer.token({ scope: 'tasks:start' }, { subject });
    const query = 'mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: $inputs) { results { task { id } } } }';
    const inputs = identifiers.map((identifier) => ({ catalog: 'SANDBOX', identifier, awsSubmission: { involvementType: 'CO_SELL' } }));
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { inputs } }),
    });
    expect(await response.json()).toMatchObject({ data: { startEngagementFromOpportunityTasks: { results: identifiers.map(() => ({ task: { id: expect.any(String) } })) } } });
  };
  const sent = () => gateway.simulator.tasks().map((task) => task.target);
  const untilSent = async (count: number) => until(() => sent().length >= count);
  // The first call of all loads the SDK and connects, and the second might overtake it.
  await start('first', ['O9900']);
  await untilSent(1);
  // Each at once, so that both wait however slow the machine is.
  await start('many', Array.from({ length: 20 }, (_, n) => `O77${String(n).padStart(2, '0')}`));
  await start('few', ['O8800', 'O8801', 'O8802']);

  await untilSent(24);
  const few = sent().flatMap((target, index) => (target.startsWith('O88') ? [index] : []));
  // While both wait, every second start is the other's; first come, first served would put all three at the end.
  expect(few[2]! - few[0]!).toBeLessThanOrEqual(4);
  expect(few[2]).toBeLessThan(20);
  for (const owner of ['O77', 'O88']) {
    const own = sent().filter((target) => target.startsWith(owner));
    expect(own).toEqual([...own].sort());
  }
});
