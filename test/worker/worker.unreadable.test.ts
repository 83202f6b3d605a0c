/** Rows of tasks that the disk or another program has damaged, in their JSON or in their bytes. */
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import { readinessOf } from '../../src/status.js';
import { EVERYBODY, accepted, closeLater, fromOpportunity, takeUnexpected } from '../support/harness/task-harness.js';
import { createWorkerHarness, startMany, type WorkerHarness } from '../support/harness/worker-harness.js';

const KINDS = [
  ['text is not JSON', "'{'"],
  ['text is not a JSON object', "'7'"],
  ['bytes are not text', "cast(x'7bff7d' as text)"],
] as const;

/** Creates a harness whose worker has read the first start, and sends nothing before `send` is called. */
async function heldStage() {
  let send: () => void = () => {};
  const held = new Promise<void>((resolve) => (send = resolve));
  const harness = await createWorkerHarness({ around: (sdk) => ({ ...sdk, prepare: () => held }) });
  closeLater(() => send());
  return { ...harness, send };
}

async function damage(
  { db }: Pick<WorkerHarness, 'db'>,
  id: string,
  column: 'input' | 'answer',
  value: string,
): Promise<void> {
  await sql`update tasks set ${sql.ref(column)} = ${sql.raw(value)} where id = ${id}`.execute(db.sql);
}

const readiness = (harness: Pick<WorkerHarness, 'db' | 'troubles'>) =>
  readinessOf(
    { reads: { perSecond: 1000, perDay: 1_000_000 }, pollMinMs: 1000, pollMaxMs: 30_000 },
    harness.db,
    undefined,
    () => harness.troubles.reasons(),
  );

const DAMAGED = /^Tasks cannot be read, because their rows in the database are damaged \(\w+\)\./;

describe.each(KINDS)('a task row whose %s', (_what, value) => {
  test('a damaged queued task delays no other start, and is logged once', async () => {
    const harness = await heldStage();
    const [first = '', damaged = '', ...behind] = await startMany(harness.tasks, 4, fromOpportunity());
    const others = [first, ...behind];
    await damage(harness, damaged, 'input', value);
    harness.send();
    await harness.untilEnded(others, 10 * SECOND, othersOf(harness, damaged));
    expect(await readiness(harness)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    await harness.pass(5 * MINUTE);
    expect(await readiness(harness)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    expect(takeUnexpected()).toEqual([expect.stringMatching(/^rows: Error: The task at position \d+ cannot be read/)]);
  });

  test('a damaged task in progress delays the end of no other task, and is not read in a tight loop', async () => {
    const harness = await createWorkerHarness();
    const [damaged = '', ...others] = await startMany(harness.tasks, 4, fromOpportunity());
    await harness.pass(SECOND);
    expect(await harness.tasks.find(EVERYBODY, damaged)).toMatchObject({ status: 'IN_PROGRESS' });
    await damage(harness, damaged, 'answer', value);
    await harness.untilEnded(others, 10 * SECOND, othersOf(harness, damaged));
    expect(await readiness(harness)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    const before = harness.calls('List').length;
    await harness.pass(5 * MINUTE);
    expect(harness.calls('List').length - before).toBeLessThan(10);
    expect(takeUnexpected()).toEqual([expect.stringMatching(/^rows: Error: The task at position \d+ cannot be read/)]);
  });

  test('a start whose row was repaired is sent, and the reason disappears', async () => {
    const harness = await heldStage();
    const [, id = ''] = await startMany(harness.tasks, 2, fromOpportunity());
    const { input } = await harness.db.sql
      .selectFrom('tasks')
      .select('input')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await damage(harness, id, 'input', value);
    harness.send();
    await harness.pass(10 * SECOND);
    expect(harness.calls('Start')).toHaveLength(1);
    await harness.db.sql.updateTable('tasks').set({ input }).where('id', '=', id).execute();
    await harness.untilEnded([id], 2 * MINUTE);
    await harness.pass(2 * MINUTE);
    expect(await readiness(harness)).toEqual({ ready: true, reasons: [] });
    expect(takeUnexpected()).toHaveLength(1);
  });

  test('a damaged task does not hide the wait of another start from the readiness', async () => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({ times: Infinity, fault: { kind: 'html', status: 502 } });
    const [damaged = ''] = await startMany(harness.tasks, 2, fromOpportunity());
    await harness.pass(10 * SECOND);
    await damage(harness, damaged, 'answer', value);
    expect((await readiness(harness)).reasons).toEqual([expect.stringMatching(/^Starts are waiting: .*HTTP 502/)]);
    await harness.pass(MINUTE);
    takeUnexpected();
  });

  test('a damaged task fails no other read at the same time', async () => {
    const harness = await heldStage();
    const ids = await startMany(harness.tasks, 12, fromOpportunity());
    const damaged = ids[5] ?? '';
    await damage(harness, damaged, 'input', value);
    const reads = await Promise.allSettled(ids.map((id) => harness.tasks.find(EVERYBODY, id)));
    expect(reads.map(({ status }) => status)).toEqual(ids.map((id) => (id === damaged ? 'rejected' : 'fulfilled')));
    takeUnexpected();
  });
});

describe('the errors of a round', () => {
  test.each([
    ['submitter', 'Starts cannot be sent', 'QUEUED'],
    ['poller', 'Tasks cannot be followed', 'IN_PROGRESS'],
  ] as const)('an error of the %s appears in the readiness until a round succeeds', async (_part, sentence, status) => {
    let isForbidden = false;
    const harness = await createWorkerHarness({
      aroundDb: (db) => ({
        ...db,
        now: async () => {
          if (isForbidden) throw Object.assign(new Error('permission denied for table tasks'), { code: '42501' });
          return db.now();
        },
      }),
    });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.pass(status === 'QUEUED' ? 0 : SECOND);
    isForbidden = true;
    await harness.pass(10 * SECOND);
    const reasons = harness.troubles.reasons();
    expect(reasons.find((reason) => reason.startsWith(sentence))).toBe(
      `${sentence}: PostgreSQL forbids the gateway to write (permission denied for table tasks). ` +
        "Grant its role this right, and all rights on the gateway's tables.",
    );
    isForbidden = false;
    await harness.untilEnded([id], MINUTE);
    await harness.pass(10 * SECOND);
    expect(harness.troubles.reasons()).toEqual([]);
    takeUnexpected();
  });

  test('an error of a round disappears when the process stops leading', async () => {
    const harness = await createWorkerHarness();
    harness.troubles.failed('submitter', new Error('any'));
    await harness.close();
    expect(harness.troubles.reasons()).toEqual([]);
  });
});

/** Reads tasks without failing at the damaged one. */
function othersOf(harness: Pick<WorkerHarness, 'tasks'>, damaged: string): WorkerHarness['tasks'] {
  return { ...harness.tasks, find: async (viewer, id) => (id === damaged ? null : harness.tasks.find(viewer, id)) };
}
