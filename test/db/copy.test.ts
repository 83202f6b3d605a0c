import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY, systemClock } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { CopyRefusedError, copyToPostgres, type CopiedTable } from '../../src/db/copy.js';
import { openDatabase } from '../../src/db/open.js';
import { isUnavailable } from '../../src/db/errors/unavailable.js';
import { quotaUsage, takePermit } from '../../src/partner-central/quota/quota.js';
import { createTaskService } from '../../src/tasks/service/task-service.js';
import { acceptStart, recordObservation } from '../support/harness/record-one.js';
import type { Tasks, Transition } from '../../src/tasks/tasks.js';
import { createHub } from '../../src/transitions/hub.js';
import { beginEpoch, headOf, prune } from '../../src/transitions/log.js';
import {
  EVERYBODY,
  WRITES,
  answerWith,
  closeLater,
  createStrictTelemetry,
  fromOpportunity,
  outcomeUnknown,
} from '../support/harness/task-harness.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';
import { seedTasks } from '../support/checks/query-plans.js';

const telemetry = createStrictTelemetry();
const LIMITS = { perSecond: 1000, perDay: 100_000 };
/** The rows of each table fill more than one batch. */
const SEED = { finished: 2500, queued: 5, inProgress: 5, calls: 1500 };

let postgres: Postgres;
let targetUrl: string;
let source: Database;
let target: Database;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  targetUrl = await postgres.createDatabase();
  source = await openDatabase({ dataDir: ':memory:', clock: systemClock });
  target = await openDatabase({ databaseUrl: targetUrl, dataDir: '', clock: systemClock });
  await seedTasks(source, SEED, Date.now() - DAY, Date.now());
  // Every column of the head of the log differs from its initial value.
  await source.write(beginEpoch);
  await source.write((tx) => prune(tx, ['task-1', 'task-2']));
  await source.sql.updateTable('log_head').set({ upstream: 'aws' }).execute();
});
afterEach(async () => {
  await Promise.all([source.close(), target.close()]);
});
afterAll(() => postgres.stop());

async function everything(db: Database) {
  return {
    log_head: await db.sql.selectFrom('log_head').selectAll().execute(),
    tasks: await db.sql.selectFrom('tasks').selectAll().orderBy('position').execute(),
    transitions: await db.sql.selectFrom('transitions').selectAll().orderBy('position').execute(),
    quota_calls: await db.sql.selectFrom('quota_calls').selectAll().orderBy('quota').orderBy('id').execute(),
    quota_totals: await db.sql.selectFrom('quota_totals').selectAll().orderBy('quota').execute(),
  };
}

async function tasksOn(db: Database): Promise<Tasks> {
  const hub = await createHub({ db, clock: systemClock, telemetry });
  closeLater(() => hub.close());
  return createTaskService({
    db,
    hub,
    clock: systemClock,
    telemetry,
    startWaitMs: 0,
    writes: WRITES,
    checkOutcome: outcomeUnknown,
    stopping: new AbortController().signal,
  });
}

/** Reads the transitions that a stream delivers without waiting. */
async function read(
  stream: Awaited<ReturnType<Tasks['follow'] | Tasks['feed']>>,
  count: number,
): Promise<Transition[]> {
  if ('type' in stream) throw new Error(JSON.stringify(stream));
  const transitions: Transition[] = [];
  while (transitions.length < count) {
    const next = await stream.next();
    if (next.done === true) break;
    transitions.push(next.value);
  }
  await stream.return?.();
  return transitions;
}

async function completed(db: Database, clientToken: string): Promise<string> {
  const { task } = await acceptStart(db, telemetry, { subject: 'ann', input: fromOpportunity(), clientToken });
  const epoch = await db.write(beginEpoch);
  for (const status of ['IN_PROGRESS', 'COMPLETE'] as const) {
    await recordObservation(db, telemetry, epoch, task.id, { type: 'answered', answer: answerWith({ status }) });
  }
  return task.id;
}

describe('copyToPostgres', () => {
  test('a copy has every row of every table and the head of the log, and leaves the source unchanged', async () => {
    const before = await everything(source);
    const progress: [CopiedTable, number][] = [];
    const moved = await copyToPostgres(source, target, (...step) => progress.push(step));
    const after = await everything(target);
    expect(after).toEqual(before);
    expect(await everything(source)).toEqual(before);
    expect(after.log_head).toMatchObject([{ worker_epoch: 1, pruned_through: 6, upstream: 'aws', position: 7530 }]);
    expect(moved).toEqual({
      upstream: 'aws',
      counts: { tasks: 2510, transitions: 7524, quota_calls: 3000, quota_totals: 2 },
    });
    expect(progress).toContainEqual(['transitions', 3000]);
  });

  test('a copy keeps the count of the calls of the last 24 hours', async () => {
    const usage = await quotaUsage(source, 'reads', LIMITS);
    await copyToPostgres(source, target);
    expect((await quotaUsage(target, 'reads', LIMITS)).remainingToday).toBe(usage.remainingToday);
    const full = { perSecond: 1000, perDay: SEED.calls };
    expect(await target.write((tx) => takePermit(target, tx, 'reads', full))).toMatchObject({
      type: 'wait',
      because: 'day',
    });
  });

  test('a copy keeps cursors valid: streams, the feed and lists continue without a gap or a repeat', async () => {
    const earlier = await tasksOn(source);
    const id = await completed(source, 'before');
    const seen = await read(await earlier.follow(EVERYBODY, id, { type: 'beginning' }), 3);
    const [first, second, third] = seen;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three transitions were made');
    const page = await earlier.list(EVERYBODY, {}, { first: 3, after: null });
    if ('type' in page) throw new Error(page.message);

    await copyToPostgres(source, target);
    const tasks = await tasksOn(target);
    expect(await read(await tasks.follow(EVERYBODY, id, { type: 'after', cursor: first.cursor }), 9)).toEqual([
      second,
      third,
    ]);
    expect(await read(await tasks.follow(EVERYBODY, id, { type: 'after', cursor: third.cursor }), 9)).toEqual([]);
    const next = await completed(target, 'after');
    const later = await read(await tasks.feed(EVERYBODY, {}, second.cursor), 4);
    expect(later.map(({ task, sequence, position }) => [task.id, sequence, position])).toEqual(
      [
        [id, 3],
        [next, 1],
        [next, 2],
        [next, 3],
      ].map((entry, index) => [...entry, third.position + index]),
    );
    const nextPage = await tasks.list(EVERYBODY, {}, { first: 2, after: page.items[1]?.cursor ?? null });
    expect(nextPage).toMatchObject({ items: [page.items[2], { item: { id: 'task-2508' } }] });
  });

  test('a copy keeps client tokens: a repeated start returns the same task', async () => {
    const id = await completed(source, 'token');
    await copyToPostgres(source, target);
    const again = await acceptStart(target, telemetry, {
      subject: 'ann',
      input: fromOpportunity(),
      clientToken: 'token',
    });
    expect(again).toMatchObject({ type: 'accepted', replayed: true, task: { id } });
  });

  test('a target that has rows is refused and stays unchanged', async () => {
    await copyToPostgres(source, target);
    const before = await everything(target);
    const again = copyToPostgres(source, target);
    await expect(again).rejects.toBeInstanceOf(CopyRefusedError);
    await expect(again).rejects.toThrow(/is not empty \(2510 tasks.*createdb.*--to/);
    expect(await everything(target)).toEqual(before);
  });

  test('a target whose tasks have all been pruned is refused, because its cursors name positions in another log', async () => {
    await completed(target, 'forgotten');
    await target.sql.deleteFrom('tasks').execute();
    await target.sql.deleteFrom('transitions').execute();
    await expect(copyToPostgres(source, target)).rejects.toThrow(/not empty/);
  });

  test('a copy that loses its connection half-way leaves nothing behind and can be repeated', async () => {
    const { logId } = await headOf(target.sql);
    const failing = copyToPostgres(source, target, async (table, count) => {
      if (table === 'transitions' && count === 2000)
        expect(await postgres.terminate(targetUrl, /statements/)).toBeGreaterThan(0);
    });
    expect(isUnavailable(await failing.catch((error: unknown) => error))).toBe(true);
    expect(await everything(target)).toEqual({
      log_head: [
        {
          id: 1,
          log_id: logId,
          position: 0,
          worker_epoch: 0,
          pruned_through: 0,
          upstream: '',
          pruned_mark: '',
          unmarked_through: 0,
          events_awaited_since: 0,
          led_since: 0,
        },
      ],
      tasks: [],
      transitions: [],
      quota_calls: [],
      quota_totals: [],
    });
    await copyToPostgres(source, target);
    expect(await everything(target)).toEqual(await everything(source));
  });
});
