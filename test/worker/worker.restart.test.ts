import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { EVERYBODY, accepted, fromOpportunity, takeUnexpected } from '../support/harness/task-harness.js';
import {
  LIMITS,
  SLOW,
  createWorkerHarness,
  directory,
  startMany,
  type WorkerHarness,
} from '../support/harness/worker-harness.js';

describe('a worker that follows another', () => {
  test.each(['stopped', 'killed'])(
    'a worker continues the QUEUED and IN_PROGRESS tasks of one that was %s',
    async (how) => {
      const harness = await createWorkerHarness({ dataDir: await directory(), limits: LIMITS });
      const ids = await startMany(harness.tasks, 5, SLOW);
      await harness.pass(2500);
      expect(
        (await Promise.all(ids.map((id) => harness.tasks.find(EVERYBODY, id)))).map((task) => task?.status),
      ).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'QUEUED', 'QUEUED']);
      await (how === 'stopped' ? harness.close() : harness.crash());
      const next = await harness.openProcess();
      const tasks = await harness.untilEnded(ids, 3 * MINUTE, next.tasks);
      expect(tasks.map((task) => [task.status, task.sequence])).toEqual(Array(5).fill(['COMPLETE', 3]));
      expect(harness.simulator.tasks()).toHaveLength(5);
    },
  );

  test('a worker repeats a start whose answer a killed worker did not receive, under the same token', async () => {
    const harness = await createWorkerHarness({ dataDir: await directory() });
    harness.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'hang' } });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.pass(SECOND);
    expect(harness.simulator.tasks()).toHaveLength(1);
    await harness.crash();
    const next = await harness.openProcess();
    await harness.untilEnded([id], MINUTE, next.tasks);
    expect(harness.simulator.tasks()).toHaveLength(1);
    expect(harness.calls('Start')).toHaveLength(2);
  });

  test('a worker keeps the spacing of calls that an earlier one began', async () => {
    const harness = await createWorkerHarness({ dataDir: await directory(), limits: LIMITS });
    const ids = await startMany(harness.tasks, 2, fromOpportunity());
    await harness.pass(100);
    await harness.close();
    const next = await harness.openProcess();
    await harness.untilEnded(ids, MINUTE, next.tasks);
    const [one, other] = harness.calls('Start');
    expect((other?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });
});

describe('a worker that was deposed by the late first write of a worker without a lease', () => {
  const depose = async (harness: WorkerHarness) =>
    harness.db.sql
      .updateTable('log_head')
      .set((eb) => ({ worker_epoch: eb('worker_epoch', '+', 1) }))
      .execute();

  test('a deposed worker re-acquires leadership before it sends, and sends the start once', async () => {
    const harness = await createWorkerHarness();
    await harness.pass(SECOND);
    await depose(harness);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], MINUTE);
    expect(harness.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  test('a deposed worker re-acquires leadership after a poll, and records the next answer', async () => {
    const harness = await createWorkerHarness();
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.pass(3 * SECOND);
    expect((await harness.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    await depose(harness);
    const [task] = await harness.untilEnded([id], 3 * MINUTE);
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
    const harness = await createWorkerHarness({ aroundDb });
    await harness.pass(0);
    expect(hasFailed).toBe(true);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 10 * SECOND);
    takeUnexpected();
  });
});
