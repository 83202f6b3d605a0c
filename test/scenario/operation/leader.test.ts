/** Clients see which gateway leads, and when it began. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../support/clients/waiting.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

type Leader = { readonly since: string; readonly isAnswering: boolean };

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function leaderOf(gateway: TestGateway): Promise<Leader | null> {
  const { data } = await gateway.query('{ partnerCentral { leader { since isAnswering } } }');
  return data.partnerCentral.leader;
}

/** Waits until this gateway leads. */
function leading(gateway: TestGateway): Promise<Leader> {
  return until(async () => {
    const leader = await leaderOf(gateway);
    return leader?.isAnswering === true ? leader : null;
  });
}

test('a single gateway leads, and again after a restart', async () => {
  const before = Date.now();
  const gateway = await startGateway();
  const first = await leading(gateway);
  expect(Date.parse(first.since)).toBeGreaterThanOrEqual(before);
  const again = await leading(await gateway.restart());
  expect(Date.parse(again.since)).toBeGreaterThan(Date.parse(first.since));
});

test('of two gateways on one database one leads, and the other one takes over from it', async () => {
  const DATABASE_URL = await postgres.createDatabase();
  const first = await startGateway({ DATABASE_URL });
  const led = await leading(first);
  const second = await startGateway({ DATABASE_URL, PARTNER_CENTRAL_ENDPOINT: first.simulator.endpoint });
  expect(await leaderOf(second)).toEqual({ since: led.since, isAnswering: false });
  await first.gateway.stop();
  const taken = await leading(second);
  expect(Date.parse(taken.since)).toBeGreaterThan(Date.parse(led.since));
});
