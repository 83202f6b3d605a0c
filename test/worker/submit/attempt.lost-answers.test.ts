import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { EVERYBODY, accepted, fromEngagement, fromOpportunity } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness } from '../../support/harness/worker-harness.js';

describe('a lost answer', () => {
  const faults = [
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'half-answer' },
    { kind: 'hang' },
    { kind: 'html', status: 502 },
  ] as const;

  test.each(faults)('a Start whose answer is lost ($kind) is repeated, and is one task at AWS', async (fault) => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 2, fault });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 2 * MINUTE);
    expect(task?.status).toBe('COMPLETE');
    expect(harness.simulator.tasks()).toHaveLength(1);
    expect(harness.calls('Start')).toHaveLength(3);
  });

  test.each(['AccessDeniedException', 'ValidationException'])(
    'a Start whose answer is lost and whose repetition is refused with %s ends as the task that AWS has',
    async (name) => {
      const harness = await createWorkerHarness();
      const operation = 'StartEngagementFromOpportunityTask';
      harness.simulator.inject({ operation, times: 1, fault: { kind: 'reset-after' } });
      harness.simulator.inject({ operation, times: Infinity, fault: { kind: 'error', name } });
      const { id } = await accepted(harness.tasks, fromOpportunity());
      const [task] = await harness.untilEnded([id], 2 * MINUTE);
      expect(task).toMatchObject({ status: 'COMPLETE', details: { taskId: harness.simulator.tasks()[0]?.ids.TaskId } });
      expect(harness.simulator.tasks()).toHaveLength(1);
    },
  );

  test('a Start that AWS refuses after a lost answer, and does not list, is REJECTED with the refusal', async () => {
    const harness = await createWorkerHarness();
    const operation = 'StartEngagementFromOpportunityTask';
    harness.simulator.inject({ operation, times: 1, fault: { kind: 'reset-before' } });
    const fault = { kind: 'error', name: 'AccessDeniedException', message: 'No right to start.' } as const;
    harness.simulator.inject({ operation, times: Infinity, fault });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    const [task] = await harness.untilEnded([id], 10 * SECOND);
    expect(task).toMatchObject({
      status: 'REJECTED',
      failure: { errorCode: 'ACCESS_DENIED', message: 'No right to start.' },
    });
    expect([harness.calls('Start').length, harness.calls('List').length]).toEqual([2, 1]);
  });

  test('a Start whose answer is lost explains its wait in the message of the task until it has started', async () => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({ times: 3, fault: { kind: 'html', status: 502 } });
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.pass(100);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
      status: 'QUEUED',
      details: { message: expect.stringMatching(/^Not started yet after one attempt\. .*HTTP 502/) },
    });
    await harness.pass(30 * SECOND);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
      status: 'IN_PROGRESS',
      details: { message: null },
    });
  });

  test.each(faults)('a List whose answer is lost ($kind) is repeated, later each time', async (fault) => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({ operation: 'ListEngagementFromOpportunityTasks', times: 4, fault });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 2 * MINUTE);
    const times = harness.calls('List').map((call) => call.at);
    expect(times).toHaveLength(5);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 1000))).toBe(true);
  });

  test('a Start whose answer is lost does not delay the starts behind it', async () => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({
      operation: 'StartOpportunityFromEngagementTask',
      times: Infinity,
      fault: { kind: 'error', name: 'InternalServerException' },
    });
    await accepted(harness.tasks, fromEngagement());
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 5 * SECOND);
  });
});
