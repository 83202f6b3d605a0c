/** A process with UPSTREAM=aws calls the endpoint of its environment, and names it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../src/runtime/clock.js';
import { createSimulator, type Simulator } from '../src/partner-central/simulator/simulator.js';
import { temporaryDirectory } from './support/harness/directory.js';
import { spawnGateway, spawnNode, GATEWAY } from './support/programs/process.js';

const directory = temporaryDirectory();
const BASE = {
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_CONFIG_FILE: join(directory, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none'),
  AWS_EC2_METADATA_DISABLED: 'true',
};
let here: Simulator;
beforeAll(async () => {
  here = await createSimulator({ clock: systemClock, readsPerSecond: 1000 });
});
afterAll(() => here.close());

describe('a process with UPSTREAM=aws', () => {
  test('a process whose environment leads elsewhere says so, and its start goes there', async () => {
    const gateway = await spawnGateway({
      ...BASE,
      DATA_DIR: temporaryDirectory(),
      UPSTREAM: 'aws',
      AWS_ENDPOINT_URL: here.endpoint,
      AWS_USE_FIPS_ENDPOINT: 'true',
      HTTPS_PROXY: 'http://u:hidden@127.0.0.1:1',
      LOG_LEVEL: 'warn',
    });
    expect(gateway.stdout()).toContain(
      `Upstream  AWS's protocol at ${here.endpoint} (AWS_ENDPOINT_URL, or endpoint_url of the profile)`,
    );
    expect(gateway.stderr()).toMatch(/AWS_USE_FIPS_ENDPOINT, .* has no effect/);
    expect(gateway.stderr()).toMatch(/^HTTPS_PROXY has no effect: the gateway calls Partner Central directly\./m);
    expect(gateway.stderr()).not.toContain('hidden');
    const query =
      'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000002", ' +
      'awsSubmission: { involvementType: CO_SELL } }) { task { status } } }';
    const ask = async (text: string): Promise<unknown> =>
      (
        await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: text }),
        })
      ).json();
    expect(await ask(query)).toEqual({
      data: { startEngagementFromOpportunityTask: { task: { status: 'COMPLETE' } } },
    });
    expect(await ask('{ partnerCentral { upstream } }')).toEqual({ data: { partnerCentral: { upstream: 'OTHER' } } });
    expect(here.tasks().map(({ target }) => target)).toEqual(['O1000002']);
    gateway.child.kill('SIGTERM');
    expect((await gateway.ended).code).toBe(0);
  });

  test('a process whose endpoint is not a URL does not start, and names the variable', async () => {
    const gateway = spawnNode(GATEWAY, {
      ...BASE,
      PORT: '0',
      DATA_DIR: temporaryDirectory(),
      UPSTREAM: 'aws',
      AWS_ENDPOINT_URL: 'nonsense',
    });
    expect((await gateway.ended).code).toBe(1);
    expect(gateway.stderr()).toMatch(
      /could not start: The SDK of AWS cannot resolve the endpoint: Invalid URL\. Check .*AWS_ENDPOINT_URL/,
    );
  });
});
