import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { WORKER_LEASE, type Database } from '../../../src/db/database.js';
import { awsClientToken } from '../../../src/tasks/start.js';
import { EVERYBODY, accepted, fromEngagement, fromOpportunity, isSettled } from '../../support/harness/task-harness.js';
import { LIMITS, createWorkerHarness, startMany, statusesOf } from '../../support/harness/worker-harness.js';

describe('a start', () => {
  test.each([fromOpportunity(), fromEngagement()])(
    'a $kind start passes from QUEUED over IN_PROGRESS to COMPLETE, with every id',
    async (input) => {
      const harness = await createWorkerHarness();
      const { id } = await accepted(harness.tasks, input);
      const [task] = await harness.untilEnded([id], 10 * SECOND);
      expect(await statusesOf(harness, id)).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
      expect(task?.details).toMatchObject({
        taskId: expect.stringMatching(/^task-/),
        taskArn: expect.stringMatching(/^arn:/),
        startedAt: expect.any(Number),
        opportunityId: expect.stringMatching(/^O/),
        engagementId: expect.stringMatching(/^eng-/),
        resourceSnapshotJobId: expect.stringMatching(/^job-/),
      });
      expect(task?.failure).toBeNull();
    },
  );

  test.each([
    ['O1000002', ['QUEUED', 'COMPLETE']],
    ['O1000003', ['QUEUED', 'COMPLETE']],
    ['O1000004', ['QUEUED', 'COMPLETE']],
    ['O1000007', ['QUEUED', 'FAILED']],
  ])('a start of %s, which ends within the call, is never polled', async (identifier, statuses) => {
    const harness = await createWorkerHarness();
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier }));
    await harness.untilEnded([id], 10 * SECOND);
    await harness.pass(MINUTE);
    expect(await statusesOf(harness, id)).toEqual(statuses);
    expect(harness.calls('List')).toEqual([]);
  });

  test('a start is sent with the token that is derived from subject, input and client token', async () => {
    const harness = await createWorkerHarness();
    const { id } = await accepted(harness.tasks, fromOpportunity(), 'my token', { ...EVERYBODY, subject: 'alice' });
    await harness.untilEnded([id], 10 * SECOND);
    const expected = awsClientToken({ subject: 'alice', input: fromOpportunity(), clientToken: 'my token' });
    expect(harness.simulator.tasks().map((task) => task.clientToken)).toEqual([expected]);
  });

  test('a start waits for credentials before it takes a permit, so that permitted starts do not pile up', async () => {
    const harness = await createWorkerHarness({
      limits: LIMITS,
      simulator: { writesPerSecond: 1, readsPerSecond: 10 },
      credentialsAfterMs: 5 * SECOND,
    });
    const ids = await startMany(harness.tasks, 5, fromOpportunity());
    await harness.untilEnded(ids, MINUTE);
    const calls = harness.calls('Start');
    expect(calls.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
    expect(calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0))).toEqual(Array(4).fill(1020));
  });

  test('starts are sent in the order of their acceptance, as fast as the quota allows', async () => {
    const harness = await createWorkerHarness({
      limits: LIMITS,
      simulator: { writesPerSecond: 1, readsPerSecond: 10 },
    });
    const ids = [];
    for (let index = 0; index < 10; index += 1)
      ids.push((await accepted(harness.tasks, fromOpportunity({ identifier: `O77${index}` }))).id);
    await harness.untilEnded(ids, 30 * SECOND);
    expect(harness.simulator.tasks().map((task) => task.target)).toEqual(ids.map((_, index) => `O77${index}`));
    const calls = harness.calls('Start');
    expect(calls.map((call) => call.outcome)).toEqual(Array(10).fill('ok'));
    const [firstCall, lastCall] = [calls[0]?.at ?? 0, calls.at(-1)?.at ?? 0];
    expect(lastCall - firstCall).toBe(9 * 1020);
  });

  test('a start that the quota delays costs no write beside its acceptance', async () => {
    let writes = 0;
    const aroundDb = (db: Database): Database => ({
      ...db,
      write(work) {
        writes += 1;
        return db.write(work);
      },
    });
    const harness = await createWorkerHarness({
      aroundDb,
      limits: { ...LIMITS, writes: { perSecond: 0.1, perDay: 100 } },
    });
    await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await harness.pass(SECOND);
    const before = writes;
    for (let index = 0; index < 50; index += 1) {
      await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000004' }));
      await harness.idle();
    }
    expect(writes - before).toBe(50);
    await harness.pass(SECOND * 10);
    expect(harness.calls('Start')).toHaveLength(2);
  });

  test('a start does not wait for another that blocks, up to sixteen at once', async () => {
    const harness = await createWorkerHarness();
    const ids = await startMany(harness.tasks, 40, fromOpportunity({ identifier: 'O1000003' }));
    await harness.untilEnded(ids, 30 * SECOND);
    expect(harness.mostInFlight()).toBe(16);
    expect(harness.calls('Start')).toHaveLength(40);
  });

  test.each(['O3000001', 'O3000002', 'O3000003', 'O3000004', 'O3000005', 'O3000006', 'O3000007'])(
    'a start of %s, which AWS refuses, is sent exactly once and becomes REJECTED',
    async (identifier) => {
      const harness = await createWorkerHarness();
      const { id } = await accepted(harness.tasks, fromOpportunity({ identifier }));
      const [task] = await harness.untilEnded([id], 10 * SECOND);
      await harness.pass(5 * MINUTE);
      expect(task).toMatchObject({ status: 'REJECTED', failure: { rawReasonCode: null, message: expect.any(String) } });
      expect(harness.calls('Start')).toHaveLength(1);
      expect(harness.calls('List')).toEqual([]);
    },
  );
});

describe('a start that was read as due', () => {
  /** Holds the write of the worker that follows the read of due starts, like a slow connection. */
  async function holdSend() {
    let writes = 0;
    let release = () => {};
    let reached = () => {};
    const held = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const aroundDb = (db: Database): Database => ({
      ...db,
      async write(work) {
        writes += 1;
        // The first write begins the epoch, the second accepts the start, and the third asks for a permit.
        if (writes === 3) {
          await new Promise<void>((resolve) => {
            release = resolve;
            reached();
          });
        }
        return db.write(work);
      },
    });
    const harness = await createWorkerHarness({ aroundDb });
    await harness.pass(SECOND);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await held;
    return { ...harness, id, release: () => release() };
  }

  test.each([
    ['completed', { status: 'COMPLETE', due_at: null }],
    ['postponed', { due_at: Date.UTC(2026, 0, 1, 0, 0, 20) }],
  ])('a start that is %s before it is sent is not sent, and costs no permit', async (_, columns) => {
    const harness = await holdSend();
    await harness.db.sql.updateTable('tasks').set(columns).where('id', '=', harness.id).execute();
    harness.release();
    await harness.pass(10 * SECOND);
    expect(harness.calls('Start')).toEqual([]);
    expect(await harness.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('a deposed worker does not send the start, and spends no permit', async () => {
    const harness = await holdSend();
    const other = harness.db.lease(WORKER_LEASE, new AbortController().signal);
    await harness.db.sql.updateTable('log_head').set({ worker_epoch: 99 }).execute();
    harness.release();
    await harness.pass(MINUTE);
    expect(await isSettled(other)).toBe(true);
    expect(harness.calls('Start')).toEqual([]);
    expect(await harness.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('a start that is still due is sent once', async () => {
    const harness = await holdSend();
    harness.release();
    await harness.untilEnded([harness.id], MINUTE);
    expect(harness.calls('Start')).toHaveLength(1);
  });
});
