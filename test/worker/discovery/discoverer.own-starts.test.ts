/**
 * Discovery beside starts of the gateway: it neither takes them for external tasks, nor misses tasks because of them.
 */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { allTasks, externalClient } from '../../support/harness/external-tasks.js';
import { accepted, fromOpportunity } from '../../support/harness/task-harness.js';
import { createWorkerHarness } from '../../support/harness/worker-harness.js';

const EFO_LIST = 'ListEngagementFromOpportunityTasks';

describe('discovery and the starts of the gateway', () => {
  // The discovery round at 20 s falls before, during and after dispatch, answer and listing of these starts.
  const OWN = ['O1000001', 'O1000003', 'O1000004', 'O1000006', 'O4000003', 'O1000010', 'O2000001'];
  test.each(OWN)(
    'discovery never takes a start of the gateway for an external task, at any time of its dispatch (%s)',
    async (identifier) => {
      const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
      await harness.pass(16 * SECOND);
      const ids: string[] = [];
      for (let count = 0; count < 25; count += 1) {
        ids.push((await accepted(harness.tasks, fromOpportunity({ identifier }))).id);
        await harness.pass(200);
      }
      const discoveries = harness.simulator
        .calls()
        .filter((call) => call.operation.endsWith('AcceptingInvitationTasks') || call.operation === EFO_LIST);
      expect(discoveries.length).toBeGreaterThan(0);
      await harness.pass(5 * MINUTE);
      expect((await allTasks(harness.tasks)).map((task) => task.id).sort()).toEqual(ids.sort());
    },
  );

  test('a start that AWS completed without an id does not hide an external task on the same opportunity a minute later', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await harness.pass(MINUTE);
    const result = await harness.partnerCentral.startTask(fromOpportunity({ identifier: 'O1000004' }), 'another token');
    expect(result.type).toBe('ok');
    await harness.pass(MINUTE);
    const found = await allTasks(harness.tasks);
    expect(found.map((task) => task.clientToken.startsWith('external:'))).toEqual([true, false]);
    expect(found[1]?.id).toBe(id);
  });

  test('a start that AWS refused does not hide an external task on the same opportunity at the same time', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 1,
      fault: { kind: 'error', name: 'ValidationException' },
    });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    expect(await harness.untilEnded([id], SECOND)).toMatchObject([{ status: 'REJECTED' }]);
    const awsId = await externalClient(harness)(fromOpportunity());
    await harness.pass(MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => [task.status, task.details.taskId])).toEqual([
      ['COMPLETE', awsId],
      ['REJECTED', null],
    ]);
  });
});
