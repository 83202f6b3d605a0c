import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/db/database.js';
import type { AcceptOutcome } from '../../src/tasks/accept.js';
import { recordObservations } from '../../src/tasks/record-observations.js';
import { awsClientToken, type Start } from '../../src/tasks/start.js';
import { acceptStart, recordObservation } from '../support/harness/record-one.js';
import { findTask } from '../../src/tasks/store/task-queries.js';
import type { Observation, Task } from '../../src/tasks/task.js';
import { beginEpoch } from '../../src/transitions/log.js';
import {
  answerWith,
  fromEngagement,
  fromInvitation,
  fromOpportunity,
  openCore,
  type Core,
} from '../support/harness/task-harness.js';

const ALICE: Start = { subject: 'alice', input: fromOpportunity(), clientToken: 'token-1' };
const DUE_AT = 12345;
const COMPLETE: Observation = {
  type: 'answered',
  answer: answerWith({ status: 'COMPLETE', taskId: 'task-1', startedAt: 5 }),
};

async function accept({ db, telemetry }: Core, start: Start): Promise<Task> {
  const outcome = await acceptStart(db, telemetry, start);
  expect(outcome).toMatchObject({ type: 'accepted', replayed: false });
  return outcome.task;
}

async function rowsOf(db: Database) {
  return {
    tasks: await db.sql.selectFrom('tasks').selectAll().orderBy('position').execute(),
    transitions: await db.sql.selectFrom('transitions').selectAll().orderBy('position').execute(),
  };
}

describe('the token that AWS sees', () => {
  test('is the same for ever', () => {
    expect(awsClientToken(ALICE)).toBe('876f3c65-56e6-5c90-958c-efc4c9224bce');
    expect(awsClientToken({ ...ALICE, subject: null })).toBe('c9c1949b-f28f-55eb-97d0-92ec994228ea');
  });

  test('is another one for another subject, kind, catalog or token, and for nothing else', () => {
    const others: Start[] = [
      ALICE,
      { ...ALICE, subject: 'bob' },
      { ...ALICE, subject: null },
      { ...ALICE, subject: '' },
      { ...ALICE, input: fromEngagement() },
      { ...ALICE, input: fromInvitation() },
      { ...ALICE, input: fromOpportunity({ catalog: 'AWS' }) },
      { ...ALICE, clientToken: 'token-2' },
      { ...ALICE, clientToken: 'TOKEN-1' },
    ];
    expect(new Set(others.map(awsClientToken)).size).toBe(others.length);
    expect(
      awsClientToken({ ...ALICE, input: fromOpportunity({ identifier: 'O2', tags: [{ key: 'a', value: 'b' }] }) }),
    ).toBe(awsClientToken(ALICE));
  });

  test('is kept with the task', async () => {
    const core = await openCore();
    await accept(core, ALICE);
    expect((await rowsOf(core.db)).tasks[0]?.aws_client_token).toBe(awsClientToken(ALICE));
  });
});

describe('a start', () => {
  test('is accepted as a QUEUED task that is due at once, with its first transition', async () => {
    const core = await openCore();
    const task = await accept(core, ALICE);
    const now = core.clock.now();
    expect(task).toMatchObject({
      subject: 'alice',
      clientToken: 'token-1',
      input: ALICE.input,
      status: 'QUEUED',
      sequence: 1,
      position: 1,
      createdAt: now,
      updatedAt: now,
    });
    const { tasks, transitions } = await rowsOf(core.db);
    expect(tasks).toMatchObject([
      { id: task.id, due_at: now, attempt_count: 0, first_attempt_at: null, may_have_reached: 0 },
    ]);
    expect(transitions).toMatchObject([{ task_id: task.id, sequence: 1, terminal: 0, recorded_at: now }]);
    expect(JSON.parse(transitions[0]?.facts ?? '')).toEqual({ previousStatus: null, task });
    expect(await findTask(core.db.sql, task.id)).toEqual(task);
  });

  test('made again under its token gives the same task, however it stands, and writes nothing', async () => {
    const core = await openCore();
    const { id } = await accept(core, ALICE);
    const epoch = await core.db.write(beginEpoch);
    await recordObservation(core.db, core.telemetry, epoch, id, COMPLETE, DUE_AT);
    const before = await rowsOf(core.db);
    const outcome = await acceptStart(core.db, core.telemetry, ALICE);
    expect(outcome).toMatchObject({ type: 'accepted', replayed: true, task: { id, status: 'COMPLETE' } });
    expect(await rowsOf(core.db)).toEqual(before);
  });

  test('is the same start with its tags in another order', async () => {
    const core = await openCore();
    const [a, b, c] = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: 'b', value: '1' },
    ];
    const { id } = await accept(core, { ...ALICE, input: fromOpportunity({ tags: [a, b, c] }) });
    for (const tags of [
      [c, b, a],
      [b, a, c],
    ]) {
      const outcome = await acceptStart(core.db, core.telemetry, { ...ALICE, input: fromOpportunity({ tags }) });
      expect(outcome).toMatchObject({ type: 'accepted', replayed: true, task: { id } });
    }
  });

  test.each([
    ['identifier', fromOpportunity({ identifier: 'O2' })],
    ['involvement type', fromOpportunity({ involvementType: 'FOR_VISIBILITY_ONLY' })],
    ['visibility', fromOpportunity({ visibility: null })],
    ['tags', fromOpportunity({ tags: [{ key: 'a', value: '' }] })],
  ])('under the token of a start with another %s is refused', async (_, input) => {
    const core = await openCore();
    const { id } = await accept(core, ALICE);
    const before = await rowsOf(core.db);
    expect(await acceptStart(core.db, core.telemetry, { ...ALICE, input })).toMatchObject({
      type: 'token-reused',
      task: { id },
    });
    expect(await rowsOf(core.db)).toEqual(before);
  });

  test('under the token of a start with another context is refused', async () => {
    const core = await openCore();
    await accept(core, { ...ALICE, input: fromEngagement() });
    const outcome = await acceptStart(core.db, core.telemetry, {
      ...ALICE,
      input: fromEngagement({ contextIdentifier: '2' }),
    });
    expect(outcome.type).toBe('token-reused');
  });

  test('shares its token with starts of other subjects, kinds and catalogs', async () => {
    const core = await openCore();
    const starts = [
      ALICE,
      { ...ALICE, subject: 'bob' },
      { ...ALICE, subject: null },
      { ...ALICE, input: fromEngagement() },
      { ...ALICE, input: fromOpportunity({ catalog: 'AWS' }) },
    ];
    const tasks = await Promise.all(starts.map((start) => accept(core, start)));
    expect(new Set(tasks.map((task) => task.id)).size).toBe(starts.length);
    expect(new Set((await rowsOf(core.db)).tasks.map((row) => row.aws_client_token)).size).toBe(starts.length);
  });

  test('that comes a thousand times at once is one task and one transition', async () => {
    const core = await openCore();
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => acceptStart(core.db, core.telemetry, ALICE)));
    const isNew = (outcome: AcceptOutcome) => outcome.type === 'accepted' && !outcome.replayed;
    expect(outcomes.every((outcome) => outcome.type === 'accepted')).toBe(true);
    expect(outcomes.filter(isNew)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.task.id)).size).toBe(1);
    const { tasks, transitions } = await rowsOf(core.db);
    expect([tasks.length, transitions.length]).toEqual([1, 1]);
  });

  test('that comes a thousand times at once with two inputs is one task, and refused to the other input', async () => {
    const core = await openCore();
    const inputs = [fromOpportunity(), fromOpportunity({ identifier: 'O2' })];
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        acceptStart(core.db, core.telemetry, { ...ALICE, input: inputs[index % 2] ?? ALICE.input }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.type === 'accepted')).toHaveLength(500);
    expect((await rowsOf(core.db)).tasks).toHaveLength(1);
  });

  test('of any text is found again by it', async () => {
    const core = await openCore();
    for (const clientToken of ["'; drop table tasks; --", '%', '_', 'grüße 😀', 'X', 'x', ' x']) {
      const task = await accept(core, { ...ALICE, clientToken });
      expect(task.clientToken).toBe(clientToken);
      expect(await acceptStart(core.db, core.telemetry, { ...ALICE, clientToken })).toMatchObject({
        replayed: true,
        task: { id: task.id },
      });
    }
  });

  test('that fails to be written leaves nothing', async () => {
    const core = await openCore();
    await core.db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    await expect(acceptStart(core.db, core.telemetry, ALICE)).rejects.toThrow('transitions');
    expect(await core.db.sql.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });
});

describe('an observation', () => {
  async function queued() {
    const core = await openCore();
    const task = await accept(core, ALICE);
    const epoch = await core.db.write(beginEpoch);
    const record = (observation: Observation, under = epoch) =>
      recordObservation(core.db, core.telemetry, under, task.id, observation, DUE_AT);
    return { ...core, task, epoch, record };
  }

  test('that changes the status is written to the task and to the log, as the task then stands', async () => {
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

  test('of a task that goes on makes it due when told', async () => {
    const { db, record } = await queued();
    await record({ type: 'answered', answer: answerWith() });
    expect((await rowsOf(db)).tasks).toMatchObject([{ status: 'IN_PROGRESS', due_at: DUE_AT }]);
  });

  test('that brings new details only changes the task and not the log', async () => {
    const { db, record } = await queued();
    await record({ type: 'answered', answer: answerWith() });
    await record({ type: 'answered', answer: answerWith({ taskId: 'task-1' }) });
    const { tasks, transitions } = await rowsOf(db);
    expect(tasks).toMatchObject([{ sequence: 2, aws_task_id: 'task-1' }]);
    expect(transitions).toHaveLength(2);
  });

  test('that brings no news writes nothing', async () => {
    const { db, record } = await queued();
    await record(COMPLETE);
    const before = { rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() };
    expect(await record(COMPLETE)).toMatchObject({ status: 'COMPLETE', sequence: 2 });
    expect(await record({ type: 'answered', answer: answerWith({ status: 'FAILED' }) })).toMatchObject({
      status: 'COMPLETE',
    });
    expect({ rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() }).toEqual(before);
  });

  test('of a deposed worker writes nothing', async () => {
    const { db, record, epoch } = await queued();
    const later = await db.write(beginEpoch);
    const before = { rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() };
    expect(await record(COMPLETE, epoch)).toBeNull();
    expect({ rows: await rowsOf(db), head: await db.sql.selectFrom('log_head').selectAll().execute() }).toEqual(before);
    expect(await record(COMPLETE, later)).toMatchObject({ status: 'COMPLETE' });
  });

  test('of a task that does not exist is nothing', async () => {
    const { db, telemetry, epoch } = await queued();
    expect(await recordObservation(db, telemetry, epoch, 'nobody', COMPLETE, DUE_AT)).toBeNull();
  });

  test('made with many others is written with them, whatever became of some of the tasks', async () => {
    const { db, telemetry, task, epoch, record, ...core } = await queued();
    const others: Task[] = [];
    for (let index = 0; index < 249; index += 1)
      others.push(await accept({ db, telemetry, ...core }, { ...ALICE, clientToken: `other ${index}` }));
    const [gone = task, goesOn = task, ...rest] = others;
    await record(COMPLETE);
    await db.sql.deleteFrom('tasks').where('id', '=', gone.id).execute();
    const observed = [task, ...others].map((before, index) => ({
      before,
      observation:
        before === goesOn
          ? ({ type: 'answered', answer: answerWith({ taskId: 'task-goes-on' }) } as const)
          : ({ type: 'answered', answer: answerWith({ status: 'FAILED', taskId: `task ${index}` }) } as const),
      dueAt: () => DUE_AT,
    }));
    const after = await recordObservations(db, telemetry, epoch, observed);
    expect(after.get(task.id)).toMatchObject({ status: 'COMPLETE', sequence: 2 });
    expect(after.has(gone.id)).toBe(false);
    expect(after.get(goesOn.id)).toMatchObject({ status: 'IN_PROGRESS', sequence: 2 });
    expect(rest.every(({ id }) => after.get(id)?.status === 'FAILED')).toBe(true);
    const { tasks, transitions } = await rowsOf(db);
    expect(tasks.find((row) => row.id === goesOn.id)?.due_at).toBe(DUE_AT);
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

  test('made twice at once is one transition', async () => {
    const { db, record } = await queued();
    await Promise.all(Array.from({ length: 50 }, () => record(COMPLETE)));
    expect((await rowsOf(db)).transitions.map((row) => row.sequence)).toEqual([1, 2]);
  });
});
