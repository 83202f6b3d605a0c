/** Each transition of a stream has the present state of its task, so that a cache of a client never goes back. */
import { describe, expect, test } from '@jest/globals';
import type { Tasks, Transition } from '../../../src/tasks/tasks.js';
import { recordStatements } from '../../support/checks/query-plans.js';
import { EVERYBODY, accepted, fromOpportunity, openTaskHarness } from '../../support/harness/task-harness.js';
import { COMPLETE, IN_PROGRESS, openTasks, streamOf, take } from '../../support/harness/tasks.js';

const shown = ({ sequence, task, present }: Transition) => [sequence, task.status, present.status];
const READS_TASKS = /^select .* from "tasks" where .*"id" in/;
const HISTORY = [
  [1, 'QUEUED', 'COMPLETE'],
  [2, 'IN_PROGRESS', 'COMPLETE'],
  [3, 'COMPLETE', 'COMPLETE'],
];

/** A finished task, one that goes on, and the cursor before both. */
async function openHistory() {
  const opened = await openTasks();
  const begin = await opened.tasks.logCursor();
  const { id } = await accepted(opened.tasks, fromOpportunity());
  const { id: other } = await accepted(opened.tasks, fromOpportunity());
  await opened.record(id, IN_PROGRESS);
  await opened.record(id, COMPLETE);
  return { ...opened, id, other, begin };
}

async function replay(tasks: Tasks, after: string, count: number): Promise<Transition[]> {
  const stream = streamOf(await tasks.feed(EVERYBODY, {}, after));
  const transitions = await take(stream, count);
  await stream.return?.();
  return transitions;
}

describe('a transition that others have followed', () => {
  test('a feed that resumes from memory delivers it with the present task', async () => {
    const { tasks, id, other, begin } = await openHistory();
    const transitions = await replay(tasks, begin, 4);
    expect(transitions.filter(({ task }) => task.id === id).map(shown)).toEqual(HISTORY);
    expect(transitions.filter(({ task }) => task.id === other).map(shown)).toEqual([[1, 'QUEUED', 'QUEUED']]);
  });

  test('a feed that resumes from the log, as after a restart, reads the present tasks of a page by one statement', async () => {
    const { db, id, begin } = await openHistory();
    const recorder = recordStatements(db);
    const { tasks } = await openTaskHarness({ db: recorder.db });
    recorder.take();
    const transitions = await replay(tasks, begin, 4);
    expect(transitions.filter(({ task }) => task.id === id).map(shown)).toEqual(HISTORY);
    expect(recorder.take().filter(({ sql }) => READS_TASKS.test(sql))).toHaveLength(1);
  });

  test('a feed that keeps up reads no task', async () => {
    const { db, record } = await openTasks();
    const recorder = recordStatements(db);
    const { tasks } = await openTaskHarness({ db: recorder.db, startWaitMs: 0 });
    const stream = streamOf(await tasks.feed(EVERYBODY, {}, null));
    const first = stream.next();
    const { id } = await accepted(tasks, fromOpportunity());
    expect((await first).value?.present.status).toBe('QUEUED');
    recorder.take();
    const next = stream.next();
    await record(id, IN_PROGRESS);
    expect((await next).value?.present.status).toBe('IN_PROGRESS');
    expect(recorder.take().filter(({ sql }) => READS_TASKS.test(sql))).toEqual([]);
    await stream.return?.();
  });

  test('the stream of one task delivers it with the present task, without another statement', async () => {
    const { db, id } = await openHistory();
    const recorder = recordStatements(db);
    const { tasks } = await openTaskHarness({ db: recorder.db });
    recorder.take();
    const stream = streamOf(await tasks.follow(EVERYBODY, id, { type: 'beginning' }));
    expect((await take(stream, 3)).map(shown)).toEqual(HISTORY);
    expect(recorder.take()).toHaveLength(1);
  });

  test('two streams that read from memory deliver the same object, so that they share its result', async () => {
    const { tasks, record } = await openTasks();
    const begin = await tasks.logCursor();
    // A page of 16, which each stream reads from the log, precedes them.
    for (let count = 1; count <= 9; count += 1) {
      const { id } = await accepted(tasks, fromOpportunity());
      await record(id, IN_PROGRESS);
    }
    const [one, other] = await Promise.all([replay(tasks, begin, 18), replay(tasks, begin, 18)]);
    expect(one.slice(16).map(shown)).toEqual([
      [1, 'QUEUED', 'IN_PROGRESS'],
      [2, 'IN_PROGRESS', 'IN_PROGRESS'],
    ]);
    for (const index of [16, 17]) expect(other[index]).toBe(one[index]);
  });
});
