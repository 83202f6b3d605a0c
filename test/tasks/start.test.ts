import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled } from '../support/harness/task-harness.js';
import { bytesLeftByEach } from '../support/checks/heap.js';
import { COMPLETE, IN_PROGRESS, REFUSED, countSubscribers, openTasks, pageOf } from '../support/harness/tasks.js';

describe('a start', () => {
  test('with wrong input is answered with all problems, and nothing is written', async () => {
    const { tasks } = await openTasks();
    const outcome = await tasks.start(
      { ...EVERYBODY, catalogs: ['SANDBOX'] },
      fromOpportunity({ catalog: 'AWS', identifier: 'X' }),
      '',
    );
    expect(outcome).toMatchObject({
      type: 'invalid',
      problems: [{ path: ['catalog'] }, { path: ['identifier'] }, { path: ['clientToken'] }],
    });
    expect(await tasks.count(EVERYBODY, {})).toBe(0);
  });

  test('without a token gets one of its own', async () => {
    const { tasks } = await openTasks();
    const [one, other] = [await accepted(tasks, fromOpportunity()), await accepted(tasks, fromOpportunity())];
    expect(one.clientToken).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.id).not.toBe(one.id);
  });

  test('under a token with other input names the task that has it', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity(), 'token');
    const outcome = await tasks.start(EVERYBODY, fromOpportunity({ identifier: 'O2' }), 'token');
    expect(outcome).toMatchObject({ type: 'token-reused' });
    expect('message' in outcome && outcome.message).toContain(id);
  });

  test('returns as soon as AWS has answered', async () => {
    const { tasks, clock, record } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity(), 'token');
    await clock.whenAsleep(2);
    expect(await isSettled(starting)).toBe(false);
    const [{ item: queued } = { item: null }] = pageOf(
      await tasks.list(EVERYBODY, {}, { first: 1, after: null }),
    ).items;
    await record(queued?.id ?? '', IN_PROGRESS);
    expect(await starting).toMatchObject({ status: 'IN_PROGRESS', sequence: 2, details: { taskId: 'task-1' } });
  });

  test('that AWS refuses is returned with its failure, and so is every replay', async () => {
    const { tasks, clock, record } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = tasks.start(EVERYBODY, fromOpportunity(), 'token');
    await clock.whenAsleep(2);
    const [{ item: queued } = { item: null }] = pageOf(
      await tasks.list(EVERYBODY, {}, { first: 1, after: null }),
    ).items;
    await record(queued?.id ?? '', REFUSED);
    const first = await starting;
    expect(first).toMatchObject({
      type: 'accepted',
      replayed: false,
      task: { status: 'REJECTED', failure: { errorCode: 'CONFLICT' } },
    });
    expect(await tasks.start(EVERYBODY, fromOpportunity(), 'token')).toEqual({ ...first, replayed: true });
  });

  test('returns after the waiting time as it stands, not earlier and not later', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity());
    await clock.whenAsleep(2);
    await clock.advance(8 * SECOND - 1);
    expect(await isSettled(starting)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(starting)).toBe(true);
    expect(await starting).toMatchObject({ status: 'QUEUED' });
  });

  test.each(['while it waits', 'before it comes'])(
    'returns at once as it stands when the gateway stops %s',
    async (when) => {
      const stopping = new AbortController();
      const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND, stopping: stopping.signal });
      if (when === 'before it comes') stopping.abort();
      const starting = accepted(tasks, fromOpportunity());
      if (when === 'while it waits') {
        await clock.whenAsleep(2);
        stopping.abort();
      }
      expect(await isSettled(starting)).toBe(true);
      expect(await starting).toMatchObject({ status: 'QUEUED' });
    },
  );

  test.each([
    ['AWS has begun', IN_PROGRESS],
    ['AWS has completed it', COMPLETE],
    ['its time is over', null],
  ])('leaves no sleeper and no follower behind when %s', async (_when, observation) => {
    const { tasks, clock, record, hub } = await openTasks({ startWaitMs: 8 * SECOND });
    const subscribers = countSubscribers(hub);
    const starting = accepted(tasks, fromOpportunity());
    await clock.whenAsleep(2);
    const [{ item: queued } = { item: null }] = pageOf(
      await tasks.list(EVERYBODY, {}, { first: 1, after: null }),
    ).items;
    expect(subscribers()).toBe(1);
    if (observation === null) await clock.advance(8 * SECOND);
    else await record(queued?.id ?? '', observation);
    await starting;
    await isSettled(starting);
    expect([clock.sleepers(), subscribers()]).toEqual([1, 0]);
  });

  test('leaves nothing of its waiting in memory', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: SECOND });
    const waitTogether = async () => {
      const starting = Array.from({ length: 100 }, () => tasks.start(EVERYBODY, fromOpportunity(), 'token'));
      await clock.whenAsleep(101);
      await clock.advance(SECOND);
      await Promise.all(starting);
    };
    // Of a hundred that are not forgotten, some 80,000 stay.
    expect(await bytesLeftByEach(waitTogether, 20)).toBeLessThan(20_000);
  });

  test('that comes a thousand times at once is one task, returned to all when AWS has answered', async () => {
    const { tasks, clock, record, db } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = Promise.all(
      Array.from({ length: 1000 }, () => tasks.start(EVERYBODY, fromOpportunity(), 'token')),
    );
    await clock.whenAsleep(1001);
    const { items } = pageOf(await tasks.list(EVERYBODY, {}, { first: 10, after: null }));
    expect(items).toHaveLength(1);
    await record(items[0]?.item.id ?? '', COMPLETE);
    const outcomes = await starting;
    expect(outcomes.filter((outcome) => outcome.type === 'accepted' && !outcome.replayed)).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.type === 'accepted' && outcome.task.status === 'COMPLETE')).toBe(true);
    expect(await db.sql.selectFrom('transitions').select('sequence').execute()).toHaveLength(2);
  });

  test('that is repeated while it waits does so as well', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity(), 'token');
    await clock.whenAsleep(2);
    await clock.advance(3 * SECOND);
    const again = accepted(tasks, fromOpportunity(), 'token');
    await clock.whenAsleep(3);
    await clock.advance(5 * SECOND);
    expect([await isSettled(starting), await isSettled(again)]).toEqual([true, false]);
    await clock.advance(3 * SECOND);
    expect(await isSettled(again)).toBe(true);
  });
});
