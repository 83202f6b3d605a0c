/** Kills a gateway process at each step of an edit, while its client repeats the edit until it is answered. */
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { createSimulator } from '../../../src/partner-central/simulator/simulator.js';
import { acceptedUpdates } from '../../support/aws/journal.js';
import { createPatientClient } from '../../support/crash/crash-client.js';
import { bundleGateway, createRestartableGateway } from '../../support/crash/restartable-gateway.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';

const EDIT = `mutation ($patch: OpportunityPatch!) {
  updateOpportunity(input: { catalog: SANDBOX, identifier: "O5000001", patch: $patch }) {
    opportunity { lifeCycle { nextSteps reviewStatus } } changed userErrors { code message }
  }
}`;

const journal = join(temporaryDirectory(), 'journal.jsonl');
let endpoint: string;
beforeAll(async () => {
  bundleGateway();
  const simulator = await createSimulator({ journal, readsPerSecond: 1000, writesPerSecond: 1000 });
  whenDone(() => simulator.close());
  endpoint = simulator.endpoint;
});

test('an edit is made once, wherever its gateway is killed', async () => {
  const gateway = createRestartableGateway({ PARTNER_CENTRAL_ENDPOINT: endpoint, DATA_DIR: temporaryDirectory() });
  const client = createPatientClient(() => gateway.url());
  const diedAt: string[] = [];
  let child = await gateway.start();
  for (let count = 1; ; count += 1) {
    const nextSteps = `Edit ${count}.`;
    await child.arm(diedAt);
    const edited = client.request(EDIT, { patch: { lifeCycle: { nextSteps } } });
    const step = await Promise.race([child.ended, edited.then(() => null)]);
    if (step !== null) {
      diedAt.push(step);
      child = await gateway.start();
    }
    expect((await edited).updateOpportunity).toMatchObject({
      opportunity: { lifeCycle: { nextSteps, reviewStatus: 'PENDING_SUBMISSION' } },
      userErrors: [],
    });
    const made = acceptedUpdates(journal, 'UpdateOpportunity', 'O5000001').map(({ request }) => request['LifeCycle']);
    expect(made).toHaveLength(count);
    expect(made.at(-1)).toMatchObject({ NextSteps: nextSteps });
    if (step === null) break;
  }
  expect(diedAt).toEqual(
    expect.arrayContaining(
      ['before', 'after'].flatMap((when) => [
        `${when} GetOpportunity at AWS (1)`,
        `${when} UpdateOpportunity at AWS (1)`,
        `${when} GetOpportunity at AWS (2)`,
      ]),
    ),
  );
  child.kill();
  await child.ended;
}, 600_000);
