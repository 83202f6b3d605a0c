import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY, SECOND, systemClock } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { acceptStart, recordObservation } from '../support/harness/record-one.js';
import type { StreamFrom } from '../../src/tasks/tasks.js';
import { encodeCursor, markOf } from '../../src/transitions/cursor.js';
import { beginEpoch, headOf, prune, readAt, type LoggedAt } from '../../src/transitions/log.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  closeLater,
  createStrictTelemetry,
  fromOpportunity,
  openTaskHarness,
} from '../support/harness/task-harness.js';
import { steadily } from '../support/fakes/clocks.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import { createManualClock } from '../support/fakes/manual-clock.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';
import { RETENTION_MS, startPruner } from '../support/harness/pruner.js';
import { seedTasks } from '../support/checks/query-plans.js';

const STEP_SIZE = 100;
const telemetry = createStrictTelemetry();

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function idsIn(db: Database, table: 'tasks' | 'transitions'): Promise<string[]> {
  const rows =
    table === 'tasks'
      ? await db.sql.selectFrom('tasks').select('id').orderBy('position').execute()
      : await db.sql.selectFrom('transitions').select('task_id as id').distinct().orderBy('id').execute();
  return rows.map((row) => row.id);
}

async function countOf(db: Database): Promise<number> {
  return (await idsIn(db, 'tasks')).length;
}

/** Starts a task and completes it at the current time. */
async function completedTask(db: Database, clientToken: string): Promise<string> {
  const { task } = await acceptStart(db, telemetry, { subject: null, input: fromOpportunity(), clientToken });
  const epoch = await db.write(beginEpoch);
  await recordObservation(db, telemetry, epoch, task.id, {
    type: 'answered',
    answer: answerWith({ status: 'COMPLETE' }),
  });
  return task.id;
}

describe.each([
  ['SQLite', () => openDatabase({ dataDir: ':memory:', clock: createManualClock() })],
  [
    'PostgreSQL',
    async () => openDatabase({ databaseUrl: await postgres.createDatabase(), dataDir: '', clock: systemClock }),
  ],
])('the pruner on %s', (_name, openIt) => {
  async function open(): Promise<Database> {
    const db = await openIt();
    closeLater(() => db.close());
    return db;
  }

  test('the pruner deletes finished tasks beyond the retention with their transitions, and no younger or unfinished ones', async () => {
    const db = await open();
    const now = await db.now();
    await seedTasks(db, { finished: 30, queued: 5, inProgress: 5, calls: 0 }, now - RETENTION_MS - DAY, now);
    const young = await completedTask(db, 'young');
    const pruner = await startPruner(db);
    await pruner.resting();
    const kept = [...Array.from({ length: 10 }, (_, index) => `task-${31 + index}`), young];
    expect(await idsIn(db, 'tasks')).toEqual(kept);
    expect(await idsIn(db, 'transitions')).toEqual(kept.toSorted());
    expect((await headOf(db.sql)).prunedThrough).toBe(90);
  });

  test('the log remembers the highest pruned position, also when a lower one is pruned later', async () => {
    const db = await open();
    const [first, second] = [await completedTask(db, 'first'), await completedTask(db, 'second')];
    const { position } = await headOf(db.sql);
    for (const id of [second, first]) {
      await db.write((tx) => prune(tx, [id]));
      expect((await headOf(db.sql)).prunedThrough).toBe(position);
    }
  });

  test('the pruner keeps a task for exactly the retention', async () => {
    const db = await open();
    const now = await db.now();
    // The tasks end one second apart. The middle one reaches the retention when the test begins.
    await seedTasks(
      db,
      { finished: 2000, queued: 0, inProgress: 0, calls: 0 },
      now - RETENTION_MS - 1003 * SECOND,
      now,
    );
    const pruner = await startPruner(db);
    await pruner.resting();
    while ((await db.sql.selectFrom('tasks').select('id').where('id', '=', 'task-990').execute()).length > 0)
      await pruner.nextStep();
    const left = await db.sql
      .selectFrom('tasks')
      .select((eb) => eb.fn.min('updated_at').as('oldest'))
      .executeTakeFirstOrThrow();
    expect(left.oldest).toBeGreaterThanOrEqual(now - RETENTION_MS);
    expect(await countOf(db)).toBeGreaterThan(900);
  });

  test('the pruner deletes in small steps, so that another writer waits for one step at most', async () => {
    const db = await open();
    const now = await db.now();
    await seedTasks(db, { finished: 5000, queued: 0, inProgress: 0, calls: 0 }, now - RETENTION_MS - DAY, now);
    const pruner = await startPruner(db);
    await pruner.resting();
    expect(await countOf(db)).toBe(5000 - STEP_SIZE);

    const leftAtAnswer: number[] = [];
    for (let step = 2; step <= 50; step += 1) {
      const answered = acceptStart(db, telemetry, {
        subject: null,
        input: fromOpportunity(),
        clientToken: `during step ${step}`,
      })
        .then(() => db.sql.selectFrom('tasks').select('id').where('id', 'like', 'task-%').execute())
        .then((left) => leftAtAnswer.push(left.length));
      await Promise.all([pruner.nextStep(), answered]);
    }
    // The answer comes before the step or right after it, never after the next step.
    expect(
      leftAtAnswer.every((left, index) =>
        [5000 - (index + 1) * STEP_SIZE, 5000 - (index + 2) * STEP_SIZE].includes(left),
      ),
    ).toBe(true);
    expect(await countOf(db)).toBe(49);
  });

  test('a deposed pruner deletes nothing more, also between two steps', async () => {
    const db = await open();
    const now = await db.now();
    await seedTasks(db, { finished: 300, queued: 0, inProgress: 0, calls: 0 }, now - RETENTION_MS - DAY, now);
    const pruner = await startPruner(db);
    await pruner.resting();
    expect(await countOf(db)).toBe(200);
    await db.write(beginEpoch);
    await pruner.nextStep();
    await pruner.nextStep();
    expect(await countOf(db)).toBe(200);
  });
});

describe('a client after pruning', () => {
  async function prunedCore() {
    const clock = createManualClock();
    let jumpedMs = 0;
    // The jump skips the wake-ups of the hub, which would be millions in months of manual time.
    const harness = await openTaskHarness({
      clock: {
        now: () => clock.now() + jumpedMs,
        monotonic: () => clock.monotonic() + jumpedMs,
        sleep: (ms, signal) => clock.sleep(ms, signal),
      },
      startWaitMs: 0,
    });
    const { logId } = await headOf(harness.db.sql);
    const oldId = await completedTask(harness.db, 'old');
    const oldHead = (await headOf(harness.db.sql)).position;
    const [first, last] = [await readAt(harness.db.sql, [1]), await readAt(harness.db.sql, [oldHead])];
    const cursorOf = ([transition]: readonly LoggedAt[]) =>
      transition === undefined
        ? ''
        : encodeCursor(logId, 'transition', transition.position, markOf('transition', transition));
    return {
      ...harness,
      oldId,
      pass: (ms: number) => (jumpedMs += ms),
      advanceHub: () => clock.advance(SECOND),
      atStartOfOld: cursorOf(first),
      atEndOfOld: cursorOf(last),
      prune: async () => {
        const pruner = await startPruner(harness.db, clock);
        await pruner.resting();
      },
    };
  }

  test('a client token stands for its task until the task is pruned, and then for a new one', async () => {
    const { db, tasks, pass, oldId, prune } = await prunedCore();
    pass(RETENTION_MS);
    await prune();
    expect(await tasks.start(EVERYBODY, fromOpportunity(), 'old')).toMatchObject({
      type: 'accepted',
      replayed: true,
      task: { id: oldId },
    });
    pass(1);
    await prune();
    expect(await countOf(db)).toBe(0);
    const again = await tasks.start(EVERYBODY, fromOpportunity({ identifier: 'O2000013' }), 'old');
    expect(again).toMatchObject({ type: 'accepted', replayed: false, task: { status: 'QUEUED', sequence: 1 } });
  });

  test('a feed cursor before the last pruned position is expired, and a later one stays valid', async () => {
    const { tasks, pass, atStartOfOld, atEndOfOld, db, prune } = await prunedCore();
    pass(RETENTION_MS + 1);
    const young = await completedTask(db, 'young');
    await prune();
    expect(await tasks.feed(EVERYBODY, {}, atStartOfOld)).toEqual({
      type: 'expired-cursor',
      message: expect.stringMatching(/no longer kept.*`tasks`.*without `after`/),
    });
    const feed = await tasks.feed(EVERYBODY, {}, atEndOfOld);
    if ('type' in feed) throw new Error(JSON.stringify(feed));
    expect((await feed.next()).value?.task.id).toBe(young);
    await feed.return?.();
  });

  test('the stream of a pruned task is expired for a client with a cursor, and unknown to a client without one', async () => {
    const { tasks, pass, oldId, atStartOfOld, atEndOfOld, prune } = await prunedCore();
    pass(RETENTION_MS + 1);
    await prune();
    const follow = (from: StreamFrom) => tasks.follow(EVERYBODY, oldId, from);
    for (const cursor of [atStartOfOld, atEndOfOld]) {
      expect(await follow({ type: 'after', cursor })).toEqual({
        type: 'expired-cursor',
        message: expect.stringContaining('no longer kept'),
      });
    }
    expect(await follow({ type: 'current' })).toEqual({ type: 'not-found' });
    expect(await follow({ type: 'beginning' })).toEqual({ type: 'not-found' });
    expect(await tasks.find(EVERYBODY, oldId)).toBeNull();
  });

  test('an open stream continues with the next transition', async () => {
    const { tasks, pass, advanceHub, db, atEndOfOld, prune } = await prunedCore();
    const feed = await tasks.feed(EVERYBODY, {}, atEndOfOld);
    if ('type' in feed) throw new Error(JSON.stringify(feed));
    const next = feed.next();
    pass(RETENTION_MS + 1);
    await prune();
    expect(await countOf(db)).toBe(0);
    const task = await accepted(tasks, fromOpportunity());
    await advanceHub();
    expect((await next).value?.task.id).toBe(task.id);
    await feed.return?.();
  });
});

describe('a client of a gateway that prunes', () => {
  async function prunedGateway(): Promise<TestGateway & { logId: string }> {
    const directory = temporaryDirectory();
    const db = await openDatabase({ dataDir: directory, clock: systemClock });
    const { logId } = await headOf(db.sql);
    await seedTasks(db, { finished: 150, queued: 0, inProgress: 0, calls: 0 }, Date.now() - 3 * DAY, Date.now());
    await db.close();
    const gateway = await startGateway({ DATA_DIR: directory, RETENTION_DAYS: '1' }, {}, { database: steadily });
    let left = Infinity;
    while (left > 0) left = (await gateway.query('{ tasks { totalCount } }')).data.tasks.totalCount;
    return { ...gateway, logId };
  }

  test('a client with a pruned cursor receives CURSOR_EXPIRED with advice, and one without a cursor NOT_FOUND', async () => {
    const gateway = await prunedGateway();
    const cursor = encodeCursor(gateway.logId, 'transition', 1, 'seeded');
    const feed = await gateway
      .collect('subscription($after: String) { taskFeed(after: $after) { cursor } }', { after: cursor })
      .catch((error: unknown) => error);
    expect(feed).toMatchObject([
      { extensions: { code: 'CURSOR_EXPIRED' }, message: expect.stringMatching(/subscribe without `after`/) },
    ]);
    const stream = 'subscription($after: String) { taskTransitions(id: "task-1", after: $after) { cursor } }';
    const withCursor = await gateway.collect(stream, { after: cursor }).catch((error: unknown) => error);
    expect(withCursor).toMatchObject([
      { extensions: { code: 'CURSOR_EXPIRED' }, message: expect.stringMatching(/no longer kept/) },
    ]);
    const without = await gateway.collect(stream, {}).catch((error: unknown) => error);
    expect(without).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});
