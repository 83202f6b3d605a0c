import { describe, expect, test } from '@jest/globals';
import { recordObservations } from '../../src/tasks/record-observations.js';
import { findTask } from '../../src/tasks/store/task-queries.js';
import type { Observation, Task } from '../../src/tasks/task.js';
import { beginEpoch } from '../../src/transitions/log.js';
import { ALICE, COMPLETE, accept, rowsOf } from '../support/harness/first-start.js';
import { recordObservation } from '../support/harness/record-one.js';
import { answerWith, openTaskHarness } from '../support/harness/task-harness.js';

describe('recordObservations', () => {
  async function queued() {
    const harness = await openTaskHarness();
    const task = await accept(harness, ALICE);
    const epoch = await harness.db.write(beginEpoch);
    const record = (observation: Observation, under = epoch) =>
      recordObservation(harness.db, harness.telemetry, under, task.id, observation);
    return { ...harness, task, epoch, record };
  }

  test('an observation that changes the status is written to the task and to the log, with the task as it then stands', async () => {
    const { db, task, record } = await queued();
    const after = await record(COMPLETE);
    expect(after).toMatchObject({ id: task.id, status: 'COMPLETE', sequence: 2, details: { taskId: 'task-1' } });
    const { tasks, transitions } = await rowsOf(db);
    expect(tasks).toMatchObject([
      { status: 'COMPLETE', sequence: 2, aws_task_id: 'task-1', started_at: 5, due_at: null },
    ]);
    expect(transitions).toMatchObject([{}, { sequence: 2, terminal: 1 }]);
    expect(JSON.parse(transitions[1]?.facts ?? '')).toEqual({ previousStatus: 'QUEUED', task: after });
    expect(await findTask(db.sql, task.id)).toEqual(after);
  });

  test('an observation of a task in progress sets the given due time', async () => {
    const { db, record } = await queued();
    await record({ type: 'answered', answer: answerWith() });
    expect((await rowsOf(db)).tasks).toMatchObject([{ status: 'IN_PROGRESS', due_at: expect.any(Number) }]);
  });

  test('an observation with new details only changes the task and not the log', async () => {
    const { db, record } = await queued();
    await record({ type: 'answered', answer: answerWith() });
    await record({ type: 'answered', answer: answerWith({ taskId: 'task-1' }) });
    const { tasks, transitions } = await rowsOf(db);
    expect(tasks).toMatchObject([{ sequence: 2, aws_task_id: 'task-1' }]);
    expect(transitions).toHaveLength(2);
  });

  test('an observation without a change writes nothing', async () => {
    const { db, record } = await queued();
    await record(COMPLETE);
    const before = { rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() };
    expect(await record(COMPLETE)).toMatchObject({ status: 'COMPLETE', sequence: 2 });
    expect(await record({ type: 'answered', answer: answerWith({ status: 'FAILED' }) })).toMatchObject({
      status: 'COMPLETE',
    });
    expect({ rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() }).toEqual(before);
  });

  test('an observation of a deposed worker writes nothing', async () => {
    const { db, record, epoch } = await queued();
    const later = await db.write(beginEpoch);
    const before = { rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() };
    expect(await record(COMPLETE, epoch)).toBeNull();
    expect({ rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() }).toEqual(before);
    expect(await record(COMPLETE, later)).toMatchObject({ status: 'COMPLETE' });
  });

  test('an observation of an unknown task writes nothing', async () => {
    const { db, telemetry, epoch } = await queued();
    expect(await recordObservation(db, telemetry, epoch, 'unknown', COMPLETE)).toBeNull();
  });

  test('250 observations are written together, although some tasks have ended or were deleted since', async () => {
    const { db, telemetry, task, epoch, record, ...harness } = await queued();
    const others: Task[] = [];
    for (let index = 0; index < 249; index += 1)
      others.push(await accept({ db, telemetry, ...harness }, { ...ALICE, clientToken: `other ${index}` }));
    const [gone = task, goesOn = task, ...rest] = others;
    await record(COMPLETE);
    await db.sql.deleteFrom('tasks').where('id', '=', gone.id).execute();
    const observed = [task, ...others].map((before, index) => ({
      before,
      observation:
        before === goesOn
          ? ({ type: 'answered', answer: answerWith({ taskId: 'task-goes-on' }) } as const)
          : ({ type: 'answered', answer: answerWith({ status: 'FAILED', taskId: `task ${index}` }) } as const),
    }));
    const after = await recordObservations(db, telemetry, epoch, observed);
    expect(after.get(task.id)).toMatchObject({ status: 'COMPLETE', sequence: 2 });
    expect(after.has(gone.id)).toBe(false);
    expect(after.get(goesOn.id)).toMatchObject({ status: 'IN_PROGRESS', sequence: 2 });
    expect(rest.every(({ id }) => after.get(id)?.status === 'FAILED')).toBe(true);
    const { tasks, transitions } = await rowsOf(db);
    expect(tasks.find((row) => row.id === goesOn.id)?.due_at).toEqual(expect.any(Number));
    expect(transitions).toHaveLength(250 + 249);
    for (const { id } of rest)
      expect(transitions.filter((row) => row.task_id === id).map((row) => row.sequence)).toEqual([1, 2]);
    expect(
      await recordObservations(
        db,
        telemetry,
        epoch - 1,
        observed.map((each) => ({ ...each, before: goesOn })),
      ),
    ).toEqual(new Map());
  });

  test('fifty equal observations at once are one transition', async () => {
    const { db, record } = await queued();
    await Promise.all(Array.from({ length: 50 }, () => record(COMPLETE)));
    expect((await rowsOf(db)).transitions.map((row) => row.sequence)).toEqual([1, 2]);
  });
});
