/** The entry of each edit in the log, and the versions that it gives its records. */
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { editError, refused } from '../../src/edits/edit-errors.js';
import type { EditOutcome } from '../../src/edits/edits.js';
import { createRunEdit, type Edit } from '../../src/edits/run-edit.js';
import type { QuotaWrite } from '../../src/edits/quota-write.js';
import { versionsOf } from '../../src/records/edited-records.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { writeOperation } from '../support/aws/write-operation.js';
import { createManualClock } from '../support/fakes/manual-clock.js';
import { closeLater } from '../support/harness/task-harness.js';

const EDIT: Edit = { operation: 'updateOpportunity', subject: 'ann', catalog: 'SANDBOX', identifier: 'O5000001' };
const DONE: EditOutcome<string> = { type: 'done', record: 'Foxglove', changed: ['project.title'] };
const KEYS = ['SANDBOX O5000001', 'SANDBOX lists'];

/** @param onWrite is called in each write */
async function open(onWrite: (db: Database) => Promise<void> = async () => {}) {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const clock = createManualClock();
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  const write: QuotaWrite = async () => {
    await onWrite(db);
    return { type: 'lost', awsCode: 'Timeout', message: 'lost' };
  };
  const runEdit = createRunEdit({ db, write, clock, audit: (entry) => telemetry.edited(entry) });
  const counted = async () => (await telemetry.registry.metrics()).match(/^gateway_edits_total.*$/gm);
  const versions = async (keys = KEYS) => {
    const stored = await versionsOf(db, keys);
    return keys.map((key) => stored.get(key) ?? null);
  };
  return { clock, db, runEdit, lines, counted, versions };
}

const writeOnce = async (write: QuotaWrite) => void (await write('ann', writeOperation(), 'O5000001'));

function refusedWith(code: 'EDIT_CONFLICT' | 'QUOTA_SPENT' | 'INVALID_INPUT' | 'UPSTREAM_FAILED', mayBeDone = false) {
  const conflict = { base: 'Foxglove', theirs: 'Marlow', mine: 'Tansy' };
  return refused(editError(code, '"Foxglove" is wrong', { path: ['patch', 'project', 'title'], conflict, mayBeDone }));
}

describe('the entry of an edit', () => {
  test('an edit is one log line with subject, catalog, identifier, changed paths and outcome, and one count', async () => {
    const { clock, runEdit, lines, counted } = await open();
    const outcome = await runEdit(EDIT, async () => {
      await clock.advance(SECOND);
      return DONE;
    });
    expect(outcome).toBe(DONE);
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(String),
        msg: 'edit',
        operation: 'updateOpportunity',
        subject: 'ann',
        catalog: 'SANDBOX',
        identifier: 'O5000001',
        changed: ['project.title'],
        outcome: 'done',
        durationMs: 1000,
      },
    ]);
    expect(await counted()).toEqual(['gateway_edits_total{operation="updateOpportunity",outcome="done"} 1']);
  });

  test.each([
    ['changed nothing', { ...DONE, changed: [] }, 'unchanged'],
    ['met a conflict', refusedWith('EDIT_CONFLICT'), 'EDIT_CONFLICT'],
    ['got no permit', refusedWith('QUOTA_SPENT'), 'QUOTA_SPENT'],
  ])('an edit that %s is logged and counted without a value', async (_what, outcome, logged) => {
    const { runEdit, lines, counted } = await open();
    expect(await runEdit(EDIT, async () => outcome)).toBe(outcome);
    expect(lines).toEqual([expect.objectContaining({ msg: 'edit', outcome: logged, changed: [] })]);
    expect(JSON.stringify(lines)).not.toMatch(/Foxglove|Marlow|Tansy/);
    expect(await counted()).toEqual([`gateway_edits_total{operation="updateOpportunity",outcome="${logged}"} 1`]);
  });

  test('an edit that ends in an error of the gateway is logged, and the error reaches the caller', async () => {
    const { runEdit, lines } = await open();
    const failing = runEdit(EDIT, () => Promise.reject(new Error('the database is closed')));
    await expect(failing).rejects.toThrow('the database is closed');
    expect(lines).toEqual([expect.objectContaining({ msg: 'edit', outcome: 'failed' })]);
  });

  test.each([
    ['O5000001', 'O5000001'],
    ['eng-leadpending001', 'eng-leadpending001'],
    [
      'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-leadpending01',
      'engi-leadpending01',
    ],
    ['Marlow Freight', null],
    ['arn:Marlow/Freight', null],
    ['O5000001 of Marlow', null],
  ])('the identifier %j of a caller is logged as %j', async (identifier, logged) => {
    const { runEdit, lines } = await open();
    await runEdit({ ...EDIT, identifier }, async () => refusedWith('INVALID_INPUT'));
    expect(lines[0]?.['identifier']).toBe(logged);
  });

  test('a record that the edit creates is logged by its new id', async () => {
    const { runEdit, lines } = await open();
    const created: EditOutcome<{ id: string }> = { type: 'done', record: { id: 'O7' }, changed: ['project'] };
    const edit: Edit = { ...EDIT, operation: 'createOpportunity', identifier: null };
    await runEdit(
      edit,
      async () => created,
      ({ id }) => [id],
    );
    expect(lines[0]?.['identifier']).toBe('O7');
  });
});

describe('the versions of edited records', () => {
  const changing = { version: expect.any(String), isChanging: true };
  const settled = { version: expect.any(String), isChanging: false };

  test('record and lists get a version before the write, and another one before the edit is answered', async () => {
    const during: unknown[] = [];
    const { runEdit, versions } = await open(async () => void during.push(await versions()));
    await runEdit(EDIT, async (write) => {
      expect(await versions()).toEqual([null, null]);
      await writeOnce(write);
      await writeOnce(write);
      return DONE;
    });
    expect(during).toEqual(Array(2).fill([changing, changing]));
    expect(during[0]).toEqual(during[1]);
    const after = await versions();
    expect(after).toEqual([settled, settled]);
    expect(after[0]?.version).not.toBe((during[0] as typeof after)[0]?.version);
  });

  test('an edit that found its change made also gives a new version, because a cached answer may be older', async () => {
    const { runEdit, versions } = await open();
    await runEdit(EDIT, async () => ({ ...DONE, changed: [] }));
    expect(await versions()).toEqual([settled, settled]);
  });

  test('an edit that is refused before it writes gives no version', async () => {
    const { runEdit, versions } = await open();
    await runEdit(EDIT, async () => refusedWith('INVALID_INPUT'));
    expect(await versions()).toEqual([null, null]);
  });

  test('the record counts as changing for a minute after an edit that may be done, or whose process fails', async () => {
    const { clock, runEdit, versions } = await open();
    const lost = refusedWith('UPSTREAM_FAILED', true);
    await runEdit(EDIT, async (write) => (await writeOnce(write), lost));
    expect(await versions()).toEqual([changing, changing]);
    await clock.advance(60 * SECOND);
    expect(await versions()).toEqual([settled, settled]);
    const failing = runEdit(EDIT, async (write) => {
      await writeOnce(write);
      throw new Error('killed');
    });
    await expect(failing).rejects.toThrow('killed');
    expect(await versions()).toEqual([changing, changing]);
  });

  test('a record that the edit creates counts as changing for a minute, because AWS shows it late', async () => {
    const { runEdit, versions } = await open();
    const created: EditOutcome<{ id: string }> = { type: 'done', record: { id: 'O7' }, changed: ['project'] };
    await runEdit(
      { ...EDIT, identifier: null },
      async () => created,
      ({ id }) => [id],
    );
    expect(await versions(['SANDBOX O7', 'SANDBOX lists', 'AWS lists'])).toEqual([changing, settled, null]);
  });
});
