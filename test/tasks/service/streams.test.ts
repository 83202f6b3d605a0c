import { describe, expect, jest, test } from '@jest/globals';
import type { Transition } from '../../../src/tasks/tasks.js';
import {
  EVERYBODY,
  accepted,
  fromEngagement,
  fromOpportunity,
  isSettled,
  openTaskHarness,
} from '../../support/harness/task-harness.js';
import { deferred } from '../../support/harness/deferred.js';
import { recordStatements } from '../../support/checks/query-plans.js';
import {
  ALICE,
  BOB,
  COMPLETE,
  IN_PROGRESS,
  countSubscribers,
  openTasks,
  pageOf,
  streamOf,
  take,
} from '../../support/harness/tasks.js';

describe('The transitions of a task', () => {
  test('transitions are listed oldest first in pages, each with the task as it stood then', async () => {
    const { tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const { id: other } = await accepted(tasks, fromOpportunity());
    await record(id, IN_PROGRESS);
    await record(other, IN_PROGRESS);
    await record(id, COMPLETE);
    const first = pageOf(await tasks.transitions(id, { first: 2, after: null }));
    const second = pageOf(await tasks.transitions(id, { first: 2, after: first.items.at(-1)?.cursor ?? '' }));
    expect([first.hasPreviousPage, first.hasNextPage, second.hasPreviousPage, second.hasNextPage]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const all = [...first.items, ...second.items].map(({ item }) => item);
    expect(all.map(({ sequence, previousStatus, task }) => [sequence, previousStatus, task.status, task.id])).toEqual([
      [1, null, 'QUEUED', id],
      [2, 'QUEUED', 'IN_PROGRESS', id],
      [3, 'IN_PROGRESS', 'COMPLETE', id],
    ]);
    expect(all[1]?.task.details.taskId).toBe('task-1');
  });

  test('a stream delivers from the current transition, from the first or after a cursor up to the terminal one', async () => {
    const { tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    await record(id, IN_PROGRESS);
    const [{ cursor } = { cursor: '' }] = pageOf(await tasks.transitions(id, { first: 1, after: null })).items;
    const streams = [
      streamOf(await tasks.follow(EVERYBODY, id, { type: 'current' })),
      streamOf(await tasks.follow(EVERYBODY, id, { type: 'beginning' })),
      streamOf(await tasks.follow(EVERYBODY, id, { type: 'after', cursor })),
    ];
    const ends = streams.map(async (stream) => {
      const seen = [];
      for await (const { sequence } of stream) seen.push(sequence);
      return seen;
    });
    await record(id, COMPLETE);
    expect(await Promise.all(ends)).toEqual([
      [2, 3],
      [1, 2, 3],
      [2, 3],
    ]);
  });

  test('a resumed stream takes one statement, because it reads the transition of the cursor with those after it', async () => {
    const { db, tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    await record(id, IN_PROGRESS);
    const [{ cursor } = { cursor: '' }] = pageOf(await tasks.transitions(id, { first: 1, after: null })).items;
    const recorder = recordStatements(db);
    const resumed = await openTaskHarness({ db: recorder.db });
    recorder.take();
    const stream = streamOf(await resumed.tasks.follow(EVERYBODY, id, { type: 'after', cursor }));
    expect((await stream.next()).value?.sequence).toBe(2);
    expect(recorder.take()).toHaveLength(1);
    expect(pageOf(await resumed.tasks.transitions(id, { first: 1, after: cursor })).items).toHaveLength(1);
    expect(recorder.take()).toHaveLength(1);
    await stream.return?.();
  });

  test('a stream of a finished task ends after the terminal transition, and at once when it begins after it', async () => {
    const { tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    await record(id, COMPLETE);
    const stream = streamOf(await tasks.follow(EVERYBODY, id, { type: 'current' }));
    const [{ cursor, sequence } = { cursor: '', sequence: 0 }] = await take(stream, 1);
    expect(sequence).toBe(2);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    const after = streamOf(await tasks.follow(EVERYBODY, id, { type: 'after', cursor }));
    expect(await after.next()).toEqual({ done: true, value: undefined });
  });

  test('a stream delivers the terminal transition that commits between its read of the log and its read of the task', async () => {
    const { tasks, record, db } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    await record(id, IN_PROGRESS);
    const cursor = pageOf(await tasks.transitions(id, { first: 10, after: null })).items.at(-1)?.cursor ?? '';
    const { promise: reached, resolve: reach } = deferred();
    const { promise: released, resolve: release } = deferred();
    const execute = db.sql.executeQuery.bind(db.sql);
    jest.spyOn(db.sql.getExecutor(), 'executeQuery').mockImplementationOnce(async (query) => {
      reach();
      await released;
      return execute(query);
    });
    const following = tasks.follow(EVERYBODY, id, { type: 'after', cursor });
    await reached;
    await record(id, COMPLETE);
    release();
    const stream = streamOf(await following);
    expect((await take(stream, 1)).map(({ task }) => task.status)).toEqual(['COMPLETE']);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('a stream is refused after a damaged cursor and after a cursor of the list', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const [{ cursor: ofList } = { cursor: '' }] = pageOf(
      await tasks.list(EVERYBODY, {}, { first: 1, after: null }),
    ).items;
    for (const cursor of ['nonsense', ofList]) {
      expect(await tasks.follow(EVERYBODY, id, { type: 'after', cursor })).toMatchObject({ type: 'bad-cursor' });
      expect(await tasks.feed(EVERYBODY, {}, cursor)).toMatchObject({ type: 'bad-cursor' });
    }
  });

  test('a refused stream leaves no subscriber behind', async () => {
    const { tasks, hub } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity(), null, ALICE);
    const subscribers = countSubscribers(hub);
    for (const wanted of [id, 'none'])
      expect(await tasks.follow(BOB, wanted, { type: 'current' })).toEqual({ type: 'not-found' });
    expect(subscribers()).toBe(0);
    await tasks.follow(ALICE, id, { type: 'current' });
    expect(subscribers()).toBe(1);
  });

  test('a stream whose first read fails leaves no subscriber behind', async () => {
    const { tasks, hub, db } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const subscribers = countSubscribers(hub);
    await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    await expect(tasks.follow(EVERYBODY, id, { type: 'current' })).rejects.toThrow('transitions');
    expect(subscribers()).toBe(0);
  });
});

describe('The feed', () => {
  test('a feed begins now or after a cursor, and delivers the transitions whose task matches the filter then', async () => {
    const { tasks, record } = await openTasks();
    const { id: earlier } = await accepted(tasks, fromOpportunity());
    const [{ cursor } = { cursor: '' }] = pageOf(await tasks.transitions(earlier, { first: 1, after: null })).items;
    await record(earlier, IN_PROGRESS);
    const now = streamOf(await tasks.feed(EVERYBODY, {}, null));
    const resumed = streamOf(await tasks.feed(EVERYBODY, {}, cursor));
    const ended = streamOf(await tasks.feed(EVERYBODY, { statuses: ['COMPLETE'] }, null));
    const { id: later } = await accepted(tasks, fromEngagement());
    await record(later, IN_PROGRESS);
    await record(earlier, COMPLETE);
    const shown = (transitions: readonly Transition[]) => transitions.map(({ task }) => [task.id, task.status]);
    const fresh = [
      [later, 'QUEUED'],
      [later, 'IN_PROGRESS'],
      [earlier, 'COMPLETE'],
    ];
    expect(shown(await take(now, 3))).toEqual(fresh);
    expect(shown(await take(resumed, 4))).toEqual([[earlier, 'IN_PROGRESS'], ...fresh]);
    expect(shown(await take(ended, 1))).toEqual([[earlier, 'COMPLETE']]);
    for (const stream of [now, resumed, ended]) await stream.return?.();
  });

  test('a feed fails with an error of the log that a wait cannot end', async () => {
    const { tasks, db } = await openTasks();
    const feed = streamOf(await tasks.feed(EVERYBODY, {}, null));
    await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    const next = feed.next();
    expect(await isSettled(next)).toBe(true);
    await expect(next).rejects.toThrow('transitions');
    await feed.return?.();
  });
});
