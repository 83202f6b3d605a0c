/** Clock jumps right after each kind of stored time was written. */
import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Tasks } from '../../src/tasks/tasks.js';
import type { Database } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { EVERYBODY, accepted, closeLater, fromOpportunity } from '../support/harness/task-harness.js';
import { createManualClock } from '../support/fakes/manual-clock.js';
import { RETENTION_MS, startPruner } from '../support/harness/pruner.js';
import { seedTasks } from '../support/checks/query-plans.js';
import { LIMITS, SLOW, createWorkerHarness, directory, startMany } from '../support/harness/worker-harness.js';

const PLAIN = fromOpportunity();
const FAILS_TWICE = fromOpportunity({ identifier: 'O3000009' });
const THROTTLED = fromOpportunity({ identifier: 'O3000008' });

/** Starts tasks in each state: in progress, throttled by AWS, waiting after a failed attempt, and queued. */
async function startSome(tasks: Tasks): Promise<string[]> {
  const ids = await startMany(tasks, 2, SLOW);
  for (const input of [THROTTLED, FAILS_TWICE, PLAIN]) ids.push(...(await startMany(tasks, 2, input)));
  return ids;
}

describe.each([
  ['forward by an hour', HOUR],
  ['forward by a hundred days', 100 * DAY],
  ['back by ten minutes', -10 * MINUTE],
  ['back by a day', -DAY],
])('a worker whose clock is set %s', (_how, jumpMs) => {
  test.each([2.5, 3.1, 5])(
    'a jump %d s after the starts leaves all tasks to complete, and none is given up',
    async (atS) => {
      const harness = await createWorkerHarness({ limits: LIMITS });
      const ids = await startSome(harness.tasks);
      await harness.pass(atS * SECOND);
      harness.clock.jump(jumpMs);
      const tasks = await harness.untilEnded(ids, 2 * MINUTE);
      expect(tasks.map(({ status }) => status)).toEqual(Array(8).fill('COMPLETE'));
      expect(harness.simulator.tasks()).toHaveLength(8);
    },
  );

  test('all tasks complete after a restart when no process saw the jump', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS, dataDir: await directory() });
    const ids = await startSome(harness.tasks);
    await harness.pass(5 * SECOND);
    await harness.crash();
    harness.clock.jump(jumpMs);
    const next = await harness.openProcess();
    const tasks = await harness.untilEnded(ids, 2 * MINUTE, next.tasks);
    expect(tasks.map(({ status }) => status)).toEqual(Array(8).fill('COMPLETE'));
    expect(harness.simulator.tasks()).toHaveLength(8);
  });
});

test('a restarted worker polls tasks in progress after its clock was set back, also when nothing else is due', async () => {
  const harness = await createWorkerHarness({ limits: LIMITS, dataDir: await directory() });
  const ids = await startMany(harness.tasks, 2, SLOW);
  await harness.pass(5 * SECOND);
  await harness.crash();
  harness.clock.jump(-DAY);
  const next = await harness.openProcess();
  await harness.untilEnded(ids, 2 * MINUTE, next.tasks);
});

test('a detected jump back delays no task, even if the jump is shorter than the longest delay', async () => {
  const harness = await createWorkerHarness({ limits: LIMITS });
  const ids = [...(await startMany(harness.tasks, 1, FAILS_TWICE)), ...(await startMany(harness.tasks, 1, PLAIN))];
  await harness.pass(SECOND / 2);
  harness.clock.jump(-25 * SECOND);
  await harness.untilEnded(ids, 20 * SECOND);
});

describe('a start that AWS neither accepts nor refuses', () => {
  test('a clock that is set forward does not shorten the retry period of a start', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: 2 * MINUTE });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: Infinity,
      fault: { kind: 'reset-before' },
    });
    const { id } = await accepted(harness.tasks, PLAIN);
    await harness.pass(10 * SECOND);
    harness.clock.jump(DAY);
    await harness.pass(90 * SECOND);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED' });
    expect(await harness.untilEnded([id], 2 * MINUTE)).toMatchObject([{ status: 'REJECTED' }]);
  });

  test('a clock that is set back does not extend the retry period of a start', async () => {
    const harness = await createWorkerHarness({ submitRetryMs: 2 * MINUTE });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: Infinity,
      fault: { kind: 'reset-before' },
    });
    const { id } = await accepted(harness.tasks, PLAIN);
    await harness.pass(10 * SECOND);
    harness.clock.jump(-DAY);
    expect(await harness.untilEnded([id], 4 * MINUTE)).toMatchObject([{ status: 'REJECTED' }]);
  });
});

async function countOf(db: Database): Promise<number> {
  return (await db.sql.selectFrom('tasks').select('id').execute()).length;
}

describe('a pruner whose clock may be wrong', () => {
  async function oldTasks() {
    const clock = createManualClock();
    const db = await openDatabase({ dataDir: ':memory:', clock });
    closeLater(() => db.close());
    await seedTasks(db, { finished: 3, queued: 0, inProgress: 0, calls: 0 }, clock.now() - 3 * SECOND, clock.now());
    const pruner = await startPruner(db, clock, db);
    await pruner.resting();
    const pass = async (ms: number) => {
      await clock.advance(ms);
      await pruner.resting();
    };
    return { clock, db, pass };
  }

  test('the pruner deletes nothing within the first hour of a process, because the clock may have been fast at its start', async () => {
    const { clock, db, pass } = await oldTasks();
    clock.jump(100 * DAY);
    await pass(HOUR - 1);
    expect(await countOf(db)).toBe(3);
  });

  test('a jump forward by a hundred days that lasts ten seconds makes the pruner delete nothing', async () => {
    const { clock, db, pass } = await oldTasks();
    await pass(DAY);
    for (let times = 1; times <= 3; times += 1) {
      await pass(10 * MINUTE - 5 * SECOND);
      clock.jump(100 * DAY);
      await pass(10 * SECOND);
      clock.jump(-100 * DAY);
      await pass(2 * HOUR - 5 * SECOND);
    }
    expect(await countOf(db)).toBe(3);
  });

  test('a permanent jump forward takes effect after an hour', async () => {
    const { clock, db, pass } = await oldTasks();
    await pass(DAY);
    clock.jump(100 * DAY);
    await pass(HOUR);
    expect(await countOf(db)).toBe(3);
    await pass(11 * MINUTE);
    expect(await countOf(db)).toBe(0);
  });

  test('tasks that ended while the clock was fast are kept no longer than others', async () => {
    const { clock, db, pass } = await oldTasks();
    clock.jump(-1000 * DAY);
    await pass(2 * HOUR);
    clock.jump(RETENTION_MS);
    await pass(2 * HOUR);
    expect(await countOf(db)).toBe(0);
  });
});
