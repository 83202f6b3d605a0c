import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../src/runtime/clock.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled } from '../../support/harness/task-harness.js';
import { bytesLeftByEach } from '../../support/checks/heap.js';
import { COMPLETE, IN_PROGRESS, REFUSED, countSubscribers, openTasks, pageOf } from '../../support/harness/tasks.js';

describe('Tasks.start', () => {
  test('a start with wrong input is refused with all problems, and nothing is written', async () => {
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

  test('a start without a token gets a token of its own', async () => {
    const { tasks } = await openTasks();
    const [one, other] = [await accepted(tasks, fromOpportunity()), await accepted(tasks, fromOpportunity())];
    expect(one.clientToken).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.id).not.toBe(one.id);
  });

  test('a start under a token with other input is refused with the id of the task of that token', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity(), 'token');
    const outcome = await tasks.start(EVERYBODY, fromOpportunity({ identifier: 'O2' }), 'token');
    expect(outcome).toMatchObject({ type: 'token-reused' });
    expect('message' in outcome && outcome.message).toContain(id);
  });

  test('a start returns as soon as AWS has answered', async () => {
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

  test('a start that AWS refuses is returned with its failure, and so is every replay', async () => {
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

  test('a start without an answer returns exactly after the configured wait, as it stands', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity());
    await clock.whenAsleep(2);
    await clock.advance(8 * SECOND - 1);
    expect(await isSettled(starting)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(starting)).toBe(true);
    expect(await starting).toMatchObject({ status: 'QUEUED' });
  });

  test.each(['while it waits', 'before it arrives'])(
    'a start returns at once as it stands when the gateway stops %s',
    async (when) => {
      const stopping = new AbortController();
      const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND, stopping: stopping.signal });
      if (when === 'before it arrives') stopping.abort();
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
    ['the wait is over', null],
  ])('a start leaves no timer and no subscriber behind when %s', async (_when, observation) => {
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

  test('a wait that is over leaves nothing in memory', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: SECOND });
    const waitTogether = async () => {
      const starting = Array.from({ length: 100 }, () => tasks.start(EVERYBODY, fromOpportunity(), 'token'));
      await clock.whenAsleep(101);
      await clock.advance(SECOND);
      await Promise.all(starting);
    };
    // A hundred waits that leak leave some 80,000 bytes in each measurement. Code that is compiled in this time stays once.
    const left: number[] = [];
    while (left.length < 3 && !left.some((bytes) => bytes < 20_000)) left.push(await bytesLeftByEach(waitTogether, 20));
    expect(Math.min(...left)).toBeLessThan(20_000);
  });

  test('a thousand equal starts at once are one task, which all callers get when AWS has answered', async () => {
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

  test('a start that is repeated during the wait waits for its own full time', async () => {
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
