import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { EVERYBODY, accepted, fromOpportunity, takeUnexpected } from '../support/harness/task-harness.js';
import { LIMITS, SLOW, createStage, directory, startMany, type Stage } from '../support/harness/worker-harness.js';

describe('a worker that follows another', () => {
  test.each(['stopped', 'killed'])(
    'a worker continues the QUEUED and IN_PROGRESS tasks of one that was %s',
    async (how) => {
      const stage = await createStage({ dataDir: await directory(), limits: LIMITS });
      const ids = await startMany(stage.tasks, 5, SLOW);
      await stage.pass(2500);
      expect((await Promise.all(ids.map((id) => stage.tasks.find(EVERYBODY, id)))).map((task) => task?.status)).toEqual(
        ['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'QUEUED', 'QUEUED'],
      );
      await (how === 'stopped' ? stage.close() : stage.crash());
      const next = await stage.openProcess();
      const tasks = await stage.untilEnded(ids, 3 * MINUTE, next.tasks);
      expect(tasks.map((task) => [task.status, task.sequence])).toEqual(Array(5).fill(['COMPLETE', 3]));
      expect(stage.simulator.tasks()).toHaveLength(5);
    },
  );

  test('a worker repeats a start whose answer a killed worker did not receive, under the same token', async () => {
    const stage = await createStage({ dataDir: await directory() });
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'hang' } });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(SECOND);
    expect(stage.simulator.tasks()).toHaveLength(1);
    await stage.crash();
    const next = await stage.openProcess();
    await stage.untilEnded([id], MINUTE, next.tasks);
    expect(stage.simulator.tasks()).toHaveLength(1);
    expect(stage.calls('Start')).toHaveLength(2);
  });

  test('a worker keeps the spacing of calls that an earlier one began', async () => {
    const stage = await createStage({ dataDir: await directory(), limits: LIMITS });
    const ids = await startMany(stage.tasks, 2, fromOpportunity());
    await stage.pass(100);
    await stage.close();
    const next = await stage.openProcess();
    await stage.untilEnded(ids, MINUTE, next.tasks);
    const [one, other] = stage.calls('Start');
    expect((other?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });
});

describe('a worker that was deposed by the late first write of a worker without a lease', () => {
  const depose = async (stage: Stage) =>
    stage.db.sql
      .updateTable('log_head')
      .set((eb) => ({ worker_epoch: eb('worker_epoch', '+', 1) }))
      .execute();

  test('a deposed worker re-acquires leadership before it sends, and sends the start once', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    await depose(stage);
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], MINUTE);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  test('a deposed worker re-acquires leadership after a poll, and records the next answer', async () => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.pass(3 * SECOND);
    expect((await stage.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    await depose(stage);
    const [task] = await stage.untilEnded([id], 3 * MINUTE);
    expect([task?.status, task?.sequence]).toEqual(['COMPLETE', 3]);
  });
});

describe('a worker whose first write fails', () => {
  test('the worker releases its lease, and leads at the next attempt', async () => {
    let hasFailed = false;
    const aroundDb = (db: Database): Database => ({
      ...db,
      write(work) {
        if (hasFailed) return db.write(work);
        hasFailed = true;
        return Promise.reject(new Error('disk full'));
      },
    });
    const stage = await createStage({ aroundDb });
    await stage.pass(0);
    expect(hasFailed).toBe(true);
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 10 * SECOND);
    takeUnexpected();
  });
});
