import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { recoveryOf } from '../../../src/tasks/task.js';
import { EVERYBODY, accepted, fromEngagement, fromOpportunity } from '../../support/harness/task-harness.js';
import { LIMITS, createWorkerHarness, directory, spendReads, startMany } from '../../support/harness/worker-harness.js';

describe('a start that AWS neither accepts nor refuses', () => {
  const BROKEN = { kind: 'error', name: 'InternalServerException' } as const;

  test('a start is given up after the retry period, searched once by its opportunity, and REJECTED', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: MINUTE });
    harness.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: Infinity, fault: BROKEN });
    const { id, createdAt } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 5 * MINUTE);
    expect(task).toMatchObject({
      status: 'REJECTED',
      sequence: 2,
      failure: { errorCode: 'UPSTREAM_FAILED', awsCode: 'InternalServerException' },
    });
    expect(task?.failure?.message).toContain('It may have reached AWS');
    expect((task?.updatedAt ?? 0) - createdAt).toBeGreaterThanOrEqual(MINUTE);
    expect((task?.updatedAt ?? 0) - createdAt).toBeLessThan(MINUTE + 30 * SECOND);
    await harness.pass(10 * MINUTE);
    expect(harness.calls('List').map((call) => call.operation)).toEqual(['ListEngagementFromOpportunityTasks']);
  });

  test.each([fromOpportunity(), fromEngagement()])(
    'a lost start of $kind is found in the list if AWS has it, and completes',
    async (input) => {
      const harness = await createWorkerHarness({ submitRetryMs: MINUTE });
      const operation =
        input.kind === 'ENGAGEMENT_FROM_OPPORTUNITY'
          ? 'StartEngagementFromOpportunityTask'
          : 'StartOpportunityFromEngagementTask';
      harness.simulator.inject({ operation, times: Infinity, fault: { kind: 'reset-after' } });
      const { id } = await accepted(harness.tasks, input);
      const [task] = await harness.untilEnded([id], 5 * MINUTE);
      expect(task).toMatchObject({ status: 'COMPLETE', details: { taskId: harness.simulator.tasks()[0]?.ids.TaskId } });
      expect(harness.simulator.tasks()).toHaveLength(1);
    },
  );

  test('a lost start whose search fails is REJECTED without a statement about the list', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: MINUTE });
    harness.simulator.inject({ times: Infinity, fault: BROKEN });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 5 * MINUTE);
    expect(task?.failure?.message).toContain('It may have reached AWS');
    expect(task?.failure?.message).not.toContain('does not show');
    expect(harness.calls('List')).toHaveLength(1);
  });

  test('a start that never left is REJECTED without a search, and says that it has not reached AWS', async () => {
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      startTask: async () => ({ type: 'unavailable', awsCode: 'ECONNREFUSED', message: 'AWS cannot be called: no.' }),
    });
    const harness = await createWorkerHarness({ around, submitRetryMs: MINUTE });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 5 * MINUTE);
    expect(task?.failure).toMatchObject({
      errorCode: 'UPSTREAM_FAILED',
      awsCode: 'ECONNREFUSED',
      message: expect.stringContaining('It has not reached AWS.'),
    });
    expect(harness.simulator.calls()).toEqual([]);
    expect(task?.failure && recoveryOf(task.failure).category).toBe('WAIT_AND_RETRY');
    expect(await harness.tasks.retry(EVERYBODY, id, false)).toMatchObject({
      type: 'accepted',
      replayed: false,
      task: { retryOf: id },
    });
  });

  test('a start that may have reached AWS cannot be retried before a person has looked', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: MINUTE });
    harness.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: Infinity, fault: BROKEN });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 5 * MINUTE);
    expect(task?.failure && recoveryOf(task.failure).category).toBe('LOOK_BEFORE_RETRY');
    expect(await harness.tasks.retry(EVERYBODY, id, false)).toMatchObject({ type: 'refused', code: 'LOOK_FIRST' });
  });

  test('a start that was always throttled is REJECTED as THROTTLED', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: MINUTE });
    harness.simulator.inject({ times: Infinity, fault: { kind: 'error', name: 'ThrottlingException' } });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 5 * MINUTE);
    expect(task?.failure?.errorCode).toBe('THROTTLED');
    expect(harness.calls('List')).toEqual([]);
  });

  test('lost starts that wait for the reads of the next day delay no other start, and say why', async () => {
    const harness = await createWorkerHarness({
      submitRetryMs: MINUTE,
      limits: { reads: { perSecond: 10, perDay: 10 }, writes: { perSecond: 10, perDay: 10_000 } },
    });
    await spendReads(harness, 9);
    const operation = 'StartOpportunityFromEngagementTask';
    harness.simulator.inject({ operation, times: Infinity, fault: { kind: 'reset-after' } });
    const lost = await startMany(harness.tasks, 20, fromEngagement());
    await harness.pass(3 * MINUTE);
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000002' }));
    await harness.untilEnded([id], 10 * SECOND);
    expect(await harness.tasks.find(EVERYBODY, lost[0] ?? '')).toMatchObject({
      status: 'QUEUED',
      details: { message: expect.stringMatching(/^It may have reached AWS.*reads.*spent/) },
    });
  });

  test('a worker that stops before the search does not end the start', async () => {
    const dataDir = await directory();
    const harness = await createWorkerHarness({
      dataDir,
      submitRetryMs: MINUTE,
      limits: { ...LIMITS, reads: { perSecond: 10, perDay: 1 } },
    });
    // The only read of the day is spent, so that the search waits for a permit.
    await accepted(harness.tasks, fromEngagement());
    await harness.pass(5 * SECOND);
    expect(harness.calls('List')).toHaveLength(1);
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 100,
      fault: { kind: 'reset-after' },
    });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.pass(3 * MINUTE);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED' });
    const { close } = harness;
    await close();
    const next = await harness.openProcess();
    expect(await next.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED', sequence: 1 });
  });
});
