/** The settling of a change whose answer is lost, with an association as the change. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/runtime/clock.js';
import type { Fault } from '../../src/partner-central/simulator/faults.js';
import { openEdits, openEditsOverStub } from '../support/aws/edits.js';
import { until } from '../support/clients/waiting.js';
import { ok } from '../support/fakes/aws-stub.js';

const SOLUTION = {
  catalog: 'SANDBOX',
  identifier: 'O5000002',
  entityType: 'SOLUTIONS',
  entityIdentifier: 'S-0000001',
} as const;
const OPERATION = 'AssociateOpportunity';

async function solutions({ records }: Awaited<ReturnType<typeof openEdits>>): Promise<readonly string[]> {
  const found = await records.opportunity('SANDBOX', 'O5000002', 0);
  if (found.type !== 'found') throw new Error(`The opportunity was not found: ${found.type}`);
  return found.record.relatedEntities.solutions;
}

describe('a change whose answer is lost', () => {
  const before: readonly Fault[] = [
    { kind: 'reset-before' },
    { kind: 'html', status: 502 },
    { kind: 'error', name: 'InternalServerException' },
  ];
  test.each(before)('a change that AWS did not receive ($kind) is made by a second write', async (fault) => {
    const { edits, simulator, calls } = await openEdits();
    simulator.inject({ operation: OPERATION, times: 1, fault });
    expect(await edits.associateOpportunity(null, SOLUTION)).toMatchObject({
      type: 'done',
      record: { id: 'O5000002', relatedEntities: { solutions: ['S-0000001'] } },
      changed: ['relatedEntities.solutions'],
    });
    expect(calls(OPERATION)).toBe(2);
  });

  const after: readonly Fault[] = [{ kind: 'reset-after' }, { kind: 'half-answer' }];
  test.each(after)('a change that AWS made ($kind) is found in the record, and not sent again', async (fault) => {
    const { edits, simulator, calls } = await openEdits();
    simulator.inject({ operation: OPERATION, times: 1, fault });
    expect(await edits.associateOpportunity(null, SOLUTION)).toMatchObject({
      type: 'done',
      record: { relatedEntities: { solutions: ['S-0000001'] } },
      changed: ['relatedEntities.solutions'],
    });
    expect(calls(OPERATION)).toBe(1);
  });

  test('a change that AWS made and does not answer for 10 s is found in the record', async () => {
    const harness = await openEdits();
    harness.simulator.inject({ operation: OPERATION, times: 1, fault: { kind: 'hang' } });
    const made = harness.edits.associateOpportunity(null, SOLUTION);
    await until(() => harness.isProcessed(OPERATION));
    await harness.clock.advance(10 * SECOND);
    expect(await made).toMatchObject({ type: 'done', changed: ['relatedEntities.solutions'] });
    expect(harness.calls(OPERATION)).toBe(1);
  });

  test('after three lost answers the error says that AWS may still make the change', async () => {
    const { edits, simulator, calls } = await openEdits();
    simulator.inject({ operation: OPERATION, times: 3, fault: { kind: 'reset-before' } });
    expect(await edits.associateOpportunity(null, SOLUTION)).toEqual({
      type: 'refused',
      errors: [
        {
          code: 'UPSTREAM_FAILED',
          message:
            'AWS did not answer, and the opportunity O5000002 does not show the change. AWS may still make it. Read ' +
            'the opportunity in a minute, and repeat the edit if the change is missing. A repetition is harmless.',
          path: null,
          awsCode: null,
          retryAfterMs: MINUTE,
          conflict: null,
          mayBeDone: true,
        },
      ],
    });
    expect(calls(OPERATION)).toBe(3);
  });

  test('a spent quota after a lost answer does not claim that nothing was sent', async () => {
    const { edits, simulator } = await openEdits({ perSecond: Infinity, perDay: 1 });
    simulator.inject({ operation: OPERATION, times: 1, fault: { kind: 'reset-before' } });
    const outcome = await edits.associateOpportunity(null, SOLUTION);
    expect(outcome).toMatchObject({ type: 'refused', errors: [{ code: 'UPSTREAM_FAILED', mayBeDone: true }] });
  });

  test('a refusal after a lost answer counts as success if the record shows the change', async () => {
    const { edits, simulator, isProcessed, clock } = await openEdits();
    simulator.inject({ operation: OPERATION, times: 1, fault: { kind: 'hang' } });
    const made = edits.associateOpportunity(null, SOLUTION);
    await until(() => isProcessed(OPERATION));
    // The reading after the loss fails, so that the write is repeated.
    simulator.inject({ operation: 'GetOpportunity', times: 1, fault: { kind: 'reset-before' } });
    const refusal = { kind: 'error', name: 'ValidationException', message: 'It is associated already.' } as const;
    simulator.inject({ operation: OPERATION, times: 1, fault: refusal });
    await clock.advance(10 * SECOND);
    expect(await made).toMatchObject({ type: 'done', changed: ['relatedEntities.solutions'] });
  });
});

test('a refusal after a lost answer says that AWS may have made the change if the record cannot be read', async () => {
  const { edits, simulator, isProcessed, clock } = await openEdits();
  simulator.inject({ operation: OPERATION, times: 1, fault: { kind: 'hang' } });
  const made = edits.associateOpportunity(null, SOLUTION);
  await until(() => isProcessed(OPERATION));
  simulator.inject({ operation: 'GetOpportunity', times: 2, fault: { kind: 'reset-before' } });
  const fault = { kind: 'error', name: 'AccessDeniedException' } as const;
  simulator.inject({ operation: OPERATION, times: 1, fault });
  await clock.advance(10 * SECOND);
  expect(await made).toMatchObject({ type: 'refused', errors: [{ code: 'ACCESS_DENIED', mayBeDone: true }] });
});

test('a refusal after a lost answer says so too if the record does not show the change yet', async () => {
  const { edits, simulator } = await openEdits();
  for (const fault of [{ kind: 'reset-before' }, { kind: 'error', name: 'ConflictException' }] as const)
    simulator.inject({ operation: OPERATION, times: 1, fault });
  expect(await edits.associateOpportunity(null, SOLUTION)).toMatchObject({
    type: 'refused',
    errors: [{ code: 'CONFLICT', mayBeDone: true }],
  });
});

describe('a change that AWS answers', () => {
  test('a repetition changes nothing, and sends nothing', async () => {
    const { edits, calls, entries } = await openEdits();
    await edits.associateOpportunity('ada', SOLUTION);
    expect(await edits.associateOpportunity('ada', SOLUTION)).toMatchObject({
      type: 'done',
      record: { relatedEntities: { solutions: ['S-0000001'] } },
      changed: [],
    });
    expect(calls(OPERATION)).toBe(1);
    expect(entries.map(({ outcome, identifier }) => [outcome, identifier])).toEqual([
      ['done', 'O5000002'],
      ['unchanged', 'O5000002'],
    ]);
  });

  test('two callers at once make it once', async () => {
    const harness = await openEdits();
    const outcomes = await Promise.all(
      ['ada', 'bob'].map((subject) => harness.edits.associateOpportunity(subject, SOLUTION)),
    );
    expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done']);
    expect(await solutions(harness)).toEqual(['S-0000001']);
  });

  test('a spent quota refuses it with a time, and sends nothing', async () => {
    const { edits, calls } = await openEdits({ perSecond: Infinity, perDay: 1 });
    await edits.associateOpportunity(null, SOLUTION);
    expect(await edits.associateOpportunity(null, { ...SOLUTION, entityIdentifier: 'S-0000002' })).toMatchObject({
      type: 'refused',
      errors: [{ code: 'QUOTA_SPENT', path: null, retryAfterMs: expect.any(Number), mayBeDone: false }],
    });
    expect(calls(OPERATION)).toBe(1);
  });

  test('a throttled write changed nothing, and says when to repeat it', async () => {
    const harness = await openEdits();
    harness.simulator.inject({
      operation: OPERATION,
      times: 1,
      fault: { kind: 'error', name: 'ThrottlingException' },
    });
    expect(await harness.edits.associateOpportunity(null, SOLUTION)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'QUOTA_SPENT', mayBeDone: false }],
    });
    expect(await solutions(harness)).toEqual([]);
  });

  test('a record that AWS does not show is refused before a write', async () => {
    const { edits, simulator, calls } = await openEdits();
    const fault = { kind: 'error', name: 'ResourceNotFoundException' } as const;
    simulator.inject({ operation: 'GetOpportunity', times: 1, fault });
    expect(await edits.associateOpportunity(null, SOLUTION)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'NOT_FOUND', path: ['identifier'] }],
    });
    expect(calls(OPERATION)).toBe(0);
  });

  test('the record has the change even if it cannot be read after the write', async () => {
    const { edits, simulator, calls, clock } = await openEdits();
    simulator.inject({ operation: OPERATION, times: 1, fault: { kind: 'latency', ms: SECOND } });
    const made = edits.associateOpportunity(null, SOLUTION);
    await until(() => calls(OPERATION) === 1);
    simulator.inject({ operation: 'GetOpportunity', times: 1, fault: { kind: 'reset-before' } });
    await clock.advance(SECOND);
    expect(await made).toMatchObject({
      type: 'done',
      record: { relatedEntities: { solutions: ['S-0000001'] }, lastModifiedAt: null },
      changed: ['relatedEntities.solutions'],
    });
  });
});

describe('a change right after another one of the same record', () => {
  test('a change is undone although AWS still shows the state before it, and the state counts after ten seconds', async () => {
    const { edits, stub, clock } = await openEditsOverStub({
      GetOpportunity: () => ok({ Id: 'O5000002', LifeCycle: { ReviewStatus: 'Pending Submission' } }),
      AssociateOpportunity: () => ok({}),
      DisassociateOpportunity: () => ok({}),
    });
    const writes = () => stub.takeAsked().filter((operation) => operation !== 'GetOpportunity');
    await edits.associateOpportunity(null, SOLUTION);
    expect(await edits.disassociateOpportunity(null, SOLUTION)).toMatchObject({
      type: 'done',
      changed: ['relatedEntities.solutions'],
    });
    // AWS shows this change, so a repetition of it is known to be one.
    expect(await edits.disassociateOpportunity(null, SOLUTION)).toMatchObject({ changed: [] });
    expect(writes()).toEqual(['AssociateOpportunity', 'DisassociateOpportunity']);
    await edits.associateOpportunity(null, SOLUTION);
    await clock.advance(11 * SECOND);
    expect(await edits.disassociateOpportunity(null, SOLUTION)).toMatchObject({ changed: [] });
    expect(writes()).toEqual(['AssociateOpportunity']);
  });
});
