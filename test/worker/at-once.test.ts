import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/clock.js';
import { WORKER_LEASE, type Database } from '../../src/db/database.js';
import type { PartnerCentral } from '../../src/partner-central/client.js';
import { readFacts } from '../../src/tasks/facts.js';
import { readTaskAfter } from '../../src/transitions/log.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled, takeUnexpected } from '../support/core.js';
import { acceptStart } from '../support/record.js';
import { LIMITS, createStage, startMany, statusesOf, type Stage } from '../support/stage.js';

/** Ends inside the call. */
const AT_ONCE = fromOpportunity({ identifier: 'O1000004' });

function attemptsOf(stage: Stage, id: string) {
  return stage.db.sql.selectFrom('tasks').select(['attempt_count', 'may_have_reached']).where('id', '=', id).executeTakeFirst();
}

function callCount(stage: Stage): Promise<number> {
  return stage.db.sql.selectFrom('quota_calls').select('id').execute().then((rows) => rows.length);
}

describe('a start that comes while nothing is queued', () => {
  test('is accepted, permitted and noted as sent in one write, and needs one more when AWS has answered', async () => {
    const writes: string[] = [];
    const stage = await createStage({ aroundDb: (db) => ({ ...db, write: (work) => (writes.push('write'), db.write(work)) }) });
    await stage.pass(SECOND);
    writes.length = 0;
    const { id } = await accepted(stage.tasks, AT_ONCE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 1, may_have_reached: 1 });
    expect(await callCount(stage)).toBe(1);
    await stage.untilEnded([id], SECOND);
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'COMPLETE']);
    expect(writes).toHaveLength(2);
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toHaveLength(1);
    expect(stage.calls('List')).toEqual([]);
  });

  test('queues when others come with it, and each is sent when the quota allows', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const ids = await startMany(stage.tasks, 4, AT_ONCE);
    await stage.untilEnded(ids, MINUTE);
    const times = stage.calls('Start').map(({ at }) => at);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([1020, 1020, 1020]);
    expect(await callCount(stage)).toBe(4);
  });

  test('queues when the quota does not allow it, and is sent as soon as that does', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const first = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(0.1 * SECOND);
    const second = await accepted(stage.tasks, AT_ONCE);
    expect(await attemptsOf(stage, second.id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    await stage.untilEnded([first.id, second.id], MINUTE);
    const [one, two] = stage.calls('Start');
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });

  test('leaves its subject’s turn untouched when it has to queue after all', async () => {
    const stage = await createStage({ limits: LIMITS });
    await stage.pass(2 * SECOND);
    const start = async (subject: string) => accepted(stage.tasks, AT_ONCE, null, { ...EVERYBODY, subject });
    await start('bob');
    await stage.pass(5 * SECOND);
    await start('ann');
    await stage.pass(0.1 * SECOND);
    const bobs = await start('bob');
    await stage.pass(0.1 * SECOND);
    const anns = await start('ann');
    await stage.untilEnded([bobs.id, anns.id], MINUTE);
    const sent = await stage.db.sql.selectFrom('tasks').select('id').orderBy('first_attempt_at').execute();
    expect(sent.slice(2).map(({ id }) => id)).toEqual([bobs.id, anns.id]);
  });

  test('leaves from the queue although the same start is made again meanwhile, and that is withdrawn', async () => {
    let begin = (): void => {};
    let turn: Promise<void> | null = null;
    /** As where another process has its turn. */
    const aroundDb = (db: Database): Database => ({
      ...db,
      async write(work) {
        const wait = turn;
        turn = null;
        await wait;
        return db.write(work);
      },
    });
    const stage = await createStage({ limits: LIMITS, aroundDb });
    await stage.pass(2 * SECOND);
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'error', name: 'InternalServerException' } });
    await accepted(stage.tasks, AT_ONCE, 'the token');
    await stage.pass(0.1 * SECOND);
    turn = new Promise((resolve) => (begin = resolve));
    const again = accepted(stage.tasks, AT_ONCE, 'the token');
    await stage.pass(2 * SECOND);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(['InternalServerException', 'ok']);
    begin();
    expect(await again).toMatchObject({ status: 'COMPLETE' });
    expect(await callCount(stage)).toBe(2);
  });

  test('is recorded with the position and the time under which it was accepted', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    const { id, position, createdAt } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([id], SECOND);
    const logged = (await readTaskAfter(stage.db.sql, id, 0, 10)).map((transition) => readFacts(transition).task);
    expect(logged).toMatchObject([{ status: 'QUEUED', position, createdAt }, { status: 'COMPLETE', position, createdAt }]);
    expect(position).toBe(1);
  });

  test('goes back to the queue, with its next time, when AWS does not settle it', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'error', name: 'InternalServerException' } });
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.untilEnded([id], MINUTE);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(['InternalServerException', 'ok']);
    expect(stage.simulator.tasks()).toHaveLength(1);
  });

  test('waits behind a start that another process has accepted before', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    const untold: Database = {
      ...stage.db,
      write: (work) =>
        stage.db.write(async (tx) => {
          const result = await work(tx);
          tx.hints.length = 0;
          tx.appended.length = 0;
          return result;
        }),
    };
    const before = await acceptStart(untold, stage.telemetry, { subject: 'other', input: fromOpportunity({ identifier: 'O1000002' }), clientToken: 'before' });
    const { id } = await accepted(stage.tasks, AT_ONCE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    await stage.untilEnded([before.task.id, id], MINUTE);
    expect(stage.simulator.tasks().map(({ target }) => target)).toEqual(['O1000002', 'O1000004']);
  });

  test('queues when another worker has taken over', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    void stage.db.lease(WORKER_LEASE, new AbortController().signal);
    await stage.db.sql.updateTable('log_head').set({ worker_epoch: 99 }).execute();
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(MINUTE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    expect(stage.calls('Start')).toEqual([]);
  });

  test('queues when the worker has stopped', async () => {
    const stage = await createStage();
    await stage.pass(SECOND);
    await stage.worker.stop();
    const { id } = await accepted(stage.tasks, AT_ONCE);
    await stage.pass(MINUTE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 0, may_have_reached: 0 });
    expect(stage.calls('Start')).toEqual([]);
  });

  test('is handed to the SDK while it is being written, and leaves only when that is committed', async () => {
    const { stage, release, handedOver } = await holdWrite((write) => write);
    const start = accepted(stage.tasks, AT_ONCE);
    await handedOver;
    await stage.pass(SECOND);
    expect(stage.calls('Start')).toEqual([]);
    release();
    const { id } = await start;
    await stage.untilEnded([id], SECOND);
    expect(stage.calls('Start')).toHaveLength(1);
  });

  test('is sent and recorded before the worker has stopped, when that is told to stop in the middle of the write', async () => {
    const { stage, release, written } = await holdWrite((write) => write);
    const start = accepted(stage.tasks, AT_ONCE);
    await written;
    const stopped = stage.worker.stop();
    await stage.pass(SECOND);
    expect(await isSettled(stopped)).toBe(false);
    release();
    const { id } = await start;
    await stage.pass(SECOND);
    await stopped;
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'COMPLETE']);
  });
});

describe('when the write that accepts a start', () => {
  test.each([
    ['has failed', 0, (write: Write): Write => (work) => write(async (tx) => { await work(tx); throw new Error('it broke'); })],
    ['may have been committed', 1, (write: Write): Write => async (work) => { await write(work); throw new Error('it broke'); }],
  ])('%s after the start was made ready, that one is never sent; the queue sends %d', async (_, count, broken) => {
    const { stage, release, handedOver } = await holdWrite(broken);
    const starting = accepted(stage.tasks, AT_ONCE);
    await handedOver;
    release();
    await expect(starting).rejects.toThrow('it broke');
    await stage.pass(MINUTE);
    expect(stage.calls('Start').map(({ outcome }) => outcome)).toEqual(Array(count).fill('ok'));
    expect(stage.simulator.tasks()).toHaveLength(count);
    takeUnexpected();
  });

  test('fails, nothing is sent and no permission is spent, and the next start is sent at once', async () => {
    const { stage, release } = await holdWrite((write) => (work) =>
      write(async (tx) => {
        await work(tx);
        throw new Error('disk full');
      }),
    );
    const failing = accepted(stage.tasks, AT_ONCE);
    release();
    await expect(failing).rejects.toThrow('disk full');
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toEqual([]);
    expect(await callCount(stage)).toBe(0);
    const { id } = await accepted(stage.tasks, AT_ONCE);
    expect(await attemptsOf(stage, id)).toEqual({ attempt_count: 1, may_have_reached: 1 });
    await stage.untilEnded([id], SECOND);
    takeUnexpected();
  });

  test('has been committed although it seems to have failed, the start is sent from the queue', async () => {
    let letGo = (): void => {};
    const committed = (write: Write): Write => async (work) => {
      await write(work);
      throw new Error('the connection broke during the commit');
    };
    const { stage, release, handedOver } = await holdWrite(committed, new Promise((resolve) => (letGo = resolve)));
    const unsure = accepted(stage.tasks, fromOpportunity({ identifier: 'O1000003' }));
    await handedOver;
    release();
    await expect(unsure).rejects.toThrow('the connection broke');
    const page = await stage.tasks.list(EVERYBODY, {}, { first: 10, after: null });
    if (!('items' in page)) throw new Error('The cursor is wrong.');
    const ids = page.items.map(({ item }) => item.id);
    expect(ids).toHaveLength(1);
    // The queue is sending it, which takes 2.5 s, when the SDK lets go of the one that was withdrawn.
    await stage.pass(MINUTE, async () => stage.calls('Start').length > 0);
    letGo();
    await stage.untilEnded(ids, MINUTE);
    expect(stage.calls('Start')).toHaveLength(1);
    expect(stage.simulator.tasks()).toHaveLength(1);
    takeUnexpected();
  });
});

type Write = Database['write'];

/**
 * A stage on which the next write, which accepts a start, is done as `around` does it, and is not committed before it is released. `handedOver`: the
 * SDK has a start that it may not send yet. `letGo`: until when it keeps each such start, whatever becomes of that.
 */
async function holdWrite(around: (write: Write) => Write, letGo: Promise<void> = Promise.resolve()) {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let reached = (): void => {};
  const written = new Promise<void>((resolve) => (reached = resolve));
  let handOver = (): void => {};
  const handedOver = new Promise<void>((resolve) => (handOver = resolve));
  const aroundSdk = (sdk: PartnerCentral): PartnerCentral => ({
    ...sdk,
    async startTask(input, token, cleared) {
      const call = sdk.startTask(input, token, cleared);
      if (cleared !== undefined) handOver();
      if (cleared !== undefined) await letGo;
      return call;
    },
  });
  let next = false;
  const aroundDb = (db: Database): Database => {
    const write: Write = (work) => db.write(work);
    return {
      ...db,
      write(work) {
        if (!next) return write(work);
        next = false;
        return around(write)(async (tx) => {
          const result = await work(tx);
          reached();
          await released;
          return result;
        });
      },
    };
  };
  const stage = await createStage({ aroundDb, around: aroundSdk });
  await stage.pass(SECOND);
  next = true;
  return { stage, release: () => release(), written, handedOver };
}
