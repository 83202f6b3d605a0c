import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { recordThrottle } from '../../../src/partner-central/quota/throttle.js';
import { accepted, fromOpportunity } from '../../support/harness/task-harness.js';
import {
  LIMITS,
  SLOW,
  createWorkerHarness,
  startMany,
  type WorkerHarness,
} from '../../support/harness/worker-harness.js';

describe('a throttled quota', () => {
  /** Returns the pause of the quota after AWS throttles one more call. */
  async function gapAfterThrottling(
    harness: WorkerHarness,
    verb: 'Start' | 'List',
    cause: () => Promise<unknown>,
  ): Promise<number> {
    const operation = verb === 'Start' ? 'StartEngagementFromOpportunityTask' : 'ListEngagementFromOpportunityTasks';
    const before = harness.calls(verb).length;
    harness.simulator.inject({ operation, times: 1, fault: { kind: 'error', name: 'ThrottlingException' } });
    await cause();
    await harness.pass(10 * SECOND);
    const [throttled, next] = harness.calls(verb).slice(before);
    return (next?.at ?? Infinity) - (throttled?.at ?? 0);
  }

  test('throttled starts wait longer each time, keep their order, and continue when AWS answers', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 4,
      fault: { kind: 'error', name: 'ThrottlingException' },
    });
    const ids = [];
    for (let index = 0; index < 4; index += 1)
      ids.push((await accepted(harness.tasks, fromOpportunity({ identifier: `O77${index}` }))).id);
    await harness.untilEnded(ids, MINUTE);
    const times = harness.calls('Start').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toEqual([1020, 2000, 4000, 8000, 1020, 1020, 1020]);
    expect(harness.simulator.tasks().map((task) => task.target)).toEqual(['O770', 'O771', 'O772', 'O773']);
    expect(await gapAfterThrottling(harness, 'Start', () => accepted(harness.tasks, fromOpportunity()))).toBe(1020);
  });

  test('a throttled start after another failure counts as the first in a row', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    for (const name of ['ThrottlingException', 'InternalServerException', 'ThrottlingException']) {
      harness.simulator.inject({
        operation: 'StartEngagementFromOpportunityTask',
        times: 1,
        fault: { kind: 'error', name },
      });
    }
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], MINUTE);
    const times = harness.calls('Start').map((call) => call.at);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([1020, 1020, 1020]);
  });

  test('throttled Lists wait longer each time, and continue when AWS answers', async () => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({
      operation: 'ListEngagementFromOpportunityTasks',
      times: 4,
      fault: { kind: 'error', name: 'ThrottlingException' },
    });
    await accepted(harness.tasks, SLOW);
    await harness.pass(40 * SECOND);
    const times = harness.calls('List').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(
      harness
        .calls('List')
        .slice(4)
        .every((call) => call.outcome === 'ok'),
    ).toBe(true);
    expect(gaps[4]).toBeLessThan(8000);
    await harness.pass(2 * MINUTE);
    expect(await gapAfterThrottling(harness, 'List', () => accepted(harness.tasks, SLOW))).toBeLessThan(1500);
  });

  test('throttled writes do not slow down reads', async () => {
    const harness = await createWorkerHarness();
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.pass(500);
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: Infinity,
      fault: { kind: 'error', name: 'ThrottlingException' },
    });
    await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 6 * SECOND);
  });

  test('throttled starts that were in flight together count as one', async () => {
    const limits = { reads: LIMITS.reads, writes: { perSecond: 10, perDay: 100 } };
    const harness = await createWorkerHarness({ limits, simulator: { latencyMs: 350 } });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 4,
      fault: { kind: 'error', name: 'ThrottlingException' },
    });
    const ids = await startMany(harness.tasks, 4, fromOpportunity());
    await harness.untilEnded(ids, MINUTE);
    const times = harness.calls('Start').map((call) => call.at);
    // All four calls leave before the first answer; the last leaves 306 ms after the first. The quota rests for a
    // second after its answer.
    expect(times.slice(0, 5).map((at) => at - (times[0] ?? 0))).toEqual([0, 102, 204, 306, 306 + 350 + 1000]);
  });

  // Throttled calls that are in flight together count once, and a call that is not throttled ends the row.
  test.each([
    [0, 0, 1],
    [1, 0, 1],
    [1, 1, 2],
    [2, 1, 2],
    [5, 5, 6],
    [0, 5, 1],
    [3, 5, 3],
  ])('a count of %d and a throttled call made at a count of %d give a count of %d', async (now, before, after) => {
    const { db, telemetry } = await createWorkerHarness();
    const throttles = { reads: now, writes: 0 };
    await recordThrottle({ db, telemetry, throttles }, 'reads', before, null);
    expect(throttles).toEqual({ reads: after, writes: 0 });
  });

  test('a worker that knows the quotas of AWS is never throttled', async () => {
    const harness = await createWorkerHarness({
      limits: LIMITS,
      simulator: { readsPerSecond: 10, writesPerSecond: 1 },
    });
    const ids = await startMany(harness.tasks, 30, fromOpportunity());
    await harness.untilEnded(ids, 2 * MINUTE);
    expect(harness.simulator.calls().filter((call) => call.outcome !== 'ok')).toEqual([]);
  });
});
