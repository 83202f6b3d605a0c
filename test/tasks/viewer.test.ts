import { describe, expect, test } from '@jest/globals';
import { EVERYBODY, accepted, fromOpportunity } from '../support/harness/task-harness.js';
import {
  ALICE,
  AUDITOR,
  BOB,
  COMPLETE,
  ANONYMOUS,
  OUTSIDER,
  STARTER,
  openTasks,
  pageOf,
  streamOf,
  take,
} from '../support/harness/tasks.js';

describe('The viewer', () => {
  async function withTasks() {
    const opened = await openTasks();
    const alice = await accepted(opened.tasks, fromOpportunity(), 't', ALICE);
    const bob = await accepted(opened.tasks, fromOpportunity({ catalog: 'AWS' }), 't', BOB);
    const anonymous = await accepted(opened.tasks, fromOpportunity(), 't', EVERYBODY);
    return { ...opened, alice, bob, anonymous };
  }

  test.each([
    ['a viewer that reads all sees every task', AUDITOR, ['alice', 'bob', 'anonymous']],
    ['a viewer that reads own sees only own tasks', ALICE, ['alice']],
    ['a viewer that reads none sees nothing, not even own tasks', STARTER, []],
    ['a viewer that reads own without a subject sees nothing', ANONYMOUS, []],
    [
      'a viewer with one catalog sees the tasks in it',
      { ...AUDITOR, catalogs: ['SANDBOX' as const] },
      ['alice', 'anonymous'],
    ],
    ['a viewer without a catalog sees nothing', OUTSIDER, []],
  ] as const)('%s', async (_, viewer, names) => {
    const all = await withTasks();
    const ids = names.map((name) => all[name].id);
    expect(
      pageOf(await all.tasks.list(viewer, {}, { first: 10, after: null })).items.map(({ item }) => item.id),
    ).toEqual([...ids].reverse());
    expect(await all.tasks.count(viewer, {})).toBe(ids.length);
    for (const task of [all.alice, all.bob, all.anonymous]) {
      const seen = ids.includes(task.id);
      expect((await all.tasks.find(viewer, task.id)) !== null).toBe(seen);
      const stream = await all.tasks.follow(viewer, task.id, { type: 'current' });
      expect('type' in stream ? stream.type : 'stream').toBe(seen ? 'stream' : 'not-found');
      if (!('type' in stream)) await stream.return?.();
    }
    const feed = streamOf(await all.tasks.feed(viewer, {}, null));
    for (const task of [all.alice, all.bob, all.anonymous]) await all.record(task.id, COMPLETE);
    const fed = await take(feed, ids.length);
    expect(fed.map((transition) => transition.task.id)).toEqual(ids);
    await feed.return?.();
  });

  test('a task that does not exist is not found by id, and not followed', async () => {
    const { tasks } = await openTasks();
    expect(await tasks.find(EVERYBODY, 'unknown')).toBeNull();
    expect(await tasks.follow(EVERYBODY, 'unknown', { type: 'current' })).toEqual({ type: 'not-found' });
  });
});
