import { describe, expect, test } from '@jest/globals';
import type { StreamFrom } from '../../../src/tasks/tasks.js';
import {
  BAD_CURSOR,
  FakeStream,
  VIEWER,
  aFailure,
  aTask,
  aTransition,
  contextWith,
  fakeTasks,
} from '../../support/fakes/fake-tasks.js';
import { codesOf, collect, sourceOf } from '../../support/harness/run-operation.js';

const NOBODY = { ...VIEWER, reads: 'none' } as const;

const QUEUED = aTransition({ position: 7 });
const FAILED = aTransition({
  position: 9,
  previousStatus: 'QUEUED',
  task: aTask({
    status: 'FAILED',
    sequence: 2,
    details: { reasonCode: 'InternalError', message: 'Sorry.' },
    failure: aFailure({ rawReasonCode: 'InternalError', message: 'Sorry.' }),
  }),
});

const SELECTION =
  '{ cursor sequence previousStatus status isTerminal observedAt message reasonCode task { __typename id status failure { category } } }';

const EVENTS = [
  {
    cursor: 'cursor-7',
    sequence: 1,
    previousStatus: null,
    status: 'QUEUED',
    isTerminal: false,
    observedAt: '2025-01-02T03:04:05.006Z',
    message: null,
    reasonCode: null,
    task: { __typename: 'EngagementFromOpportunityTask', id: 'task-one', status: 'QUEUED', failure: null },
  },
  {
    cursor: 'cursor-9',
    sequence: 2,
    previousStatus: 'QUEUED',
    status: 'FAILED',
    isTerminal: true,
    observedAt: '2025-01-02T03:04:05.006Z',
    message: 'Sorry.',
    reasonCode: 'INTERNAL_ERROR',
    task: {
      __typename: 'EngagementFromOpportunityTask',
      id: 'task-one',
      status: 'FAILED',
      failure: { category: 'WAIT_AND_RETRY' },
    },
  },
];

describe('Subscription.taskTransitions', () => {
  const SOURCE = `subscription ($id: ID = "task-one", $after: String, $from: StreamStart) { taskTransitions(id: $id, after: $after, from: $from) ${SELECTION} }`;

  test('shows each transition with the task as it stood, and ends with the stream', async () => {
    const tasks = fakeTasks({ follow: new FakeStream([QUEUED, FAILED]) });
    const source = `subscription { taskTransitions(id: "task-one") ${SELECTION} }`;
    expect(await collect(source, contextWith(tasks))).toEqual(
      EVENTS.map((taskTransitions) => ({ data: { taskTransitions } })),
    );
    expect(tasks.asked.follow).toEqual([[VIEWER, 'task-one', { type: 'current' }]]);
  });

  test('hands on the very iterator it got, whose events carry the cursor', async () => {
    const stream = new FakeStream([QUEUED]);
    const source = await sourceOf(
      'subscription { taskTransitions(id: "task-one") { sequence } }',
      contextWith(fakeTasks({ follow: stream })),
    );
    expect(source).toBe(stream);
    expect((await stream.next()).value).toHaveProperty('cursor', 'cursor-7');
  });

  test.each<[string, object, string | null, StreamFrom]>([
    ['at the current state when nothing is said', {}, null, { type: 'current' }],
    ['at the current state when null is said', { from: null, after: null }, null, { type: 'current' }],
    ['at the beginning when asked to', { from: 'BEGINNING' }, null, { type: 'beginning' }],
    ['after a cursor', { after: 'c5' }, null, { type: 'after', cursor: 'c5' }],
    [
      'after a cursor even when asked for the beginning',
      { after: 'c5', from: 'BEGINNING' },
      null,
      { type: 'after', cursor: 'c5' },
    ],
    [
      'where the transport says that it broke off',
      { after: 'c5', from: 'BEGINNING' },
      'c8',
      { type: 'after', cursor: 'c8' },
    ],
  ])('begins %s', async (_title, variables, resumeAfter, from) => {
    const tasks = fakeTasks({ follow: new FakeStream([]) });
    expect(await collect(SOURCE, contextWith(tasks, { resumeAfter }), { ...variables })).toEqual([]);
    expect(tasks.asked.follow).toEqual([[VIEWER, 'task-one', from]]);
  });

  test('refuses a task that is unknown or hidden', async () => {
    const [answer, ...more] = await collect(SOURCE, contextWith(fakeTasks({ follow: { type: 'not-found' } })));
    expect(answer).toMatchObject({
      errors: [{ message: expect.stringContaining('task-one'), extensions: { code: 'NOT_FOUND' } }],
    });
    expect(more).toEqual([]);
  });

  test('shows no more of a long id than helps to recognise it', async () => {
    const answers = await collect(SOURCE, contextWith(fakeTasks({ follow: { type: 'not-found' } })), {
      id: 'x'.repeat(100_000),
    });
    expect(answers).toMatchObject([
      { errors: [{ message: `There is no task ${'x'.repeat(60)}…, or this caller may not see it.` }] },
    ]);
  });

  test('refuses a bad cursor and says what is wrong with it', async () => {
    expect(await collect(SOURCE, contextWith(fakeTasks({ follow: BAD_CURSOR })), { after: 'x' })).toMatchObject([
      { errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }] },
    ]);
  });

  test('refuses a caller who may not read, before anything is followed', async () => {
    const tasks = fakeTasks({});
    const [answer] = await collect(SOURCE, contextWith(tasks, { viewer: NOBODY }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(tasks.asked.follow).toEqual([]);
  });
});

describe('Subscription.taskFeed', () => {
  const SOURCE = `subscription ($filter: TaskFilter, $after: String) { taskFeed(filter: $filter, after: $after) ${SELECTION} }`;

  test('shows each transition of all tasks', async () => {
    const tasks = fakeTasks({ feed: new FakeStream([QUEUED, FAILED]) });
    expect(await collect(SOURCE, contextWith(tasks))).toEqual(EVENTS.map((taskFeed) => ({ data: { taskFeed } })));
    expect(tasks.asked.feed).toEqual([[VIEWER, {}, null]]);
  });

  test('hands on the very iterator it got', async () => {
    const stream = new FakeStream([QUEUED]);
    expect(await sourceOf('subscription { taskFeed { sequence } }', contextWith(fakeTasks({ feed: stream })))).toBe(
      stream,
    );
  });

  test('hands the filter on, and the cursor of the transport before that of the argument', async () => {
    const tasks = fakeTasks({ feed: new FakeStream([]) });
    const filter = {
      statuses: ['FAILED'],
      kinds: ['ENGAGEMENT_BY_ACCEPTING_INVITATION', 'ENGAGEMENT_FROM_OPPORTUNITY'],
    };
    await collect(SOURCE, contextWith(tasks), { filter, after: 'c5' });
    await collect(SOURCE, contextWith(tasks, { resumeAfter: 'c8' }), { after: 'c5' });
    expect(tasks.asked.feed).toEqual([
      [VIEWER, filter, 'c5'],
      [VIEWER, {}, 'c8'],
    ]);
  });

  test('refuses a filter with more values than a reader is to go through at each event', async () => {
    const tasks = fakeTasks({ feed: new FakeStream([]) });
    expect(await collect(SOURCE, contextWith(tasks), { filter: { batchIds: Array(201).fill('one') } })).toMatchObject([
      {
        errors: [{ message: 'batchIds has 201 values. Expected at most 200.', extensions: { code: 'BAD_USER_INPUT' } }],
      },
    ]);
    expect(tasks.asked.feed).toEqual([]);
  });

  test('refuses a bad cursor and says what is wrong with it', async () => {
    expect(await collect(SOURCE, contextWith(fakeTasks({ feed: BAD_CURSOR })), { after: 'x' })).toMatchObject([
      { errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }] },
    ]);
  });

  test('refuses a caller who may not read', async () => {
    const [answer] = await collect(SOURCE, contextWith(fakeTasks({}), { viewer: NOBODY }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
