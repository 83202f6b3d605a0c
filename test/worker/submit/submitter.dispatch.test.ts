/** The path of a start from its acceptance to AWS: the commit wakes the submitter, which takes a permit and sends. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { readPayload } from '../../../src/tasks/store/transition-payload.js';
import { readTaskAfter } from '../../../src/transitions/log.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled, takeUnexpected } from '../../support/harness/task-harness.js';
import { acceptStart } from '../../support/harness/record-one.js';
import { LIMITS, createStage, statusesOf, type Stage } from '../../support/harness/worker-harness.js';

/** This task ends within the Start call. */
const AT_ONCE = fromOpportunity({ identifier: 'O1000004' });

type Write = Database['write'];

function attemptsOf(stage: Stage, id: string) {
  return stage.db.sql
    .selectFrom('tasks')
    .select(['attempt_count', 'may_have_reached'])
    .where('id', '=', id)
    .executeTakeFirst();
}

function callCount(stage: Stage): Promise<number> {
  return stage.db.sql
    .selectFrom('quota_calls')
    .select('id')
    .execute()
    .then((rows) => rows.length);
}

/**
 * Creates a stage that holds the commit of the `nth` write from now on until `release`, and wraps that write in
 * `around`. The first write accepts the next start, the second permits it.
 */
async function holdWrite(nth: number, around: (write: Write) => Write = (write) => write) {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let reached = (): void => {};
  const written = new Promise<void>((resolve) => (reached = resolve));
  let countdown = Infinity;
  const aroundDb = (db: Database): Database => ({
    ...db,
    write(work) {
      countdown -= 1;
      if (countdown !== 0) return db.write(work);
      return around((held) => db.write(held))(async (tx) => {
        const result = await work(tx);
        reached();
        await released;
        return result;
      });
    },
  });
  const stage = await createStage({ aroundDb });
  await stage.pass(SECOND);
  countdown = nth;
  return { stage, release: () => release(), written };
}

describe('a start on an idle worker', () => {
  test('a start is sent at once, and costs three writes: acceptance, permit and answer', async () => {
    let writes = 0;
    const stage = await createStage({
      aroundDb: (db) => ({ ...db, write: (work) => ((writes += 1), db.write(work)) }),
    });
    await stage.pass(SECOND);
    writes = 0;
    const acceptedAt = stage.clock.now();
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([id], SECOND);
    expect(stage.calls('Start').map(({ at }) => at)).toEqual([acceptedAt]);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 1, may_have_reached: 1 });
    expect(await callCount(stage)).toBe(1);
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'COMPLETE']);
    expect(writes).toBe(3);
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toHaveLength(1);
    expect(stage.calls('List')).toEqual([]);
  });

  test('a start that exceeds the quota waits, and is sent as soon as the quota allows it', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const first = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(0.1 * SECOND);
    const second = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(0.1 * SECOND);
    expect(await attemptsOf(stage, second.id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    await stage.untilEnded([first.id, second.id], MINUTE);
    const [one, two] = stage.calls('Start');
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });

  test('a start waits for the turn of its subject when other subjects queued earlier', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const start = async (subject: string) => accepted(stage.tasks, AT_ONCE, null, { ...EVERYBODY, subject });
    await start('bob');
    await stage.pass(5 * SECOND);
    await start('ann');
    await stage.pass(0.1 * SECOND);
    const anns = await start('ann');
    await stage.pass(0.1 * SECOND);
    const bobs = await start('bob');
    await stage.untilEnded([bobs.id, anns.id], MINUTE);
    const sent = await stage.db.sql.selectFrom('tasks').select('id').orderBy('first_attempt_at').execute();
    expect(sent.slice(2).map(({ id }) => id)).toEqual([bobs.id, anns.id]);
  });

  test('a start is recorded with the position and the time of its acceptance', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    const { id, position, createdAt } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([id], SECOND);
    const logged = (await readTaskAfter(stage.db.sql, id, 0, 10)).map((transition) => readPayload(transition).task);
    expect(logged).toMatchObject([
      { status: 'QUEUED', position, createdAt },
      { status: 'COMPLETE', position, createdAt },
    ]);
    expect(position).toBe(1);
  });

  test('a start is sent after an earlier start of another process, also when the notification of that start is lost', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const silent: Database = {
      ...stage.db,
      write: (work) =>
        stage.db.write(async (tx) => {
          const result = await work(tx);
          tx.notifications.length = 0;
          tx.appended.length = 0;
          return result;
        }),
    };
    const before = await acceptStart(silent, stage.telemetry, {
      subject: 'other',
      input: fromOpportunity({ identifier: 'O1000002' }),
      clientToken: 'before',
    });
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([before.task.id, id], MINUTE);
    expect(stage.simulator.tasks().map(({ target }) => target)).toEqual(['O1000002', 'O1000004']);
  });

  test('a start stays queued when the worker has stopped', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    await stage.worker.stop();
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(MINUTE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    expect(stage.calls('Start')).toEqual([]);
  });

  test('a start is sent only after its acceptance is committed', async () => {
    const { stage, release, written } = await holdWrite(1);
    const start = accepted(stage.tasks, AT_ONCE);
    await written;
    await stage.pass(SECOND);
    expect(stage.calls('Start')).toEqual([]);
    release();
    const { id } = await start;
    await stage.untilEnded([id], SECOND);
    expect(stage.calls('Start')).toHaveLength(1);
  });

  test('a start is sent only after its permit and its attempt are committed', async () => {
    const { stage, release, written } = await holdWrite(2);
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await written;
    await stage.pass(SECOND);
    expect(stage.calls('Start')).toEqual([]);
    release();
    await stage.untilEnded([id], SECOND);
    expect(stage.calls('Start')).toHaveLength(1);
  });

  test('a worker that is stopped while it permits a start sends and records the start first', async () => {
    const { stage, release, written } = await holdWrite(2);
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await written;
    const statusesThen = stage.worker.stop().then(() => statusesOf(stage, id));
    await stage.pass(SECOND);
    expect(await isSettled(statusesThen)).toBe(false);
    release();
    await stage.pass(SECOND);
    expect(await statusesThen).toEqual(['QUEUED', 'COMPLETE']);
  });
});

describe('the write that accepts a start', () => {
  test('a failed acceptance sends nothing and spends no permit, and the next start is sent at once', async () => {
    const broken =
      (write: Write): Write =>
      (work) =>
        write(async (tx) => {
          await work(tx);
          throw new Error('disk full');
        });
    const { stage, release } = await holdWrite(1, broken);
    const failing = accepted(stage.tasks, AT_ONCE);
    release();
    await expect(failing).rejects.toThrow('disk full');
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toEqual([]);
    expect(await callCount(stage)).toBe(0);
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([id], SECOND);
    takeUnexpected();
  });

  test('an acceptance that was committed, but reported as failed, sends the start once', async () => {
    const committed =
      (write: Write): Write =>
      async (work) => {
        await write(work);
        throw new Error('the connection broke during the commit');
      };
    const { stage, release } = await holdWrite(1, committed);
    const unsure = accepted(stage.tasks, AT_ONCE);
    release();
    await expect(unsure).rejects.toThrow('the connection broke');
    await stage.pass(MINUTE);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(stage.simulator.tasks()).toHaveLength(1);
    takeUnexpected();
  });
});

describe('the write that permits a start', () => {
  test.each([
    [
      'fails is not spent',
      1,
      (write: Write): Write =>
        (work) =>
          write(async (tx) => {
            await work(tx);
            throw new Error('it broke');
          }),
    ],
    [
      'may have been committed is followed by another permit',
      2,
      (write: Write): Write =>
        async (work) => {
          await write(work);
          throw new Error('it broke');
        },
    ],
  ])('a permit whose write %s, and the start is sent once', async (_, permits, broken) => {
    const { stage, release } = await holdWrite(2, broken);
    const { id } = await accepted(stage.tasks, AT_ONCE);
    release();
    await stage.untilEnded([id], MINUTE);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(await callCount(stage)).toBe(permits);
    takeUnexpected();
  });
});
