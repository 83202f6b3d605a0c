import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import type { OutcomeCheckPort } from '../../src/tasks/outcome-check-port.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled, takeUnexpected } from '../support/harness/task-harness.js';
import { createStage, statusesOf } from '../support/harness/worker-harness.js';

const FINDING = { type: 'done', message: 'It is submitted.' } as const;

/** Looks that are made, and what they see. */
function looks(see: OutcomeCheckPort = () => Promise.resolve(FINDING)) {
  const made: TaskInput[] = [];
  const look: OutcomeCheckPort = (input) => {
    made.push(input);
    return see(input);
  };
  return { made, look };
}

describe('the worker', () => {
  test.each([
    ['FAILED later', 'O2000014'],
    ['FAILED for the snapshot job', 'O2000007'],
    ['REJECTED', 'O3000005'],
  ])('looks once when a task is %s with a conflict, and the failure says what it saw', async (_, identifier) => {
    const { made, look } = looks();
    const stage = await createStage({ checkOutcome: look });
    const input = fromOpportunity({ identifier });
    const { id } = await accepted(stage.tasks, input);
    const [task] = await stage.untilEnded([id], MINUTE);
    expect(task?.failure?.finding).toEqual(FINDING);
    await stage.pass(MINUTE);
    expect(made).toEqual([input]);
  });

  test.each([
    ['COMPLETE', 'O1000001'],
    ['COMPLETE at once', 'O1000002'],
    ['FAILED at once', 'O1000007'],
    ['FAILED without a conflict', 'O2000019'],
    ['REJECTED without a conflict', 'O3000003'],
  ])('does not look when a task is %s', async (_, identifier) => {
    const { made, look } = looks();
    const stage = await createStage({ checkOutcome: look });
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier }));
    const [task] = await stage.untilEnded([id], MINUTE);
    expect(task?.failure?.finding).toBeUndefined();
    expect(made).toEqual([]);
  });

  test.each<[string, OutcomeCheckPort, number]>([
    ['sees nothing', () => Promise.resolve(null), 0],
    ['fails', () => Promise.reject(new Error('no network')), 1],
  ])('records a failure without a finding when the look %s', async (_, see, unexpected) => {
    const stage = await createStage({ checkOutcome: see });
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier: 'O2000014' }));
    const [task] = await stage.untilEnded([id], MINUTE);
    expect(task).toMatchObject({ status: 'FAILED', failure: { rawReasonCode: 'OpportunityConflict' } });
    expect(task?.failure?.finding).toBeUndefined();
    expect(takeUnexpected()).toHaveLength(unexpected);
  });

  test('waits 5 s for looks that hang, for all of them together, and makes no other task wait', async () => {
    const { made, look } = looks(() => new Promise(() => undefined));
    const stage = await createStage({ checkOutcome: look });
    const conflicts = [];
    for (let index = 0; index < 5; index += 1)
      conflicts.push((await accepted(stage.tasks, fromOpportunity({ identifier: 'O2000014' }))).id);
    const { id: other } = await accepted(stage.tasks, fromOpportunity({ identifier: 'O2000019' }));
    const statusOf = async (id: string) => (await stage.tasks.find(EVERYBODY, id))?.status;
    // Each fails after a second and is asked about within another.
    await stage.pass(3 * SECOND, async () => (await statusOf(other)) === 'FAILED');
    expect([await statusOf(other), await statusOf(conflicts[0] ?? '')]).toEqual(['FAILED', 'IN_PROGRESS']);
    await stage.untilEnded(conflicts, 6 * SECOND);
    expect(made).toHaveLength(conflicts.length);
  });

  test('that is stopped records what it knows without waiting for the look', async () => {
    const stage = await createStage({ checkOutcome: () => new Promise(() => undefined) });
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier: 'O3000005' }));
    await stage.pass(SECOND);
    expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED' });
    const before = stage.clock.now();
    await stage.worker.stop();
    expect(stage.clock.now()).toBe(before);
    expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({
      status: 'REJECTED',
      failure: { errorCode: 'CONFLICT' },
    });
  });

  test('that is stopped while it looks why a task has FAILED has recorded that when it has stopped', async () => {
    let written: Promise<void> | null = null;
    const aroundDb = (db: Database): Database => ({
      ...db,
      async write(work) {
        await written;
        return db.write(work);
      },
    });
    const { made, look } = looks(() => new Promise(() => undefined));
    const stage = await createStage({ checkOutcome: look, aroundDb });
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier: 'O2000014' }));
    await stage.pass(3 * SECOND, async () => made.length > 0);
    let release = (): void => {};
    written = new Promise((resolve) => (release = resolve));
    const stopped = stage.worker.stop();
    expect(await isSettled(stopped)).toBe(false);
    release();
    await stopped;
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'IN_PROGRESS', 'FAILED']);
  });
});
