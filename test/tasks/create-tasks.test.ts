import type { CursorProblem } from '../../src/transitions/cursor.js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SECOND } from '../../src/clock.js';
import { CATALOGS, TASK_KINDS, type TaskInput } from '../../src/partner-central/task-kind.js';
import { recordObservation } from '../../src/tasks/record.js';
import { TASK_STATUSES, type Observation, type Task } from '../../src/tasks/task.js';
import type { Page, Stream, TaskFilter, Tasks, Transition } from '../../src/tasks/tasks.js';
import { maySee, type Viewer } from '../../src/tasks/viewer.js';
import { beginEpoch } from '../../src/transitions/log.js';
import { EVERYBODY, accepted, answerWith, fromEngagement, fromOpportunity, isSettled, openCore } from '../support/core.js';
import { createManualClock } from '../support/manual-clock.js';

const ALICE: Viewer = { ...EVERYBODY, subject: 'alice', reads: 'own' };
const BOB: Viewer = { ...EVERYBODY, subject: 'bob', reads: 'own' };
const AUDITOR: Viewer = { ...EVERYBODY, subject: 'auditor', reads: 'all' };
const STARTER: Viewer = { ...EVERYBODY, subject: 'alice', reads: 'none' };
const NOBODY: Viewer = { ...EVERYBODY, subject: null, reads: 'own' };
const OUTSIDER: Viewer = { ...AUDITOR, catalogs: [] };

const IN_PROGRESS: Observation = { type: 'answered', answer: answerWith({ taskId: 'task-1' }) };
const COMPLETE: Observation = { type: 'answered', answer: answerWith({ status: 'COMPLETE', taskId: 'task-1' }) };
const REFUSED: Observation = {
  type: 'refused',
  failure: { rawReasonCode: null, errorCode: 'CONFLICT', awsCode: 'ConflictException', message: 'no', fieldErrors: [] },
};

/** Tasks whose starts return at once, unless told otherwise, with what a worker would write. */
async function openTasks(options: { startWaitMs?: number; stopping?: AbortSignal } = {}) {
  const clock = createManualClock();
  const core = await openCore({ startWaitMs: 0, ...options, clock });
  const epoch = await core.db.write(beginEpoch);
  const record = (id: string, observation: Observation) => recordObservation(core.db, core.telemetry, epoch, id, observation, 0);
  return { ...core, clock, record };
}

function pageOf<T>(page: Page<T> | CursorProblem): Page<T> {
  if ('type' in page) throw new Error('The cursor is wrong.');
  return page;
}

function streamOf(stream: Awaited<ReturnType<Tasks['follow']>>): Stream {
  if ('type' in stream) throw new Error(`There is no stream: ${JSON.stringify(stream)}`);
  return stream;
}

async function take(stream: Stream, count: number): Promise<Transition[]> {
  const taken: Transition[] = [];
  while (taken.length < count) {
    const result = await stream.next();
    if (result.done === true) throw new Error(`The stream ended after ${taken.length}.`);
    taken.push(result.value);
  }
  return taken;
}

describe('a start', () => {
  test('with wrong input is answered with all problems, and nothing is written', async () => {
    const { tasks } = await openTasks();
    const outcome = await tasks.start({ ...EVERYBODY, catalogs: ['SANDBOX'] }, fromOpportunity({ catalog: 'AWS', identifier: 'X' }), '');
    expect(outcome).toMatchObject({ type: 'invalid', problems: [{ path: ['catalog'] }, { path: ['identifier'] }, { path: ['clientToken'] }] });
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
    const [{ item: queued } = { item: null }] = pageOf(await tasks.list(EVERYBODY, {}, { first: 1, after: null })).items;
    await record(queued?.id ?? '', IN_PROGRESS);
    expect(await starting).toMatchObject({ status: 'IN_PROGRESS', sequence: 2, details: { taskId: 'task-1' } });
  });

  test('that AWS refuses is returned with its failure, and so is every replay', async () => {
    const { tasks, clock, record } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = tasks.start(EVERYBODY, fromOpportunity(), 'token');
    await clock.whenAsleep(2);
    const [{ item: queued } = { item: null }] = pageOf(await tasks.list(EVERYBODY, {}, { first: 1, after: null })).items;
    await record(queued?.id ?? '', REFUSED);
    const first = await starting;
    expect(first).toMatchObject({ type: 'accepted', replayed: false, task: { status: 'REJECTED', failure: { errorCode: 'CONFLICT' } } });
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

  test.each(['while it waits', 'before it comes'])('returns at once as it stands when the gateway stops %s', async (when) => {
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
  });

  test('leaves no sleeper and no follower behind', async () => {
    const { tasks, clock, record } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity());
    await clock.whenAsleep(2);
    const [{ item: queued } = { item: null }] = pageOf(await tasks.list(EVERYBODY, {}, { first: 1, after: null })).items;
    await record(queued?.id ?? '', COMPLETE);
    await starting;
    await isSettled(starting);
    expect(clock.sleepers()).toBe(1);
  });

  test('that comes a thousand times at once is one task, returned to all when AWS has answered', async () => {
    const { tasks, clock, record, db } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = Promise.all(Array.from({ length: 1000 }, () => tasks.start(EVERYBODY, fromOpportunity(), 'token')));
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
    ['whoever reads own without a name: nothing', NOBODY, []],
    ['whoever may use one catalog: what is in it', { ...AUDITOR, catalogs: ['SANDBOX' as const] }, ['alice', 'nobody']],
    ['whoever may use no catalog: nothing', OUTSIDER, []],
  ] as const)('%s', async (_, viewer, names) => {
    const all = await withTasks();
    const ids = names.map((name) => all[name].id);
    expect(pageOf(await all.tasks.list(viewer, {}, { first: 10, after: null })).items.map(({ item }) => item.id)).toEqual([...ids].reverse());
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

describe('the list', () => {
  /** Sixty tasks of all kinds, catalogs, statuses and people. */
  async function withManyTasks() {
    const opened = await openTasks();
    const all: Task[] = [];
    const observations = [null, IN_PROGRESS, COMPLETE, REFUSED, { type: 'answered', answer: answerWith({ status: 'FAILED' }) } as const];
    for (let index = 0; index < 60; index += 1) {
      const catalog = CATALOGS[index % 2] ?? 'AWS';
      const input: TaskInput =
        index % 3 === 0 ? fromEngagement({ catalog, identifier: `eng-0000000000000${index % 4}` }) : fromOpportunity({ catalog, identifier: `O${index % 7}` });
      const task = await accepted(opened.tasks, input, null, { ...EVERYBODY, subject: ['alice', 'bob', null][index % 5] ?? null });
      const observation = observations[index % 5] ?? null;
      all.unshift((observation === null ? null : await opened.record(task.id, observation)) ?? task);
    }
    return { ...opened, all };
  }

  const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
  const aFilter: fc.Arbitrary<TaskFilter> = fc.record({
    kinds: some(TASK_KINDS),
    catalogs: some(CATALOGS),
    statuses: some(TASK_STATUSES),
    identifiers: some(['O1', 'O2', 'O3', 'eng-00000000000000', 'eng-00000000000003', 'O99']),
    startedBy: fc.option(fc.constantFrom('alice', 'bob', 'carol'), { nil: undefined }),
  });
  const aViewer = fc.constantFrom(EVERYBODY, AUDITOR, ALICE, BOB, NOBODY, STARTER, OUTSIDER, { ...AUDITOR, catalogs: ['SANDBOX' as const] });

  function fits(task: Task, filter: TaskFilter): boolean {
    if (filter.kinds && !filter.kinds.includes(task.input.kind)) return false;
    if (filter.catalogs && !filter.catalogs.includes(task.input.catalog)) return false;
    if (filter.statuses && !filter.statuses.includes(task.status)) return false;
    if (filter.identifiers && !filter.identifiers.includes(task.input.identifier)) return false;
    return filter.startedBy === undefined || task.subject === filter.startedBy;
  }

  test('holds what fits and may be seen, newest first, in pages without a gap or a repeat, and is counted', async () => {
    const { tasks, all } = await withManyTasks();
    await fc.assert(
      fc.asyncProperty(aViewer, aFilter, fc.integer({ min: 1, max: 70 }), async (viewer, filter, first) => {
        const expected = all.filter((task) => fits(task, filter) && maySee(viewer, task));
        const found: Task[] = [];
        let after: string | null = null;
        for (;;) {
          const page: Page<Task> = pageOf(await tasks.list(viewer, filter, { first, after }));
          expect(page.hasPreviousPage).toBe(after !== null);
          found.push(...page.items.map(({ item }) => item));
          if (!page.hasNextPage) break;
          expect(page.items).toHaveLength(first);
          after = page.items.at(-1)?.cursor ?? null;
        }
        expect(found).toEqual(expected);
        expect(await tasks.count(viewer, filter)).toBe(expected.length);
      }),
      { verbose: 1 },
    );
  });

  test('goes on where a page ended, whatever was started meanwhile', async () => {
    const { tasks } = await openTasks();
    const before = [];
    for (let index = 0; index < 6; index += 1) before.unshift((await accepted(tasks, fromOpportunity())).id);
    const first = pageOf(await tasks.list(EVERYBODY, {}, { first: 3, after: null }));
    await accepted(tasks, fromOpportunity());
    const second = pageOf(await tasks.list(EVERYBODY, {}, { first: 3, after: first.items.at(-1)?.cursor ?? '' }));
    expect([...first.items, ...second.items].map(({ item }) => item.id)).toEqual(before);
    expect(second.hasNextPage).toBe(false);
  });

  test.each(['', 'nonsense', 'n'])('refuses the cursor %j with what to do', async (after) => {
    const { tasks } = await openTasks();
    expect(await tasks.list(EVERYBODY, {}, { first: 1, after })).toMatchObject({ type: 'bad-cursor', message: expect.stringContaining('damaged') });
  });

  test('refuses the cursor of a transition', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const cursor = pageOf(await tasks.transitions(id, { first: 1, after: null })).items[0]?.cursor ?? '';
    expect(await tasks.list(EVERYBODY, {}, { first: 1, after: cursor })).toMatchObject({ type: 'bad-cursor' });
  });
});

describe('the transitions of a task', () => {
  test('are listed oldest first in pages, each with the task as it stood then', async () => {
    const { tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const { id: other } = await accepted(tasks, fromOpportunity());
    await record(id, IN_PROGRESS);
    await record(other, IN_PROGRESS);
    await record(id, COMPLETE);
    const first = pageOf(await tasks.transitions(id, { first: 2, after: null }));
    const second = pageOf(await tasks.transitions(id, { first: 2, after: first.items.at(-1)?.cursor ?? '' }));
    expect([first.hasPreviousPage, first.hasNextPage, second.hasPreviousPage, second.hasNextPage]).toEqual([false, true, true, false]);
    const all = [...first.items, ...second.items].map(({ item }) => item);
    expect(all.map(({ sequence, previousStatus, task }) => [sequence, previousStatus, task.status, task.id])).toEqual([
      [1, null, 'QUEUED', id],
      [2, 'QUEUED', 'IN_PROGRESS', id],
      [3, 'IN_PROGRESS', 'COMPLETE', id],
    ]);
    expect(all[1]?.task.details.taskId).toBe('task-1');
  });

  test('are followed from the current one, from the beginning, or after a cursor, to the last', async () => {
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

  test('of a task that has ended are followed to the last, and after the last there is nothing to wait for', async () => {
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

  test('are not followed after a cursor that is damaged, or of the list of tasks', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const [{ cursor: ofList } = { cursor: '' }] = pageOf(await tasks.list(EVERYBODY, {}, { first: 1, after: null })).items;
    for (const cursor of ['nonsense', ofList]) {
      expect(await tasks.follow(EVERYBODY, id, { type: 'after', cursor })).toMatchObject({ type: 'bad-cursor' });
      expect(await tasks.feed(EVERYBODY, {}, cursor)).toMatchObject({ type: 'bad-cursor' });
    }
  });
});

describe('the feed', () => {
  test('begins now, or after a cursor, and holds what fits the filter at each transition', async () => {
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
});
