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

describe('who may see what', () => {
  async function withTasks() {
    const opened = await openTasks();
    const alice = await accepted(opened.tasks, fromOpportunity(), 't', ALICE);
    const bob = await accepted(opened.tasks, fromOpportunity({ catalog: 'AWS' }), 't', BOB);
    const nobody = await accepted(opened.tasks, fromOpportunity(), 't', EVERYBODY);
    return { ...opened, alice, bob, nobody };
  }

  test.each([
    ['whoever reads all: everything', AUDITOR, ['alice', 'bob', 'nobody']],
    ['whoever reads own: only that', ALICE, ['alice']],
    ['whoever reads none: nothing, not even what they started', STARTER, []],
    ['whoever reads own without a name: nothing', ANONYMOUS, []],
    ['whoever may use one catalog: what is in it', { ...AUDITOR, catalogs: ['SANDBOX' as const] }, ['alice', 'nobody']],
    ['whoever may use no catalog: nothing', OUTSIDER, []],
  ] as const)('%s', async (_, viewer, names) => {
    const all = await withTasks();
    const ids = names.map((name) => all[name].id);
    expect(
      pageOf(await all.tasks.list(viewer, {}, { first: 10, after: null })).items.map(({ item }) => item.id),
    ).toEqual([...ids].reverse());
    expect(await all.tasks.count(viewer, {})).toBe(ids.length);
    for (const task of [all.alice, all.bob, all.nobody]) {
      const seen = ids.includes(task.id);
      expect((await all.tasks.find(viewer, task.id)) !== null).toBe(seen);
      const stream = await all.tasks.follow(viewer, task.id, { type: 'current' });
      expect('type' in stream ? stream.type : 'stream').toBe(seen ? 'stream' : 'not-found');
      if (!('type' in stream)) await stream.return?.();
    }
    const feed = streamOf(await all.tasks.feed(viewer, {}, null));
    for (const task of [all.alice, all.bob, all.nobody]) await all.record(task.id, COMPLETE);
    const fed = await take(feed, ids.length);
    expect(fed.map((transition) => transition.task.id)).toEqual(ids);
    await feed.return?.();
  });

  test('a task that does not exist is not found', async () => {
    const { tasks } = await openTasks();
    expect(await tasks.find(EVERYBODY, 'nobody')).toBeNull();
    expect(await tasks.follow(EVERYBODY, 'nobody', { type: 'current' })).toEqual({ type: 'not-found' });
  });
});
