import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { DAY, SECOND } from '../../src/runtime/clock.js';
import { batchFrom, batchIdOf, checkBatch, sendingMs } from '../../src/tasks/task-batch.js';
import type { Database } from '../../src/db/database.js';
import type { StatusSummary } from '../../src/tasks/store/list.js';
import { acceptStarts } from '../../src/tasks/accept.js';
import { TASK_STATUSES } from '../../src/tasks/task.js';
import type { BatchOutcome, WantedStart } from '../../src/tasks/tasks.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  fromEngagement,
  fromOpportunity,
  openTaskHarness,
} from '../support/harness/task-harness.js';
import {
  ALICE,
  AUDITOR,
  BOB,
  COMPLETE,
  REFUSED,
  STARTER,
  openTasks,
  pageOf,
  streamOf,
  take,
} from '../support/harness/tasks.js';
import { withPlugin } from '../support/harness/transaction.js';

const WRITES = { perSecond: 1, perDay: 10_000, availableNow: 1, remainingToday: 10_000 };

const standing = (more: Partial<StatusSummary>): StatusSummary => ({
  status: 'QUEUED',
  count: 1,
  firstCreatedAt: 0,
  lastPosition: 1,
  durationMs: 0,
  ...more,
});

describe('sending', () => {
  test.each([
    ['nothing', 0, 10_000, 0],
    ['one', 1, 10_000, 1020],
    ['two hundred', 200, 10_000, 204 * SECOND],
    ['what is left of the day', 50, 50, 51 * SECOND],
    ['one more than is left of the day', 51, 50, DAY + 1020],
    ['the next day’s', 10_000, 0, DAY + 10_200 * SECOND],
    ['one more than the next day’s', 10_001, 0, 2 * DAY + 1020],
  ])('%s takes as long as the quota says', (_, count, remainingToday, ms) => {
    expect(sendingMs(count, { ...WRITES, remainingToday })).toBe(ms);
  });

  test('more never takes less, and neither does sending it with less left of the day', () => {
    const natural = fc.nat({ max: 30_000 });
    fc.assert(
      fc.property(natural, natural, natural, natural, (a, b, c, d) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        const [little, much] = [Math.min(c, d), Math.max(c, d)];
        expect(sendingMs(many, { ...WRITES, remainingToday: much })).toBeGreaterThanOrEqual(
          sendingMs(few, { ...WRITES, remainingToday: much }),
        );
        expect(sendingMs(many, { ...WRITES, remainingToday: little })).toBeGreaterThanOrEqual(
          sendingMs(many, { ...WRITES, remainingToday: much }),
        );
      }),
      { verbose: 1 },
    );
  });
});

describe('a batch', () => {
  test('is expected to end when its last start is sent and has taken what tasks take: 3 s while none has ended', () => {
    const standings = [
      standing({ count: 10 }),
      standing({ status: 'IN_PROGRESS', firstCreatedAt: 5 }),
      standing({ status: 'REJECTED', durationMs: 99 }),
    ];
    expect(batchFrom('id', standings, 100, WRITES, 1000)).toEqual({
      id: 'id',
      createdAt: 0,
      counts: { QUEUED: 10, IN_PROGRESS: 1, COMPLETE: 0, FAILED: 0, REJECTED: 1 },
      totalCount: 12,
      isFinished: false,
      expectedEndAt: 1000 + 102 * SECOND + 3 * SECOND,
    });
  });

  test('is expected to go on as its tasks have gone so far', () => {
    const standings = [
      standing({ status: 'IN_PROGRESS' }),
      standing({ status: 'COMPLETE', count: 3, durationMs: 3000 }),
      standing({ status: 'FAILED', durationMs: 5000 }),
    ];
    expect(batchFrom('id', standings, 0, WRITES, 1000).expectedEndAt).toBe(1000 + 2000);
  });

  test('that is finished is expected no more', () => {
    const standings = (['COMPLETE', 'FAILED', 'REJECTED'] as const).map((status) => standing({ status }));
    expect(batchFrom('id', standings, 0, WRITES, 0)).toMatchObject({
      isFinished: true,
      expectedEndAt: null,
      totalCount: 3,
    });
  });

  test.each(TASK_STATUSES)('counts a %s task once', (status) => {
    const { counts, totalCount } = batchFrom('id', [standing({ status, count: 7 })], 0, WRITES, 0);
    expect(counts).toEqual({ QUEUED: 0, IN_PROGRESS: 0, COMPLETE: 0, FAILED: 0, REJECTED: 0, [status]: 7 });
    expect(totalCount).toBe(7);
  });

  test.each([
    [0, ['No input was given. Expected 1 to 200.']],
    [1, []],
    [200, []],
    [201, ['201 inputs are too many. Expected 1 to 200.']],
  ])('may have 1 to 200 starts: %d', (count, messages) => {
    expect(checkBatch(count).map(({ message }) => message)).toEqual(messages);
  });

  test('has the same id for ever, and another one for other subjects, catalogs, tokens and orders', () => {
    const [a, b] = [
      { input: fromOpportunity(), clientToken: 'a' },
      { input: fromOpportunity(), clientToken: 'b' },
    ];
    const others = [
      batchIdOf('alice', [a, b]),
      batchIdOf('alice', [b, a]),
      batchIdOf('alice', [a]),
      batchIdOf('bob', [a, b]),
      batchIdOf(null, [a, b]),
      batchIdOf('alice', [a, { ...b, input: fromOpportunity({ catalog: 'AWS' }) }]),
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(batchIdOf('alice', [{ ...a, input: fromOpportunity({ identifier: 'O2' }) }, b])).toBe(others[0]);
    expect(others[0]).toBe('868ec3ee-2c9e-52c3-b0b2-6e59bf173b3e');
  });
});

describe('many starts at once', () => {
  const wanted = (...tokens: string[]): WantedStart[] =>
    tokens.map((clientToken, index) => ({ input: fromOpportunity({ identifier: `O${index + 1}` }), clientToken }));
  function startedOf(outcome: BatchOutcome) {
    if (outcome.type !== 'started') throw new Error(`They were refused: ${JSON.stringify(outcome)}`);
    return outcome;
  }
  const taskOf = (outcome: BatchOutcome, index: number) => {
    const one = startedOf(outcome).outcomes[index];
    if (one?.type !== 'accepted') throw new Error(`Start ${index} was refused: ${JSON.stringify(one)}`);
    return one.task;
  };

  test('are queued in their order, one batch, without waiting for AWS, and are told to whoever follows', async () => {
    const { tasks, clock } = await openTasks({ startWaitMs: 8 * SECOND });
    const feed = streamOf(await tasks.feed(ALICE, {}, null));
    const sleepers = clock.sleepers();
    const outcome = startedOf(await tasks.startMany(ALICE, wanted('a', 'b', 'c')));
    expect(clock.sleepers()).toBe(sleepers);
    expect(outcome.batch).toMatchObject({
      totalCount: 3,
      counts: { QUEUED: 3 },
      createdAt: clock.now(),
      expectedEndAt: clock.now() + 3 * 1020 + 3 * SECOND,
    });
    const batchId = outcome.batch?.id ?? '';
    expect(outcome.outcomes).toMatchObject(
      ['O1', 'O2', 'O3'].map((identifier) => ({
        type: 'accepted',
        replayed: false,
        task: { status: 'QUEUED', batchId, input: { identifier } },
      })),
    );
    const positions = [0, 1, 2].map((index) => taskOf(outcome, index).position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect((await take(feed, 3)).map(({ task }) => task)).toEqual([0, 1, 2].map((index) => taskOf(outcome, index)));
    await feed.return?.();
  });

  test('are judged each by itself: what is wrong with one is no matter to the others', async () => {
    const { tasks } = await openTasks();
    const earlier = await accepted(tasks, fromOpportunity({ identifier: 'O9' }), 'used', ALICE);
    const known = await accepted(tasks, fromOpportunity({ identifier: 'O4' }), 'known', ALICE);
    const starts = wanted('a', 'b', 'used', 'known', 'a', 'b');
    starts[1] = { input: fromOpportunity({ identifier: 'X' }), clientToken: 'b' };
    starts[4] = { input: fromOpportunity({ identifier: 'O1' }), clientToken: 'a' };
    starts[5] = { input: fromOpportunity({ identifier: 'O6' }), clientToken: 'a' };
    const outcome = startedOf(await tasks.startMany(ALICE, starts));
    expect(outcome.outcomes).toMatchObject([
      { type: 'accepted', replayed: false },
      { type: 'invalid', problems: [{ path: ['identifier'] }] },
      { type: 'token-reused', message: expect.stringContaining(earlier.id) },
      { type: 'accepted', replayed: true, task: { id: known.id, batchId: null } },
      { type: 'accepted', replayed: true, task: { id: taskOf(outcome, 0).id } },
      { type: 'token-reused', message: expect.stringContaining(taskOf(outcome, 0).id) },
    ]);
    expect(outcome.batch?.totalCount).toBe(1);
    expect(await tasks.count(EVERYBODY, {})).toBe(3);
  });

  test('that are repeated find the same batch and tasks, however they stand, and write nothing', async () => {
    const { tasks, record, db } = await openTasks();
    const first = startedOf(await tasks.startMany(ALICE, wanted('a', 'b')));
    await record(taskOf(first, 0).id, COMPLETE);
    const head = () => db.sql.selectFrom('log_head').selectAll().execute();
    const before = await head();
    const again = startedOf(await tasks.startMany(ALICE, wanted('a', 'b')));
    expect(again.outcomes).toMatchObject([
      { replayed: true, task: { status: 'COMPLETE' } },
      { replayed: true, task: { status: 'QUEUED' } },
    ]);
    expect(again.batch).toMatchObject({ id: first.batch?.id, totalCount: 2, counts: { COMPLETE: 1, QUEUED: 1 } });
    expect(await head()).toEqual(before);
  });

  test('whose wrong one is corrected and sent again join the same batch', async () => {
    const { tasks } = await openTasks();
    const wrong = wanted('a', 'b');
    const first = startedOf(
      await tasks.startMany(ALICE, [
        { input: fromOpportunity({ identifier: 'X' }), clientToken: 'a' },
        ...wrong.slice(1),
      ]),
    );
    const again = startedOf(await tasks.startMany(ALICE, wrong));
    expect(again.batch).toMatchObject({ id: first.batch?.id, totalCount: 2 });
  });

  test('that were all started before by themselves are no batch', async () => {
    const { tasks } = await openTasks();
    await accepted(tasks, fromOpportunity({ identifier: 'O1' }), 'a', ALICE);
    expect(await tasks.startMany(ALICE, wanted('a'))).toMatchObject({ batch: null, outcomes: [{ replayed: true }] });
  });

  test('without tokens get one each', async () => {
    const { tasks } = await openTasks();
    const input = fromOpportunity();
    const starts = [
      { input, clientToken: null },
      { input, clientToken: null },
    ];
    const [first, again] = [
      startedOf(await tasks.startMany(ALICE, starts)),
      startedOf(await tasks.startMany(ALICE, starts)),
    ];
    expect(await tasks.count(EVERYBODY, {})).toBe(4);
    expect(again.batch?.id).not.toBe(first.batch?.id);
  });

  test('of several catalogs or kinds are tasks of their own under one token', async () => {
    const { tasks } = await openTasks();
    const inputs = [fromOpportunity(), fromOpportunity({ catalog: 'AWS' }), fromEngagement()];
    const outcome = startedOf(
      await tasks.startMany(
        ALICE,
        inputs.map((input) => ({ input, clientToken: 'a' })),
      ),
    );
    expect(outcome.outcomes).toMatchObject(
      inputs.map((input) => ({ type: 'accepted', replayed: false, task: { input } })),
    );
    expect(await tasks.count(EVERYBODY, {})).toBe(3);
  });

  test('that are too many or none are refused as a whole', async () => {
    const { tasks } = await openTasks();
    for (const count of [0, 201])
      expect(await tasks.startMany(ALICE, wanted(...Array<string>(count).fill('a')))).toMatchObject({
        type: 'invalid',
      });
    expect(await tasks.count(EVERYBODY, {})).toBe(0);
  });

  test('that come at once, some in common, are one task for each token', async () => {
    const { tasks } = await openTasks();
    const input = fromOpportunity();
    const batches = Array.from({ length: 20 }, (_, batch) =>
      Array.from({ length: 30 }, (_none, index) => ({ input, clientToken: String((batch * 7 + index) % 100) })),
    );
    const outcomes = (await Promise.all(batches.map((starts) => tasks.startMany(ALICE, starts)))).flatMap(
      (outcome) => startedOf(outcome).outcomes,
    );
    expect(await tasks.count(EVERYBODY, {})).toBe(100);
    expect(outcomes.filter((outcome) => outcome.type === 'accepted' && !outcome.replayed)).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome.type !== 'accepted')).toEqual([]);
  });

  test('that fail to be written leave nothing', async () => {
    const { tasks, db } = await openTasks();
    await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    await expect(tasks.startMany(ALICE, wanted('a', 'b'))).rejects.toThrow('transitions');
    expect(await db.sql.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });

  /** A plugin that counts the statements of whatever it is put on. */
  function createCounter() {
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        statements += 1;
        return result;
      },
    };
    return { counting, statements: () => statements };
  }

  test('take a handful of statements, however many they are', async () => {
    const { db, telemetry } = await openTasks();
    const { counting, statements } = createCounter();
    const write: Database['write'] = (work) => db.write((tx) => work(withPlugin(tx, counting)));
    const starts = wanted(...Array.from({ length: 200 }, (_, index) => `token ${index}`)).map(
      ({ input, clientToken }) => ({ subject: null, input, clientToken: clientToken ?? '' }),
    );
    await acceptStarts({ ...db, sql: db.sql.withPlugin(counting), write }, telemetry, starts);
    expect(statements()).toBeLessThanOrEqual(6);
    expect(await db.sql.selectFrom('transitions').select('position').execute()).toHaveLength(200);
  });

  test('are a batch to whoever may see its tasks, as far as they may', async () => {
    const { tasks, record } = await openTasks();
    const { batch } = startedOf(await tasks.startMany(ALICE, wanted('a', 'b', 'c')));
    const id = batch?.id ?? '';
    const shown = [ALICE, AUDITOR, BOB, STARTER, { ...AUDITOR, catalogs: ['AWS' as const] }].map(
      async (viewer) => (await tasks.batch(viewer, id))?.totalCount,
    );
    expect(await Promise.all(shown)).toEqual([3, 3, undefined, undefined, undefined]);
    expect(await tasks.batch(AUDITOR, 'none')).toBeNull();
    const { items } = pageOf(await tasks.list(ALICE, { batchIds: [id] }, { first: 10, after: null }));
    for (const { item } of items) await record(item.id, item.input.identifier === 'O1' ? REFUSED : COMPLETE);
    expect(await tasks.batch(ALICE, id)).toMatchObject({
      isFinished: true,
      expectedEndAt: null,
      counts: { COMPLETE: 2, REJECTED: 1 },
    });
  });

  test('are read as a batch three times at most, however many of them ask for it at once, and by nobody for another viewer', async () => {
    const { db, clock, tasks: starting } = await openTasks();
    const id = startedOf(await starting.startMany(ALICE, wanted('a', 'b', 'c'))).batch?.id ?? '';
    const { counting, statements } = createCounter();
    const { tasks } = await openTaskHarness({ db: { ...db, sql: db.sql.withPlugin(counting) }, clock });
    await tasks.batch(ALICE, id);
    const once = statements();
    const shown = await Promise.all(Array.from({ length: 200 }, () => tasks.batch(ALICE, id)));
    expect(statements() - once).toBeLessThanOrEqual(3 * once);
    expect(shown.map((batch) => batch?.totalCount)).toEqual(Array(200).fill(3));
    const viewers = [ALICE, ALICE, ALICE, BOB];
    expect(await Promise.all(viewers.map((viewer) => tasks.batch(viewer, id)))).toEqual(
      viewers.map((viewer) => (viewer === ALICE ? shown[0] : null)),
    );
  });

  test('are expected to end after the starts of everybody that were queued before them, and as long as their tasks take', async () => {
    const { tasks, record, clock, db } = await openTasks();
    await tasks.startMany(BOB, wanted('a', 'b', 'c', 'd'));
    const outcome = startedOf(await tasks.startMany(ALICE, wanted('a', 'b')));
    await tasks.startMany(BOB, wanted('e', 'f'));
    const id = outcome.batch?.id ?? '';
    expect((await tasks.batch(ALICE, id))?.expectedEndAt).toBe(clock.now() + 6 * 1020 + 3 * SECOND);
    await db.sql
      .updateTable('tasks')
      .set({ first_attempt_at: clock.now() })
      .where('id', '=', taskOf(outcome, 0).id)
      .execute();
    await clock.advance(7 * SECOND);
    await record(taskOf(outcome, 0).id, { type: 'answered', answer: answerWith({ status: 'FAILED' }) });
    expect((await tasks.batch(ALICE, id))?.expectedEndAt).toBe(clock.now() + 5 * 1020 + 7 * SECOND);
  });
});
