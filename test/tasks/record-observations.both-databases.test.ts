/** An observation of one task in the task, in the log and in notifications, on both databases. */
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/db/database.js';
import { recordObservations } from '../../src/tasks/record-observations.js';
import { readPayload, transitionTo } from '../../src/tasks/store/transition-payload.js';
import { findTask, updateTask } from '../../src/tasks/store/task-queries.js';
import { observe, type Observation, type Task } from '../../src/tasks/task.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { append, beginEpoch, readTaskAfter, reservePositions } from '../../src/transitions/log.js';
import { listenTo, whenWaiting } from '../support/database/database-probes.js';
import { onBothDatabases } from '../support/database/both-databases.js';
import { answerWith, closeLater, fromOpportunity } from '../support/harness/task-harness.js';
import { deferred } from '../support/harness/deferred.js';
import { acceptStart } from '../support/harness/record-one.js';

const telemetry = createTelemetry({ level: 'silent' });
const GOES_ON: Observation = { type: 'answered', answer: answerWith({ taskId: 'task-1' }) };
const COMPLETE: Observation = {
  type: 'answered',
  answer: answerWith({ status: 'COMPLETE', taskId: 'task-1', engagementId: 'eng-1' }),
};

async function queued(open: () => Promise<Database>) {
  const db = await open();
  closeLater(() => db.close());
  const { task } = await acceptStart(db, telemetry, {
    subject: null,
    input: fromOpportunity(),
    clientToken: 'a token',
  });
  const epoch = await db.write(beginEpoch);
  const record = async (before: Task, observation: Observation, under = epoch): Promise<Task | undefined> =>
    (await recordObservations(db, telemetry, under, [{ before, observation }])).get(before.id);
  const logged = async () =>
    (await readTaskAfter(db.sql, task.id, 0, 10)).map((transition) => ({
      ...readPayload(transition),
      position: transition.position,
    }));
  const head = () => db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow();
  return { db, task, epoch, record, logged, head };
}

function onDatabase(name: string, open: () => Promise<Database>): void {
  describe(`An observation of one task on ${name}`, () => {
    test('an observation is equal in the task, in the log, in the result and in the local append', async () => {
      const { db, task, record, logged } = await queued(open);
      const appended: unknown[] = [];
      db.onLocalAppend((rows) => appended.push(...rows));
      const after = await record(task, COMPLETE);
      expect(after).toMatchObject({ status: 'COMPLETE', sequence: 2, details: { engagementId: 'eng-1' } });
      expect(await findTask(db.sql, task.id)).toEqual(after);
      expect((await logged())[1]).toEqual({ previousStatus: 'QUEUED', task: after, position: task.position + 1 });
      await until(() => appended.length > 0);
      expect(appended).toEqual(await db.sql.selectFrom('transitions').selectAll().where('sequence', '=', 2).execute());
    });

    test('an observation notifies every process of the position that it wrote', async () => {
      const { db, task, record } = await queued(open);
      const heard = listenTo(db);
      await record(task, COMPLETE);
      await heard.until((notifications) => notifications.includes(`log ${task.position + 1}`));
    });

    test('an observation is applied to the current task, which has changed since it was read', async () => {
      const { task, record, logged } = await queued(open);
      await record(task, GOES_ON);
      expect(await record(task, COMPLETE)).toMatchObject({ status: 'COMPLETE', sequence: 3 });
      expect((await logged()).map(({ previousStatus, task: then }) => [previousStatus, then.status])).toEqual([
        [null, 'QUEUED'],
        ['QUEUED', 'IN_PROGRESS'],
        ['IN_PROGRESS', 'COMPLETE'],
      ]);
    });

    test('an observation is applied to the current task, of which only the status has changed', async () => {
      const { db, task, record, logged } = await queued(open);
      await record(task, { type: 'answered', answer: answerWith() });
      const after = await record(task, { type: 'answered', answer: answerWith({ status: 'COMPLETE' }) });
      expect(after).toMatchObject({ status: 'COMPLETE', sequence: 3 });
      expect(await findTask(db.sql, task.id)).toEqual(after);
      expect((await logged()).map(({ task: then }) => then.sequence)).toEqual([1, 2, 3]);
    });

    test('an observation keeps details that were recorded since the task was read, although the status is the same', async () => {
      const { task, record } = await queued(open);
      const seen = await record(task, { type: 'answered', answer: answerWith() });
      if (seen === undefined) throw new Error('The observation was not recorded.');
      await record(seen, { type: 'answered', answer: answerWith({ taskId: 'task-1', opportunityId: 'O7' }) });
      expect(await record(seen, { type: 'answered', answer: answerWith({ engagementId: 'eng-1' }) })).toMatchObject({
        sequence: 2,
        details: { taskId: 'task-1', opportunityId: 'O7', engagementId: 'eng-1' },
      });
    });

    test('an observation that is recorded again after a lost answer is one transition', async () => {
      const { task, record, logged } = await queued(open);
      await record(task, COMPLETE);
      expect(await record(task, COMPLETE)).toMatchObject({ status: 'COMPLETE', sequence: 2 });
      expect(await logged()).toHaveLength(2);
    });

    test('an observation that is recorded many times at once is one transition', async () => {
      const { task, record, logged } = await queued(open);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => record(task, COMPLETE)));
      expect(outcomes.every((outcome) => outcome?.sequence === 2)).toBe(true);
      expect(await logged()).toHaveLength(2);
    });

    test('of two starts that find the same task of AWS by their record at once, one gets it', async () => {
      const { db, task, record } = await queued(open);
      const input = fromOpportunity();
      const { task: other } = await acceptStart(db, telemetry, { subject: null, input, clientToken: 'another token' });
      const found = { ...COMPLETE, isFoundByRecord: true } as const;
      const outcomes = await Promise.all([record(task, found), record(other, found)]);
      expect(new Set(outcomes.map((outcome) => outcome?.status))).toEqual(new Set(['COMPLETE', 'QUEUED']));
      const stored = await Promise.all([findTask(db.sql, task.id), findTask(db.sql, other.id)]);
      expect(stored).toEqual(outcomes);
      expect(stored.filter((each) => each?.details.taskId === 'task-1')).toHaveLength(1);
    });

    test('of two starts that find the same task of AWS by their record in one write, the first gets it', async () => {
      const { db, task, epoch } = await queued(open);
      const input = fromOpportunity();
      const { task: other } = await acceptStart(db, telemetry, { subject: null, input, clientToken: 'another token' });
      const observation = { ...COMPLETE, isFoundByRecord: true } as const;
      const both = [task, other].map((before) => ({ before, observation }));
      const after = await recordObservations(db, telemetry, epoch, both);
      expect([after.get(task.id)?.status, after.get(other.id)?.status]).toEqual(['COMPLETE', 'QUEUED']);
    });

    test('an answer that a task finds by its record does not replace the id that it has got since', async () => {
      const { task, record } = await queued(open);
      await record(task, GOES_ON);
      const answer = answerWith({ status: 'COMPLETE', taskId: 'task-2' });
      expect(await record(task, { type: 'answered', answer, isFoundByRecord: true })).toMatchObject({
        status: 'IN_PROGRESS',
        details: { taskId: 'task-1' },
      });
    });

    test('an observation during another write of the task is applied after that write, as one transition', async () => {
      const { db, task, epoch, record, logged } = await queued(open);
      const { promise: held, resolve: release } = deferred();
      const { promise: holding, resolve: isHolding } = deferred();
      const first = db.write(async (tx) => {
        const reserved = await reservePositions(db, tx, epoch, 1);
        isHolding();
        await held;
        const after = observe(task, COMPLETE, reserved?.now ?? 0);
        await Promise.all([updateTask(tx, after), append(tx, [transitionTo(after, task, reserved?.first ?? 0)])]);
      });
      await holding;
      const second = record(task, COMPLETE);
      // SQLite begins no second write before the first has ended.
      if (db.kind === 'postgres') await whenWaiting(db);
      release();
      await first;
      expect(await second).toMatchObject({ status: 'COMPLETE', sequence: 2 });
      expect(await logged()).toHaveLength(2);
    });

    test('a deposed worker writes nothing, takes no position and gets no task back', async () => {
      const { db, task, epoch, record, logged, head } = await queued(open);
      await db.write(beginEpoch);
      const before = await head();
      expect(await record(task, COMPLETE, epoch)).toBeUndefined();
      expect(await head()).toEqual(before);
      expect(await findTask(db.sql, task.id)).toEqual(task);
      expect(await logged()).toHaveLength(1);
    });

    test('an observation of a deleted task writes nothing', async () => {
      const { db, task, record } = await queued(open);
      await db.sql.deleteFrom('tasks').execute();
      expect(await record(task, COMPLETE)).toBeUndefined();
      expect(await db.sql.selectFrom('transitions').select('sequence').execute()).toEqual([{ sequence: 1 }]);
    });

    test('an observation that cannot be logged does not change the task either', async () => {
      const { db, task, record } = await queued(open);
      await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
      await expect(record(task, COMPLETE)).rejects.toThrow('transitions');
      expect(await findTask(db.sql, task.id)).toEqual(task);
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

onBothDatabases(onDatabase);
