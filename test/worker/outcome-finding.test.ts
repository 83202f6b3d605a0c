import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import type { OutcomeCheckPort } from '../../src/tasks/outcome-check-port.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled, takeUnexpected } from '../support/harness/task-harness.js';
import { createWorkerHarness, statusesOf } from '../support/harness/worker-harness.js';

const FINDING = { type: 'done', message: 'It is submitted.' } as const;

/** An outcome check that records its calls and returns what `check` returns. */
function recordedChecks(check: OutcomeCheckPort = () => Promise.resolve(FINDING)) {
  const made: TaskInput[] = [];
  const checkOutcome: OutcomeCheckPort = (input) => {
    made.push(input);
    return check(input);
  };
  return { made, checkOutcome };
}

describe('the outcome check of the worker', () => {
  test.each([
    ['FAILED later', 'O2000014'],
    ['FAILED for the snapshot job', 'O2000007'],
    ['REJECTED', 'O3000005'],
  ])('a task that is %s with a conflict is checked once, and its failure has the finding', async (_, identifier) => {
    const { made, checkOutcome } = recordedChecks();
    const harness = await createWorkerHarness({ checkOutcome });
    const input = fromOpportunity({ identifier });
    const { id } = await accepted(harness.tasks, input);
    const [task] = await harness.untilEnded([id], MINUTE);
    expect(task?.failure?.finding).toEqual(FINDING);
    await harness.pass(MINUTE);
    expect(made).toEqual([input]);
  });

  test.each([
    ['COMPLETE', 'O1000001'],
    ['COMPLETE at once', 'O1000002'],
    ['FAILED at once', 'O1000007'],
    ['FAILED without a conflict', 'O2000019'],
    ['REJECTED without a conflict', 'O3000003'],
  ])('a task that is %s is not checked', async (_, identifier) => {
    const { made, checkOutcome } = recordedChecks();
    const harness = await createWorkerHarness({ checkOutcome });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier }));
    const [task] = await harness.untilEnded([id], MINUTE);
    expect(task?.failure?.finding).toBeUndefined();
    expect(made).toEqual([]);
  });

  test.each<[string, OutcomeCheckPort, number]>([
    ['finds nothing', () => Promise.resolve(null), 0],
    ['fails', () => Promise.reject(new Error('no network')), 1],
  ])('a failure is recorded without a finding when the outcome check %s', async (_, check, unexpected) => {
    const harness = await createWorkerHarness({ checkOutcome: check });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O2000014' }));
    const [task] = await harness.untilEnded([id], MINUTE);
    expect(task).toMatchObject({ status: 'FAILED', failure: { rawReasonCode: 'OpportunityConflict' } });
    expect(task?.failure?.finding).toBeUndefined();
    expect(takeUnexpected()).toHaveLength(unexpected);
  });

  test('the worker waits 5 s for all hanging outcome checks together, and other tasks do not wait', async () => {
    const { made, checkOutcome } = recordedChecks(() => new Promise(() => undefined));
    const harness = await createWorkerHarness({ checkOutcome });
    const conflicts = [];
    for (let index = 0; index < 5; index += 1)
      conflicts.push((await accepted(harness.tasks, fromOpportunity({ identifier: 'O2000014' }))).id);
    const { id: other } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O2000019' }));
    const statusOf = async (id: string) => (await harness.tasks.find(EVERYBODY, id))?.status;
    // Each task fails after a second, and is polled within another second.
    await harness.pass(3 * SECOND, async () => (await statusOf(other)) === 'FAILED');
    expect([await statusOf(other), await statusOf(conflicts[0] ?? '')]).toEqual(['FAILED', 'IN_PROGRESS']);
    await harness.untilEnded(conflicts, 6 * SECOND);
    expect(made).toHaveLength(conflicts.length);
  });

  test('a worker that is stopped during an outcome check records the failure without the finding', async () => {
    const harness = await createWorkerHarness({ checkOutcome: () => new Promise(() => undefined) });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O3000005' }));
    await harness.pass(SECOND);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED' });
    const before = harness.clock.now();
    await harness.worker.stop();
    expect(harness.clock.now()).toBe(before);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
      status: 'REJECTED',
      failure: { errorCode: 'CONFLICT' },
    });
  });

  test('a worker that is stopped during the check of a FAILED task has recorded the failure when it has stopped', async () => {
    let written: Promise<void> | null = null;
    const aroundDb = (db: Database): Database => ({
      ...db,
      async write(work) {
        await written;
        return db.write(work);
      },
    });
    const { made, checkOutcome } = recordedChecks(() => new Promise(() => undefined));
    const harness = await createWorkerHarness({ checkOutcome, aroundDb });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O2000014' }));
    await harness.pass(3 * SECOND, async () => made.length > 0);
    let release = (): void => {};
    written = new Promise((resolve) => (release = resolve));
    const stopped = harness.worker.stop();
    expect(await isSettled(stopped)).toBe(false);
    release();
    await stopped;
    expect(await statusesOf(harness, id)).toEqual(['QUEUED', 'IN_PROGRESS', 'FAILED']);
  });
});
