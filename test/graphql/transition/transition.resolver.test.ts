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
import { codesOf, collect, sourceOf } from '../../support/server/run-operation.js';

const WITHOUT_RIGHT = { ...VIEWER, reads: 'none' } as const;

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
  '{ cursor sequence previousStatus status isTerminal observedAt message reasonCode task { __typename id status ' +
  'failure { category } } }';

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
  const SOURCE =
    `subscription ($id: ID = "task-one", $after: String, $from: StreamStart) { taskTransitions(id: $id, after: ` +
    `$after, from: $from) ${SELECTION} }`;

  test('each transition has the task in its state at that time, and the subscription ends with the stream', async () => {
    const tasks = fakeTasks({ follow: new FakeStream([QUEUED, FAILED]) });
    const source = `subscription { taskTransitions(id: "task-one") ${SELECTION} }`;
    expect(await collect(source, contextWith(tasks))).toEqual(
      EVENTS.map((taskTransitions) => ({ data: { taskTransitions } })),
    );
    expect(tasks.asked.follow).toEqual([[VIEWER, 'task-one', { type: 'current' }]]);
  });

  test('taskTransitions returns the iterator of Tasks unchanged, and its events carry the cursor', async () => {
    const stream = new FakeStream([QUEUED]);
    const source = await sourceOf(
      'subscription { taskTransitions(id: "task-one") { sequence } }',
      contextWith(fakeTasks({ follow: stream })),
    );
    expect(source).toBe(stream);
    expect((await stream.next()).value).toHaveProperty('cursor', 'cursor-7');
  });

  test.each<[string, object, string | null, StreamFrom]>([
    ['at the current state without arguments', {}, null, { type: 'current' }],
    ['at the current state for arguments that are null', { from: null, after: null }, null, { type: 'current' }],
    ['at the beginning with from: BEGINNING', { from: 'BEGINNING' }, null, { type: 'beginning' }],
    ['after a cursor', { after: 'c5' }, null, { type: 'after', cursor: 'c5' }],
    [
      'after a cursor, although from is BEGINNING',
      { after: 'c5', from: 'BEGINNING' },
      null,
      { type: 'after', cursor: 'c5' },
    ],
    ['after the cursor of the transport', { after: 'c5', from: 'BEGINNING' }, 'c8', { type: 'after', cursor: 'c8' }],
  ])('the stream begins %s', async (_title, variables, resumeAfter, from) => {
    const tasks = fakeTasks({ follow: new FakeStream([]) });
    expect(await collect(SOURCE, contextWith(tasks, { resumeAfter }), { ...variables })).toEqual([]);
    expect(tasks.asked.follow).toEqual([[VIEWER, 'task-one', from]]);
  });

  test('a task that is unknown or hidden is refused', async () => {
    const [answer, ...more] = await collect(SOURCE, contextWith(fakeTasks({ follow: { type: 'not-found' } })));
    expect(answer).toMatchObject({
      errors: [{ message: expect.stringContaining('task-one'), extensions: { code: 'NOT_FOUND' } }],
    });
    expect(more).toEqual([]);
  });

  test('the message truncates a long id', async () => {
    const answers = await collect(SOURCE, contextWith(fakeTasks({ follow: { type: 'not-found' } })), {
      id: 'x'.repeat(100_000),
    });
    expect(answers).toMatchObject([
      { errors: [{ message: `There is no task ${'x'.repeat(60)}…, or this caller may not see it.` }] },
    ]);
  });

  test('an invalid cursor is refused with the reason', async () => {
    expect(await collect(SOURCE, contextWith(fakeTasks({ follow: BAD_CURSOR })), { after: 'x' })).toMatchObject([
      { errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }] },
    ]);
  });

  test('a caller who may not read tasks is refused before the stream begins', async () => {
    const tasks = fakeTasks({});
    const [answer] = await collect(SOURCE, contextWith(tasks, { viewer: WITHOUT_RIGHT }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(tasks.asked.follow).toEqual([]);
  });
});

describe('Subscription.taskFeed', () => {
  const SOURCE = `subscription ($filter: TaskFilter, $after: String) { taskFeed(filter: $filter, after: $after) ${SELECTION} }`;

  test('a feed has the transitions of all tasks', async () => {
    const tasks = fakeTasks({ feed: new FakeStream([QUEUED, FAILED]) });
    expect(await collect(SOURCE, contextWith(tasks))).toEqual(EVENTS.map((taskFeed) => ({ data: { taskFeed } })));
    expect(tasks.asked.feed).toEqual([[VIEWER, {}, null]]);
  });

  test('taskFeed returns the iterator of Tasks unchanged', async () => {
    const stream = new FakeStream([QUEUED]);
    expect(await sourceOf('subscription { taskFeed { sequence } }', contextWith(fakeTasks({ feed: stream })))).toBe(
      stream,
    );
  });

  test('the filter is passed on, and the cursor of the transport takes precedence over the argument', async () => {
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

  test('a filter with more than 200 values is refused', async () => {
    const tasks = fakeTasks({ feed: new FakeStream([]) });
    expect(await collect(SOURCE, contextWith(tasks), { filter: { batchIds: Array(201).fill('one') } })).toMatchObject([
      {
        errors: [
          { message: 'batchIds has too many values (limit 200, got 201).', extensions: { code: 'BAD_USER_INPUT' } },
        ],
      },
    ]);
    expect(tasks.asked.feed).toEqual([]);
  });

  test('an invalid cursor is refused with the reason', async () => {
    expect(await collect(SOURCE, contextWith(fakeTasks({ feed: BAD_CURSOR })), { after: 'x' })).toMatchObject([
      { errors: [{ message: 'The cursor is damaged.', extensions: { code: 'INVALID_CURSOR' } }] },
    ]);
  });

  test('a caller who may not read tasks receives no feed', async () => {
    const [answer] = await collect(SOURCE, contextWith(fakeTasks({}), { viewer: WITHOUT_RIGHT }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
