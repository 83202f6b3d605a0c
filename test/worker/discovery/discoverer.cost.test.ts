/** The calls that discovery costs: one List per kind and minute, fewer as the daily reads run low. */
import { describe, expect, test } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { allTasks, externalClient } from '../../support/harness/external-tasks.js';
import { fromOpportunity } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness, startMany } from '../../support/harness/worker-harness.js';

const EFO_LIST = 'ListEngagementFromOpportunityTasks';

describe('the calls of discovery', () => {
  test('discovery makes exactly one List per kind and minute', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    await harness.pass(HOUR);
    const counts = new Map<string, number>();
    for (const { operation } of harness.simulator.calls()) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      ListEngagementFromOpportunityTasks: 60,
      ListOpportunityFromEngagementTasks: 60,
      ListEngagementByAcceptingInvitationTasks: 60,
    });
    const times = harness.simulator
      .calls()
      .filter((call) => call.operation === EFO_LIST)
      .map((call) => call.at);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) === MINUTE)).toBe(true);
  });

  test('discovery of two catalogs makes no more calls, and alternates between them', async () => {
    const catalogs: string[] = [];
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: (query) => {
        if (query.kind === 'ENGAGEMENT_FROM_OPPORTUNITY') catalogs.push(query.catalog);
        return sdk.listTasks(query);
      },
    });
    const harness = await createWorkerHarness({ discoverIn: ['AWS', 'SANDBOX'], around });
    await harness.pass(10 * MINUTE);
    expect(catalogs).toEqual(Array(5).fill(['AWS', 'SANDBOX']).flat());
  });

  test('discovery makes no call while it is off', async () => {
    const harness = await createWorkerHarness();
    await externalClient(harness)(fromOpportunity());
    await harness.pass(HOUR);
    expect(harness.calls('List')).toEqual([]);
    expect(await allTasks(harness.tasks)).toEqual([]);
  });

  // The other tasks become due during one List, so that a sweep is the cheapest plan.
  const SWEEPING = { simulator: { latencyMs: 500 }, poll: { minMs: 5 * SECOND, maxMs: 5 * SECOND } };

  test('discovery uses the answers of a sweep of the poller', async () => {
    const harness = await createWorkerHarness({ ...SWEEPING, discoverIn: ['SANDBOX'] });
    await startMany(harness.tasks, 40, SLOW);
    await harness.pass(SECOND);
    // The harness waits for the calls of its own client, so that this one arrives before time goes on.
    const start = harness.partnerCentral.startTask(SLOW, 'elsewhere');
    await harness.pass(11 * SECOND);
    await start;
    expect(await allTasks(harness.tasks)).toHaveLength(41);
  });

  test('discovery makes no call of its own while the poller sweeps', async () => {
    const listsWith = async (discoverIn: readonly 'SANDBOX'[]) => {
      const harness = await createWorkerHarness({ ...SWEEPING, discoverIn });
      await startMany(harness.tasks, 40, SLOW);
      await harness.pass(45 * SECOND);
      return harness.simulator.calls().filter((call) => call.operation === EFO_LIST).length;
    };
    expect(await listsWith(['SANDBOX'])).toBe(await listsWith([]));
  });

  test('discovery slows down as the daily reads run low, and stops at the reserve for look-ups', async () => {
    const limits = { reads: { perSecond: 10, perDay: 20 }, writes: { perSecond: 10, perDay: 100 } };
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], limits });
    await harness.pass(5 * HOUR);
    expect(harness.calls('List').length).toBe(18);
    const times = harness.calls('List').map((call) => call.at);
    expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeGreaterThan(MINUTE);
  });
});
