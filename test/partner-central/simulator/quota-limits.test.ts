import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DAY, HOUR, SECOND } from '../../../src/runtime/clock.js';
import { createQuota } from '../../../src/partner-central/simulator/quota-limits.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { createPartner, failureOf, nameOf } from '../../support/aws/simulator-client.js';

const AWS_QUOTAS = { readsPerSecond: 10, writesPerSecond: 1, readsPerDay: 100_000, writesPerDay: 10_000 } as const;

describe('the quota of a second', () => {
  test('throttles the second write of a second, and lets the next second have one', async () => {
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

  test('is shared by the two Starts and spent by replays', async () => {
    const { startEngagement, startOpportunity } = await createPartner(AWS_QUOTAS);
    await startEngagement('O1', 'one');
    expect(nameOf(await failureOf(startOpportunity('eng-completes00001', 'two')))).toBe('ThrottlingException');
    expect(nameOf(await failureOf(startEngagement('O1', 'one')))).toBe('ThrottlingException');
  });

  test('counts reads apart from writes, over both Lists', async () => {
    const { startEngagement, listEngagementTasks, listOpportunityTasks, clock } = await createPartner(AWS_QUOTAS);
    await startEngagement('O1', 'one');
    for (let call = 0; call < 10; call++) {
      await (call % 2 === 0 ? listEngagementTasks() : listOpportunityTasks());
      await clock.advance(100);
    }
    const burst = await Promise.allSettled(Array.from({ length: 10 }, () => listEngagementTasks()));
    // Three at once: the one that is due, and two that 250 ms of jitter excuse.
    expect(burst.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  test('excuses calls that arrive 250 ms early, but not 251', () => {
    const quota = createQuota(1, Infinity);
    expect(quota.take(0)).toBe(true);
    expect(quota.take(749)).toBe(false);
    expect(quota.take(750)).toBe(true);
    expect(quota.take(1749)).toBe(false);
    expect(quota.take(1750)).toBe(true);
  });

  test.each([1, 3, 10])('lets no more than %s a second through for long, however hard one pushes', (perSecond) => {
    const quota = createQuota(perSecond, Infinity);
    let taken = 0;
    for (let now = 0; now < 1000 * SECOND; now += 7) if (quota.take(now)) taken++;
    const excused = 1 + Math.floor((250 * perSecond) / SECOND);
    expect(taken).toBeGreaterThanOrEqual(1000 * perSecond);
    expect(taken).toBeLessThanOrEqual(1000 * perSecond + excused);
  });

  test('lets nothing saved up through after a long silence', () => {
    const quota = createQuota(1, Infinity);
    quota.take(0);
    expect([quota.take(DAY), quota.take(DAY)]).toEqual([true, false]);
  });
});

describe('the quota of a day', () => {
  test('throttles what is beyond it in any 24 hours, and frees each call exactly 24 hours later', () => {
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

  test('is never exceeded in any window, whatever the arrivals', () => {
    const perDay = 50;
    const quota = createQuota(Infinity, perDay);
    const taken: number[] = [];
    for (let now = 0; now < 5 * DAY; now += DAY / 97) if (quota.take(now)) taken.push(now);
    for (const start of taken) {
      expect(taken.filter((at) => at >= start && at < start + DAY).length).toBeLessThanOrEqual(perDay);
    }
    expect(taken.length).toBeGreaterThanOrEqual(5 * perDay);
  });

  test('is a ThrottlingException like the other', async () => {
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
  ])('%s leaves the account its calls, and every task goes on to its end', async (_how, jumpMs) => {
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

  test('while the simulator does not run lets its tasks go on too', async () => {
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
