/** Batches of starts through `Tasks`: outcomes, the batch that they give, and its reads. */
import { describe, expect, test } from '@jest/globals';
import type { KyselyPlugin } from 'kysely';
import { SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { acceptStarts } from '../../../src/tasks/accept.js';
import type { BatchOutcome, WantedStart } from '../../../src/tasks/tasks.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  fromEngagement,
  fromOpportunity,
  openTaskHarness,
} from '../../support/harness/task-harness.js';
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
} from '../../support/harness/tasks.js';
import { withPlugin } from '../../support/database/transaction.js';

describe('Tasks.startMany', () => {
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

  test('many starts are queued in their order as one batch, without a wait for AWS, and reach the feed', async () => {
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

  test('each start is validated on its own, and a wrong one does not affect the others', async () => {
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

  test('repeated starts give the same batch and tasks in any status, and write nothing', async () => {
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

  test('a corrected start that is sent again joins the same batch', async () => {
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

  test('starts that were all made before on their own give no batch', async () => {
    const { tasks } = await openTasks();
    await accepted(tasks, fromOpportunity({ identifier: 'O1' }), 'a', ALICE);
    expect(await tasks.startMany(ALICE, wanted('a'))).toMatchObject({ batch: null, outcomes: [{ replayed: true }] });
  });

  test('each start without a token gets a token of its own', async () => {
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

  test('starts of several catalogs and kinds under one token are separate tasks', async () => {
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

  test('no starts, or more than 200, are refused as a whole', async () => {
    const { tasks } = await openTasks();
    for (const count of [0, 201])
      expect(await tasks.startMany(ALICE, wanted(...Array<string>(count).fill('a')))).toMatchObject({
        type: 'invalid',
      });
    expect(await tasks.count(EVERYBODY, {})).toBe(0);
  });

  test('overlapping batches at once give one task for each token', async () => {
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

  test('starts whose transitions cannot be written leave no task', async () => {
    const { tasks, db } = await openTasks();
    await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    await expect(tasks.startMany(ALICE, wanted('a', 'b'))).rejects.toThrow('transitions');
    expect(await db.sql.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });

  /** A plugin that counts the statements of the database that it is added to. */
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

  test('200 starts take at most six statements', async () => {
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

  test('a batch has the tasks that the viewer may see, and is null without one', async () => {
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

  test('200 reads of a batch at once share three reads at most, and never between viewers', async () => {
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

  test('the expected end counts the starts of all subjects that were queued before, and the duration of the tasks', async () => {
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
