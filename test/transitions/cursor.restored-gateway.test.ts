/** The answer that a client gets for a cursor from before a restore of the gateway's directory. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryDirectory } from '../support/harness/directory.js';
import { startGateway } from '../support/harness/gateway.js';

test('a client of a gateway whose directory was restored gets INVALID_CURSOR and what to do', async () => {
  const base = temporaryDirectory();
  const [dataDir, copy] = [join(base, 'data'), join(base, 'copy')];
  const cursorOfStart = async (gateway: Awaited<ReturnType<typeof startGateway>>): Promise<string> => {
    const { data } = await gateway.query(
      'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL } }) { task { transitions(first: 1) { nodes { cursor } } } } }',
    );
    return data.startEngagementFromOpportunityTask.task.transitions.nodes[0].cursor;
  };
  const before = await startGateway({ DATA_DIR: dataDir });
  await before.gateway.stop();
  cpSync(dataDir, copy, { recursive: true });
  const lost = await before.restart();
  const cursor = await cursorOfStart(lost);
  await lost.gateway.stop();
  rmSync(dataDir, { recursive: true });
  cpSync(copy, dataDir, { recursive: true });

  const restored = await lost.restart();
  await cursorOfStart(restored);
  const refused = await restored
    .collect('subscription($after: String) { taskFeed(after: $after) { cursor } }', { after: cursor })
    .catch((error: unknown) => error);
  expect(refused).toMatchObject([
    { extensions: { code: 'INVALID_CURSOR' }, message: expect.stringMatching(/restored from a backup/) },
  ]);
});
