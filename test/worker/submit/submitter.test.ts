import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { WORKER_LEASE, type Database } from '../../../src/db/database.js';
import { awsClientToken } from '../../../src/tasks/start.js';
import { EVERYBODY, accepted, fromEngagement, fromOpportunity, isSettled } from '../../support/harness/task-harness.js';
import { LIMITS, createStage, startMany, statusesOf } from '../../support/harness/worker-harness.js';

describe('a start', () => {
  test.each([fromOpportunity(), fromEngagement()])(
    'a $kind start passes from QUEUED over IN_PROGRESS to COMPLETE, with every id',
    async (input) => {
      const stage = await createStage();
      const { id } = await accepted(stage.tasks, input);
      const [task] = await stage.untilEnded([id], 10 * SECOND);
      expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
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
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier }));
    await stage.untilEnded([id], 10 * SECOND);
    await stage.pass(MINUTE);
    expect(await statusesOf(stage, id)).toEqual(statuses);
    expect(stage.calls('List')).toEqual([]);
  });

  test('a start is sent with the token that is derived from subject, input and client token', async () => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity(), 'my token', { ...EVERYBODY, subject: 'alice' });
    await stage.untilEnded([id], 10 * SECOND);
    const expected = awsClientToken({ subject: 'alice', input: fromOpportunity(), clientToken: 'my token' });
    expect(stage.simulator.tasks().map((task) => task.clientToken)).toEqual([expected]);
  });

  test('a start waits for credentials before it takes a permit, so that permitted starts do not pile up', async () => {
    const stage = await createStage({
      limits: LIMITS,
      simulator: { writesPerSecond: 1, readsPerSecond: 10 },
      credentialsAfterMs: 5 * SECOND,
    });
    const ids = await startMany(stage.tasks, 5, fromOpportunity());
    await stage.untilEnded(ids, MINUTE);
    const calls = stage.calls('Start');
    expect(calls.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
    expect(calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0))).toEqual(Array(4).fill(1020));
  });

  test('starts are sent in the order of their acceptance, as fast as the quota allows', async () => {
    const stage = await createStage({ limits: LIMITS, simulator: { writesPerSecond: 1, readsPerSecond: 10 } });
    const ids = [];
    for (let index = 0; index < 10; index += 1)
      ids.push((await accepted(stage.tasks, fromOpportunity({ identifier: `O77${index}` }))).id);
    await stage.untilEnded(ids, 30 * SECOND);
    expect(stage.simulator.tasks().map((task) => task.target)).toEqual(ids.map((_, index) => `O77${index}`));
    const calls = stage.calls('Start');
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
    const stage = await createStage({ aroundDb, limits: { ...LIMITS, writes: { perSecond: 0.1, perDay: 100 } } });
    await accepted(stage.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await accepted(stage.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await stage.pass(SECOND);
    const before = writes;
    for (let index = 0; index < 50; index += 1) {
      await accepted(stage.tasks, fromOpportunity({ identifier: 'O1000004' }));
      await stage.idle();
    }
    expect(writes - before).toBe(50);
    await stage.pass(SECOND * 10);
    expect(stage.calls('Start')).toHaveLength(2);
  });

  test('a start does not wait for another that blocks, up to sixteen at once', async () => {
    const stage = await createStage();
    const ids = await startMany(stage.tasks, 40, fromOpportunity({ identifier: 'O1000003' }));
    await stage.untilEnded(ids, 30 * SECOND);
    expect(stage.mostInFlight()).toBe(16);
    expect(stage.calls('Start')).toHaveLength(40);
  });

  test.each(['O3000001', 'O3000002', 'O3000003', 'O3000004', 'O3000005', 'O3000006', 'O3000007'])(
    'a start of %s, which AWS refuses, is sent exactly once and becomes REJECTED',
    async (identifier) => {
      const stage = await createStage();
      const { id } = await accepted(stage.tasks, fromOpportunity({ identifier }));
      const [task] = await stage.untilEnded([id], 10 * SECOND);
      await stage.pass(5 * MINUTE);
      expect(task).toMatchObject({ status: 'REJECTED', failure: { rawReasonCode: null, message: expect.any(String) } });
      expect(stage.calls('Start')).toHaveLength(1);
      expect(stage.calls('List')).toEqual([]);
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
    const stage = await createStage({ aroundDb });
    await stage.pass(SECOND);
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await held;
    return { ...stage, id, release: () => release() };
  }

  test.each([
    ['completed', { status: 'COMPLETE', due_at: null }],
    ['postponed', { due_at: Date.UTC(2026, 0, 1, 0, 0, 20) }],
  ])('a start that is %s before it is sent is not sent, and costs no permit', async (_, columns) => {
    const stage = await holdSend();
    await stage.db.sql.updateTable('tasks').set(columns).where('id', '=', stage.id).execute();
    stage.release();
    await stage.pass(10 * SECOND);
    expect(stage.calls('Start')).toEqual([]);
    expect(await stage.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('a deposed worker does not send the start, and spends no permit', async () => {
    const stage = await holdSend();
    const other = stage.db.lease(WORKER_LEASE, new AbortController().signal);
    await stage.db.sql.updateTable('log_head').set({ worker_epoch: 99 }).execute();
    stage.release();
    await stage.pass(MINUTE);
    expect(await isSettled(other)).toBe(true);
    expect(stage.calls('Start')).toEqual([]);
    expect(await stage.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('a start that is still due is sent once', async () => {
    const stage = await holdSend();
    stage.release();
    await stage.untilEnded([stage.id], MINUTE);
    expect(stage.calls('Start')).toHaveLength(1);
  });
});
