/** Rows of tasks that the disk or another program has damaged, in their JSON or in their bytes. */
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import { readinessOf } from '../../src/status.js';
import { EVERYBODY, accepted, closeLater, fromOpportunity, takeUnexpected } from '../support/harness/task-harness.js';
import { createStage, startMany, type Stage } from '../support/harness/worker-harness.js';

const KINDS = [
  ['text is not JSON', "'{'"],
  ['text is not a JSON object', "'7'"],
  ['bytes are not text', "cast(x'7bff7d' as text)"],
] as const;

/** Creates a stage whose worker has read the first start, and sends nothing before `send` is called. */
async function heldStage() {
  let send: () => void = () => {};
  const held = new Promise<void>((resolve) => (send = resolve));
  const stage = await createStage({ around: (sdk) => ({ ...sdk, prepare: () => held }) });
  closeLater(() => send());
  return { ...stage, send };
}

async function damage({ db }: Pick<Stage, 'db'>, id: string, column: 'input' | 'answer', value: string): Promise<void> {
  await sql`update tasks set ${sql.ref(column)} = ${sql.raw(value)} where id = ${id}`.execute(db.sql);
}

const readiness = (stage: Pick<Stage, 'db' | 'troubles'>) =>
  readinessOf({ reads: { perSecond: 1000, perDay: 1_000_000 } }, stage.db, undefined, () => stage.troubles.reasons());

const DAMAGED = /^Tasks cannot be read, because their rows in the database are damaged \(\w+\)\./;

describe.each(KINDS)('a task row whose %s', (_what, value) => {
  test('a damaged queued task delays no other start, and is logged once', async () => {
    const stage = await heldStage();
    const [first = '', damaged = '', ...behind] = await startMany(stage.tasks, 4, fromOpportunity());
    const others = [first, ...behind];
    await damage(stage, damaged, 'input', value);
    stage.send();
    await stage.untilEnded(others, 10 * SECOND, othersOf(stage, damaged));
    expect(await readiness(stage)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    await stage.pass(5 * MINUTE);
    expect(await readiness(stage)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    expect(takeUnexpected()).toEqual([expect.stringMatching(/^rows: Error: The task at position \d+ cannot be read/)]);
  });

  test('a damaged task in progress delays the end of no other task, and is not read in a tight loop', async () => {
    const stage = await createStage();
    const [damaged = '', ...others] = await startMany(stage.tasks, 4, fromOpportunity());
    await stage.pass(SECOND);
    expect(await stage.tasks.find(EVERYBODY, damaged)).toMatchObject({ status: 'IN_PROGRESS' });
    await damage(stage, damaged, 'answer', value);
    await stage.untilEnded(others, 10 * SECOND, othersOf(stage, damaged));
    expect(await readiness(stage)).toEqual({ ready: true, reasons: [expect.stringMatching(DAMAGED)] });
    const before = stage.calls('List').length;
    await stage.pass(5 * MINUTE);
    expect(stage.calls('List').length - before).toBeLessThan(10);
    expect(takeUnexpected()).toEqual([expect.stringMatching(/^rows: Error: The task at position \d+ cannot be read/)]);
  });

  test('a start whose row was repaired is sent, and the reason disappears', async () => {
    const stage = await heldStage();
    const [, id = ''] = await startMany(stage.tasks, 2, fromOpportunity());
    const { input } = await stage.db.sql
      .selectFrom('tasks')
      .select('input')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await damage(stage, id, 'input', value);
    stage.send();
    await stage.pass(10 * SECOND);
    expect(stage.calls('Start')).toHaveLength(1);
    await stage.db.sql.updateTable('tasks').set({ input }).where('id', '=', id).execute();
    await stage.untilEnded([id], 2 * MINUTE);
    await stage.pass(2 * MINUTE);
    expect(await readiness(stage)).toEqual({ ready: true, reasons: [] });
    expect(takeUnexpected()).toHaveLength(1);
  });

  test('a damaged task does not hide the wait of another start from the readiness', async () => {
    const stage = await createStage();
    stage.simulator.inject({ times: Infinity, fault: { kind: 'html', status: 502 } });
    const [damaged = ''] = await startMany(stage.tasks, 2, fromOpportunity());
    await stage.pass(10 * SECOND);
    await damage(stage, damaged, 'answer', value);
    expect((await readiness(stage)).reasons).toEqual([expect.stringMatching(/^Starts are waiting: .*HTTP 502/)]);
    await stage.pass(MINUTE);
    takeUnexpected();
  });

  test('a damaged task fails no other read at the same time', async () => {
    const stage = await heldStage();
    const ids = await startMany(stage.tasks, 12, fromOpportunity());
    const damaged = ids[5] ?? '';
    await damage(stage, damaged, 'input', value);
    const reads = await Promise.allSettled(ids.map((id) => stage.tasks.find(EVERYBODY, id)));
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
    const stage = await createStage({
      aroundDb: (db) => ({
        ...db,
        now: async () => {
          if (isForbidden) throw Object.assign(new Error('permission denied for table tasks'), { code: '42501' });
          return db.now();
        },
      }),
    });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(status === 'QUEUED' ? 0 : SECOND);
    isForbidden = true;
    await stage.pass(10 * SECOND);
    const reasons = stage.troubles.reasons();
    expect(reasons.find((reason) => reason.startsWith(sentence))).toBe(
      `${sentence}: PostgreSQL forbids the gateway to write (permission denied for table tasks). ` +
        "Grant its role this right, and all rights on the gateway's tables.",
    );
    isForbidden = false;
    await stage.untilEnded([id], MINUTE);
    await stage.pass(10 * SECOND);
    expect(stage.troubles.reasons()).toEqual([]);
    takeUnexpected();
  });

  test('an error of a round disappears when the process stops leading', async () => {
    const stage = await createStage();
    stage.troubles.failed('submitter', new Error('any'));
    await stage.close();
    expect(stage.troubles.reasons()).toEqual([]);
  });
});

/** Reads tasks without failing at the damaged one. */
function othersOf(stage: Pick<Stage, 'tasks'>, damaged: string): Stage['tasks'] {
  return { ...stage.tasks, find: async (viewer, id) => (id === damaged ? null : stage.tasks.find(viewer, id)) };
}
