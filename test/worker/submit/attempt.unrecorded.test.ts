/**
 * A trigger makes a real database refuse the answer of AWS about one task. PostgreSQL refuses a NUL in the same way,
 * and an index refuses an id that is too long.
 */
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { readinessOf } from '../../../src/status.js';
import { EVERYBODY, accepted, fromOpportunity, takeUnexpected } from '../../support/harness/task-harness.js';
import {
  SLOW,
  createWorkerHarness,
  startMany,
  statusesOf,
  type WorkerHarness,
  type WorkerHarnessOptions,
} from '../../support/harness/worker-harness.js';

const POISONED = fromOpportunity({ identifier: 'O666' });

/** @param refused a condition on the row that an update of the poisoned task would leave */
async function poisonedHarness(refused: string, options: WorkerHarnessOptions = {}) {
  const harness = await createWorkerHarness(options);
  const condition = sql.raw(`new.identifier = 'O666' and (${refused})`);
  await sql`create trigger poison before update on tasks when ${condition} begin select raise(abort, 'poisoned'); end`.execute(
    harness.db.sql,
  );
  return { ...harness, heal: () => sql`drop trigger poison`.execute(harness.db.sql) };
}

function gapsOf(calls: readonly { readonly at: number }[]): number[] {
  return calls.slice(1).map((call, index) => call.at - (calls[index]?.at ?? 0));
}

/** Expects the errors of the trigger, and no other unexpected errors. */
function expectPoisonOnly(): void {
  const unexpected = takeUnexpected();
  expect(unexpected.length).toBeGreaterThan(0);
  for (const error of unexpected) expect(error).toContain('poisoned');
}

const reasonsOf = async (harness: Pick<WorkerHarness, 'db'>) =>
  (await readinessOf({ reads: { perSecond: 1000, perDay: 1_000_000 }, pollMinMs: 1000, pollMaxMs: 30_000 }, harness.db))
    .reasons;

describe('a start whose answer the database refuses', () => {
  const ANSWERED = "new.status in ('IN_PROGRESS', 'COMPLETE', 'FAILED')";

  test('a start whose answer is refused is sent again later each time, says why, and appears in the readiness', async () => {
    const harness = await poisonedHarness(ANSWERED);
    const { id } = await accepted(harness.tasks, POISONED);
    await harness.pass(2 * MINUTE);
    const gaps = gapsOf(harness.calls('Start'));
    expect(gaps.length).toBeGreaterThan(5);
    expect(gaps.length).toBeLessThan(15);
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0))).toBe(true);
    const task = await harness.tasks.find(EVERYBODY, id);
    expect(task).toMatchObject({
      status: 'QUEUED',
      details: {
        message: expect.stringMatching(
          /after \d+ attempts\. AWS has answered, but the database could not store the answer/,
        ),
      },
    });
    expect(await reasonsOf(harness)).toEqual([`Starts are waiting: ${task?.details.message}`]);
    expect(harness.simulator.tasks()).toHaveLength(1);
    expectPoisonOnly();
  });

  test('a start whose answer was refused completes as one task when the database accepts the answer', async () => {
    const harness = await poisonedHarness(ANSWERED);
    const { id } = await accepted(harness.tasks, POISONED);
    await harness.pass(MINUTE);
    await harness.heal();
    await harness.untilEnded([id], MINUTE);
    expect((await statusesOf(harness, id)).at(-1)).toBe('COMPLETE');
    expect(harness.simulator.tasks()).toHaveLength(1);
    expect(await reasonsOf(harness)).toEqual([]);
    expectPoisonOnly();
  });

  test('a start whose answer is refused is searched once after the retry period, and ends as possibly sent', async () => {
    const harness = await poisonedHarness(ANSWERED, { submitRetryMs: 10 * SECOND });
    const { id } = await accepted(harness.tasks, POISONED);
    const [task] = await harness.untilEnded([id], MINUTE);
    expect(task).toMatchObject({
      status: 'REJECTED',
      failure: {
        errorCode: 'UPSTREAM_FAILED',
        message: expect.stringMatching(/^Given up after \d attempts in 10 s\. It may have reached AWS: look at/),
      },
    });
    expect(task?.failure?.isUnsent).toBeUndefined();
    expect(harness.calls('List')).toHaveLength(1);
    const sends = harness.calls('Start').length;
    await harness.pass(HOUR);
    expect(harness.calls('Start')).toHaveLength(sends);
    expect(harness.simulator.tasks()).toHaveLength(1);
    expectPoisonOnly();
  });

  test('many starts whose answers are refused delay no other start', async () => {
    const harness = await poisonedHarness(ANSWERED);
    await startMany(harness.tasks, 40, POISONED);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 10 * SECOND);
    expectPoisonOnly();
  });

  test.each([
    ['is full', 'SQLITE_FULL', 'disk full'],
    ['forbids the gateway to write', '42501', 'permission denied for table transitions'],
  ])('a start is not given up while the database %s', async (_what, code, message) => {
    let isAway = false;
    const harness = await createWorkerHarness({
      submitRetryMs: 10 * SECOND,
      aroundDb: (db) => ({
        ...db,
        write: (work) =>
          db.write(async (tx) => {
            const result = await work(tx);
            if (isAway && tx.appended.length > 0) throw Object.assign(new Error(message), { code });
            return result;
          }),
      }),
    });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    isAway = true;
    await harness.pass(10 * MINUTE);
    expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
      status: 'QUEUED',
      details: { message: expect.stringContaining('could not store the answer') },
    });
    expect(harness.calls('Start').length).toBeLessThan(40);
    // The gateway searches the list for a start when it gives the start up.
    expect(harness.calls('List')).toHaveLength(0);
    isAway = false;
    const [task] = await harness.untilEnded([id], MINUTE);
    expect(task?.status).toBe('COMPLETE');
    expect(harness.simulator.tasks()).toHaveLength(1);
    expect(new Set(takeUnexpected())).toEqual(new Set([`submitter: Error: ${message}`]));
  });
});

describe('a start of which the database accepts only the attempt', () => {
  test('starts of which only the attempt is stored rest longer each time, and delay no other start', async () => {
    const harness = await poisonedHarness('new.attempt_count = old.attempt_count');
    await startMany(harness.tasks, 1, POISONED);
    await harness.pass(2 * MINUTE);
    const gaps = gapsOf(harness.calls('Start'));
    expect(gaps.length).toBeGreaterThan(5);
    expect(gaps.length).toBeLessThan(15);
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0))).toBe(true);
    await startMany(harness.tasks, 40, POISONED);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 10 * SECOND);
    expectPoisonOnly();
  });

  test('a start of which only the attempt is stored does not hide the wait of another start from the readiness', async () => {
    const harness = await poisonedHarness('new.attempt_count = old.attempt_count');
    await accepted(harness.tasks, POISONED);
    await harness.pass(SECOND);
    harness.simulator.inject({ times: Infinity, fault: { kind: 'html', status: 502 } });
    await accepted(harness.tasks, fromOpportunity());
    await harness.pass(SECOND);
    expect(await reasonsOf(harness)).toEqual([expect.stringMatching(/^Starts are waiting: .*HTTP 502/)]);
    expectPoisonOnly();
  });
});

describe('a task in progress whose end the database refuses', () => {
  const ENDED = "new.status in ('COMPLETE', 'FAILED')";

  test('a task whose end is refused delays no other task of its page, and is polled later each time', async () => {
    const harness = await poisonedHarness(ENDED);
    const poisoned = await accepted(harness.tasks, POISONED);
    const others = await startMany(harness.tasks, 12, fromOpportunity());
    await harness.untilEnded(others, 10 * SECOND);
    const before = harness.calls('List').length;
    await harness.pass(5 * MINUTE);
    const gaps = gapsOf(harness.calls('List').slice(before));
    expect(gaps.length).toBeLessThan(20);
    expect(gaps.at(-1)).toBeGreaterThan(20 * SECOND);
    expect(await harness.tasks.find(EVERYBODY, poisoned.id)).toMatchObject({
      status: 'IN_PROGRESS',
      details: { message: expect.stringContaining('the database could not store the answer') },
    });
    expectPoisonOnly();
    await harness.heal();
    const [task] = await harness.untilEnded([poisoned.id], MINUTE);
    expect(task).toMatchObject({ status: 'COMPLETE', details: { message: null } });
  });

  test('a task whose end is refused is not recorded more often because of the polls of other tasks', async () => {
    const harness = await poisonedHarness(ENDED);
    await accepted(harness.tasks, POISONED);
    await startMany(harness.tasks, 60, SLOW);
    await harness.pass(50 * SECOND);
    // The pages of the other tasks show it in every round, but its observation is tried a few times only.
    expect(takeUnexpected().length).toBeLessThan(10);
  });
});
