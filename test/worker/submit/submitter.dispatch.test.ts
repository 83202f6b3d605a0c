/** The path of a start from its acceptance to AWS: the commit wakes the submitter, which takes a permit and sends. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { readPayload } from '../../../src/tasks/store/transition-payload.js';
import { readTaskAfter } from '../../../src/transitions/log.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled, takeUnexpected } from '../../support/harness/task-harness.js';
import { acceptStart } from '../../support/harness/record-one.js';
import { LIMITS, createWorkerHarness, statusesOf, type WorkerHarness } from '../../support/harness/worker-harness.js';

/** This task ends within the Start call. */
const AT_ONCE = fromOpportunity({ identifier: 'O1000004' });

type Write = Database['write'];

function attemptsOf(harness: WorkerHarness, id: string) {
  return harness.db.sql
    .selectFrom('tasks')
    .select(['attempt_count', 'may_have_reached'])
    .where('id', '=', id)
    .executeTakeFirst();
}

function callCount(harness: WorkerHarness): Promise<number> {
  return harness.db.sql
    .selectFrom('quota_calls')
    .select('id')
    .execute()
    .then((rows) => rows.length);
}

/**
 * Creates a harness that holds the commit of the `nth` write from now on until `release`, and wraps that write in
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
  const harness = await createWorkerHarness({ aroundDb });
  await harness.pass(SECOND);
  countdown = nth;
  return { harness, release: () => release(), written };
}

describe('a start on an idle worker', () => {
  test('a start is sent at once, and costs three writes: acceptance, permit and answer', async () => {
    let writes = 0;
    const harness = await createWorkerHarness({
      aroundDb: (db) => ({ ...db, write: (work) => ((writes += 1), db.write(work)) }),
    });
    await harness.pass(SECOND);
    writes = 0;
    const acceptedAt = harness.clock.now();
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await harness.untilEnded([id], SECOND);
    expect(harness.calls('Start').map(({ at }) => at)).toEqual([acceptedAt]);
    expect(await attemptsOf(harness, id)).toEqual({ attempt_count: 1, may_have_reached: 1 });
    expect(await callCount(harness)).toBe(1);
    expect(await statusesOf(harness, id)).toEqual(['QUEUED', 'COMPLETE']);
    expect(writes).toBe(3);
    await harness.pass(MINUTE);
    expect(harness.calls('Start')).toHaveLength(1);
    expect(harness.calls('List')).toEqual([]);
  });

  test('a start that exceeds the quota waits, and is sent as soon as the quota allows it', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    await harness.pass(2 * SECOND);
    const first = await accepted(harness.tasks, AT_ONCE);
    await harness.pass(0.1 * SECOND);
    const second = await accepted(harness.tasks, AT_ONCE);
    await harness.pass(0.1 * SECOND);
    expect(await attemptsOf(harness, second.id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    await harness.untilEnded([first.id, second.id], MINUTE);
    const [one, two] = harness.calls('Start');
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });

  test('a start waits for the turn of its subject when other subjects queued earlier', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    await harness.pass(2 * SECOND);
    const start = async (subject: string) => accepted(harness.tasks, AT_ONCE, null, { ...EVERYBODY, subject });
    await start('bob');
    await harness.pass(5 * SECOND);
    await start('ann');
    await harness.pass(0.1 * SECOND);
    const anns = await start('ann');
    await harness.pass(0.1 * SECOND);
    const bobs = await start('bob');
    await harness.untilEnded([bobs.id, anns.id], MINUTE);
    const sent = await harness.db.sql.selectFrom('tasks').select('id').orderBy('first_attempt_at').execute();
    expect(sent.slice(2).map(({ id }) => id)).toEqual([bobs.id, anns.id]);
  });

  test('a start is recorded with the position and the time of its acceptance', async () => {
    const harness = await createWorkerHarness();
    await harness.pass(SECOND);
    const { id, position, createdAt } = await accepted(harness.tasks, AT_ONCE);
    await harness.untilEnded([id], SECOND);
    const logged = (await readTaskAfter(harness.db.sql, id, 0, 10)).map((transition) => readPayload(transition).task);
    expect(logged).toMatchObject([
      { status: 'QUEUED', position, createdAt },
      { status: 'COMPLETE', position, createdAt },
    ]);
    expect(position).toBe(1);
  });

  test('a start is sent after an earlier start of another process, also when the notification of that start is lost', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    await harness.pass(2 * SECOND);
    const silent: Database = {
      ...harness.db,
      write: (work) =>
        harness.db.write(async (tx) => {
          const result = await work(tx);
          tx.notifications.length = 0;
          tx.appended.length = 0;
          return result;
        }),
    };
    const before = await acceptStart(silent, harness.telemetry, {
      subject: 'other',
      input: fromOpportunity({ identifier: 'O1000002' }),
      clientToken: 'before',
    });
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await harness.untilEnded([before.task.id, id], MINUTE);
    expect(harness.simulator.tasks().map(({ target }) => target)).toEqual(['O1000002', 'O1000004']);
  });

  test('a start stays queued when the worker has stopped', async () => {
    const harness = await createWorkerHarness();
    await harness.pass(SECOND);
    await harness.worker.stop();
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await harness.pass(MINUTE);
    expect(await attemptsOf(harness, id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    expect(harness.calls('Start')).toEqual([]);
  });

  test('a start is sent only after its acceptance is committed', async () => {
    const { harness, release, written } = await holdWrite(1);
    const start = accepted(harness.tasks, AT_ONCE);
    await written;
    await harness.pass(SECOND);
    expect(harness.calls('Start')).toEqual([]);
    release();
    const { id } = await start;
    await harness.untilEnded([id], SECOND);
    expect(harness.calls('Start')).toHaveLength(1);
  });

  test('a start is sent only after its permit and its attempt are committed', async () => {
    const { harness, release, written } = await holdWrite(2);
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await written;
    await harness.pass(SECOND);
    expect(harness.calls('Start')).toEqual([]);
    release();
    await harness.untilEnded([id], SECOND);
    expect(harness.calls('Start')).toHaveLength(1);
  });

  test('a worker that is stopped while it permits a start sends and records the start first', async () => {
    const { harness, release, written } = await holdWrite(2);
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await written;
    const statusesThen = harness.worker.stop().then(() => statusesOf(harness, id));
    await harness.pass(SECOND);
    expect(await isSettled(statusesThen)).toBe(false);
    release();
    await harness.pass(SECOND);
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
    const { harness, release } = await holdWrite(1, broken);
    const failing = accepted(harness.tasks, AT_ONCE);
    release();
    await expect(failing).rejects.toThrow('disk full');
    await harness.pass(MINUTE);
    expect(harness.calls('Start')).toEqual([]);
    expect(await callCount(harness)).toBe(0);
    const { id } = await accepted(harness.tasks, AT_ONCE);
    await harness.untilEnded([id], SECOND);
    takeUnexpected();
  });

  test('an acceptance that was committed, but reported as failed, sends the start once', async () => {
    const committed =
      (write: Write): Write =>
      async (work) => {
        await write(work);
        throw new Error('the connection broke during the commit');
      };
    const { harness, release } = await holdWrite(1, committed);
    const unsure = accepted(harness.tasks, AT_ONCE);
    release();
    await expect(unsure).rejects.toThrow('the connection broke');
    await harness.pass(MINUTE);
    expect(harness.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(harness.simulator.tasks()).toHaveLength(1);
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
    const { harness, release } = await holdWrite(2, broken);
    const { id } = await accepted(harness.tasks, AT_ONCE);
    release();
    await harness.untilEnded([id], MINUTE);
    expect(harness.calls('Start').map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(await callCount(harness)).toBe(permits);
    takeUnexpected();
  });
});
