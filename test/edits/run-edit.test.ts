/** The log line and the metric of each edit. */
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import type { EditError, EditOutcome } from '../../src/edits/edits.js';
import { createRunEdit, type Edit } from '../../src/edits/run-edit.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

const EDIT: Edit = { operation: 'updateOpportunity', subject: 'ann', catalog: 'SANDBOX', identifier: 'O5000001' };
const DONE: EditOutcome<string> = { type: 'done', record: 'Foxglove', changed: ['project.title'] };

function open() {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const clock = createManualClock();
  const runEdit = createRunEdit({ clock, telemetry });
  const counted = async () => (await telemetry.registry.metrics()).match(/^gateway_edits_total.*$/gm);
  return { clock, runEdit, lines, counted };
}

function refusedWith(code: EditError['code']): EditOutcome<string> {
  const error = { path: ['patch', 'project', 'title'], awsCode: null, retryAfterMs: null };
  const conflict = { base: 'Foxglove', theirs: 'Marlow', mine: 'Tansy' };
  return { type: 'refused', errors: [{ ...error, code, message: '"Foxglove" is wrong', conflict }] };
}

describe('RunEdit', () => {
  test('an edit is one log line with subject, catalog, identifier, changed paths and outcome, and one count', async () => {
    const { clock, runEdit, lines, counted } = open();
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
        outcome: 'changed',
        durationMs: 1000,
      },
    ]);
    expect(await counted()).toEqual(['gateway_edits_total{operation="updateOpportunity",outcome="changed"} 1']);
  });

  test.each([
    ['changed nothing', { ...DONE, changed: [] }, 'unchanged'],
    ['met a conflict', refusedWith('EDIT_CONFLICT'), 'EDIT_CONFLICT'],
    ['got no permit', refusedWith('QUOTA_SPENT'), 'QUOTA_SPENT'],
  ])('an edit that %s is logged and counted without a value', async (_what, outcome, logged) => {
    const { runEdit, lines, counted } = open();
    expect(await runEdit(EDIT, async () => outcome)).toBe(outcome);
    expect(lines).toEqual([expect.objectContaining({ msg: 'edit', outcome: logged, changed: [] })]);
    expect(JSON.stringify(lines)).not.toMatch(/Foxglove|Marlow|Tansy/);
    expect(await counted()).toEqual([`gateway_edits_total{operation="updateOpportunity",outcome="${logged}"} 1`]);
  });

  test('an edit that ends in an error of the gateway is logged, and the error reaches the caller', async () => {
    const { runEdit, lines } = open();
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
    const { runEdit, lines } = open();
    await runEdit({ ...EDIT, identifier }, async () => refusedWith('INVALID_INPUT'));
    expect(lines[0]?.['identifier']).toBe(logged);
  });

  test('a record that the edit creates is logged by its new id', async () => {
    const { runEdit, lines } = open();
    const created: EditOutcome<{ id: string }> = { type: 'done', record: { id: 'O7' }, changed: ['project'] };
    await runEdit(
      { ...EDIT, operation: 'createOpportunity', identifier: null },
      async () => created,
      ({ id }) => [id],
    );
    expect(lines[0]?.['identifier']).toBe('O7');
  });
});
