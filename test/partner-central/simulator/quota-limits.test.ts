import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DAY, HOUR, SECOND } from '../../../src/runtime/clock.js';
import { createQuota } from '../../../src/partner-central/simulator/quota-limits.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { createPartner, failureOf, nameOf } from '../../support/aws/simulator-client.js';

const AWS_QUOTAS = { readsPerSecond: 10, writesPerSecond: 1, readsPerDay: 100_000, writesPerDay: 10_000 } as const;

describe('the quota of a second', () => {
  test('the second write of a second is throttled, and the next second allows one', async () => {
    const { startEngagement, clock, simulator } = await createPartner(AWS_QUOTAS);
    await startEngagement('O1', 'one');
    expect(await failureOf(startEngagement('O2', 'two'))).toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
    });
    await clock.advance(1 * SECOND);
    await startEngagement('O2', 'two');
    expect(simulator.calls().map(({ outcome }) => outcome)).toEqual(['ok', 'ThrottlingException', 'ok']);
    expect(simulator.tasks()).toHaveLength(2);
  });

  test('the Starts share one quota, and repetitions spend it', async () => {
    const { startEngagement, startOpportunity } = await createPartner(AWS_QUOTAS);
    await startEngagement('O1', 'one');
    expect(nameOf(await failureOf(startOpportunity('eng-completes00001', 'two')))).toBe('ThrottlingException');
    expect(nameOf(await failureOf(startEngagement('O1', 'one')))).toBe('ThrottlingException');
  });

  test('reads have a separate quota, which the Lists share', async () => {
    const { startEngagement, listEngagementTasks, listOpportunityTasks, clock } = await createPartner(AWS_QUOTAS);
    await startEngagement('O1', 'one');
    for (let call = 0; call < 10; call++) {
      await (call % 2 === 0 ? listEngagementTasks() : listOpportunityTasks());
      await clock.advance(100);
    }
    const burst = await Promise.allSettled(Array.from({ length: 10 }, () => listEngagementTasks()));
    // Three calls pass at once: one is due, and 250 ms of jitter tolerance allow two more.
    expect(burst.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  test('a call may arrive 250 ms early, but not 251', () => {
    const quota = createQuota(1, Infinity);
    expect(quota.take(0)).toBe(true);
    expect(quota.take(749)).toBe(false);
    expect(quota.take(750)).toBe(true);
    expect(quota.take(1749)).toBe(false);
    expect(quota.take(1750)).toBe(true);
  });

  test.each([1, 3, 10])('no more than %s calls a second pass over time, even under constant load', (perSecond) => {
    const quota = createQuota(perSecond, Infinity);
    let taken = 0;
    for (let now = 0; now < 1000 * SECOND; now += 7) if (quota.take(now)) taken++;
    const excused = 1 + Math.floor((250 * perSecond) / SECOND);
    expect(taken).toBeGreaterThanOrEqual(1000 * perSecond);
    expect(taken).toBeLessThanOrEqual(1000 * perSecond + excused);
  });

  test('unused quota does not accumulate', () => {
    const quota = createQuota(1, Infinity);
    quota.take(0);
    expect([quota.take(DAY), quota.take(DAY)]).toEqual([true, false]);
  });
});

describe('the quota of a day', () => {
  test('calls beyond the limit in any 24 hours are throttled, and each call is free exactly 24 hours later', () => {
    const quota = createQuota(Infinity, 3);
    expect([0, 10, 20].map((now) => quota.take(now))).toEqual([true, true, true]);
    expect(quota.take(DAY - 1)).toBe(false);
    expect(quota.take(DAY)).toBe(true);
    expect(quota.take(DAY)).toBe(false);
    expect(quota.take(DAY + 10)).toBe(true);
    expect(quota.take(DAY + 20)).toBe(true);
    expect(quota.take(2 * DAY - 1)).toBe(false);
    expect(quota.take(2 * DAY)).toBe(true);
  });

  test('the limit holds in every window of 24 hours', () => {
    const perDay = 50;
    const quota = createQuota(Infinity, perDay);
    const taken: number[] = [];
    for (let now = 0; now < 5 * DAY; now += DAY / 97) if (quota.take(now)) taken.push(now);
    for (const start of taken) {
      expect(taken.filter((at) => at >= start && at < start + DAY).length).toBeLessThanOrEqual(perDay);
    }
    expect(taken.length).toBeGreaterThanOrEqual(5 * perDay);
  });

  test('a call beyond the day is a ThrottlingException', async () => {
    const { startEngagement, listEngagementTasks, clock } = await createPartner({ writesPerDay: 2, readsPerDay: 1 });
    await startEngagement('O1', 'one');
    await startEngagement('O2', 'two');
    await listEngagementTasks();
    expect(nameOf(await failureOf(startEngagement('O3', 'three')))).toBe('ThrottlingException');
    expect(nameOf(await failureOf(listEngagementTasks()))).toBe('ThrottlingException');
    await clock.advance(DAY);
    expect((await startEngagement('O3', 'three')).TaskStatus).toBe('IN_PROGRESS');
  });
});

describe('a clock that is set back', () => {
  test.each([
    ['by an hour', -HOUR],
    ['by a day', -DAY],
  ])('a clock set back %s blocks no call, and every task ends', async (_how, jumpMs) => {
    const { startEngagement, listEngagementTasks, clock } = await createPartner(AWS_QUOTAS);
    const { TaskId } = await startEngagement('O1000001', 'one');
    clock.jump(jumpMs);
    await clock.advance(4 * SECOND);
    await startEngagement('O1000101', 'two');
    await clock.advance(4 * SECOND);
    const { TaskSummaries = [] } = await listEngagementTasks();
    expect(TaskSummaries.map(({ TaskStatus }) => TaskStatus)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(TaskSummaries.map((task) => task.TaskId)).toContain(TaskId);
  });

  test('a clock set back between two runs lets every task end', async () => {
    const journal = join(temporaryDirectory(), 'journal');
    const clock = createManualClock();
    const first = await createPartner({ clock, journal });
    await first.startEngagement('O1000001', 'one');
    await first.simulator.close();
    clock.jump(-DAY);
    const second = await createPartner({ clock, journal });
    await clock.advance(4 * SECOND);
    const { TaskSummaries = [] } = await second.listEngagementTasks();
    expect(TaskSummaries.map(({ TaskStatus }) => TaskStatus)).toEqual(['COMPLETE']);
  });
});
