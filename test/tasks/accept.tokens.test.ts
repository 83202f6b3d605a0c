/** Client tokens: starts that repeat, conflict or arrive together, and the rows that they leave. */
import { describe, expect, test } from '@jest/globals';
import type { AcceptOutcome } from '../../src/tasks/accept.js';
import { findTask } from '../../src/tasks/store/task-queries.js';
import { beginEpoch } from '../../src/transitions/log.js';
import { ALICE, COMPLETE, accept, rowsOf } from '../support/harness/first-start.js';
import { acceptStart, recordObservation } from '../support/harness/record-one.js';
import { fromEngagement, fromOpportunity, openTaskHarness } from '../support/harness/task-harness.js';

describe('acceptStarts: client tokens', () => {
  test('a start is accepted as a QUEUED task that is due at once, with its first transition', async () => {
    const harness = await openTaskHarness();
    const task = await accept(harness, ALICE);
    const now = harness.clock.now();
    expect(task).toMatchObject({
      subject: 'alice',
      clientToken: 'token-1',
      input: ALICE.input,
      status: 'QUEUED',
      sequence: 1,
      position: 1,
      createdAt: now,
      updatedAt: now,
    });
    const { tasks, transitions } = await rowsOf(harness.db);
    expect(tasks).toMatchObject([
      { id: task.id, due_at: now, attempt_count: 0, first_attempt_at: null, may_have_reached: 0 },
    ]);
    expect(transitions).toMatchObject([{ task_id: task.id, sequence: 1, terminal: 0, recorded_at: now }]);
    expect(JSON.parse(transitions[0]?.facts ?? '')).toEqual({ previousStatus: null, task });
    expect(await findTask(harness.db.sql, task.id)).toEqual(task);
  });

  test('a start repeated under its token gives the same task in any status, and writes nothing', async () => {
    const harness = await openTaskHarness();
    const { id } = await accept(harness, ALICE);
    const epoch = await harness.db.write(beginEpoch);
    await recordObservation(harness.db, harness.telemetry, epoch, id, COMPLETE);
    const before = await rowsOf(harness.db);
    const outcome = await acceptStart(harness.db, harness.telemetry, ALICE);
    expect(outcome).toMatchObject({ type: 'accepted', replayed: true, task: { id, status: 'COMPLETE' } });
    expect(await rowsOf(harness.db)).toEqual(before);
  });

  test('a start with its tags in another order is the same start', async () => {
    const harness = await openTaskHarness();
    const [a, b, c] = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: 'b', value: '1' },
    ];
    const { id } = await accept(harness, { ...ALICE, input: fromOpportunity({ tags: [a, b, c] }) });
    for (const tags of [
      [c, b, a],
      [b, a, c],
    ]) {
      const outcome = await acceptStart(harness.db, harness.telemetry, { ...ALICE, input: fromOpportunity({ tags }) });
      expect(outcome).toMatchObject({ type: 'accepted', replayed: true, task: { id } });
    }
  });

  test.each([
    ['identifier', fromOpportunity({ identifier: 'O2' })],
    ['involvement type', fromOpportunity({ involvementType: 'FOR_VISIBILITY_ONLY' })],
    ['visibility', fromOpportunity({ visibility: null })],
    ['tags', fromOpportunity({ tags: [{ key: 'a', value: '' }] })],
  ])('a start under the token of a start with another %s is refused', async (_, input) => {
    const harness = await openTaskHarness();
    const { id } = await accept(harness, ALICE);
    const before = await rowsOf(harness.db);
    expect(await acceptStart(harness.db, harness.telemetry, { ...ALICE, input })).toMatchObject({
      type: 'token-reused',
      task: { id },
    });
    expect(await rowsOf(harness.db)).toEqual(before);
  });

  test('a start under the token of a start with another context is refused', async () => {
    const harness = await openTaskHarness();
    await accept(harness, { ...ALICE, input: fromEngagement() });
    const outcome = await acceptStart(harness.db, harness.telemetry, {
      ...ALICE,
      input: fromEngagement({ contextIdentifier: '2' }),
    });
    expect(outcome.type).toBe('token-reused');
  });

  test('starts of other subjects, kinds and catalogs may share a client token', async () => {
    const harness = await openTaskHarness();
    const starts = [
      ALICE,
      { ...ALICE, subject: 'bob' },
      { ...ALICE, subject: null },
      { ...ALICE, input: fromEngagement() },
      { ...ALICE, input: fromOpportunity({ catalog: 'AWS' }) },
    ];
    const tasks = await Promise.all(starts.map((start) => accept(harness, start)));
    expect(new Set(tasks.map((task) => task.id)).size).toBe(starts.length);
    expect(new Set((await rowsOf(harness.db)).tasks.map((row) => row.aws_client_token)).size).toBe(starts.length);
  });

  test('a thousand equal starts at once are one task and one transition', async () => {
    const harness = await openTaskHarness();
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, () => acceptStart(harness.db, harness.telemetry, ALICE)),
    );
    const isNew = (outcome: AcceptOutcome) => outcome.type === 'accepted' && !outcome.replayed;
    expect(outcomes.every((outcome) => outcome.type === 'accepted')).toBe(true);
    expect(outcomes.filter(isNew)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.task.id)).size).toBe(1);
    const { tasks, transitions } = await rowsOf(harness.db);
    expect([tasks.length, transitions.length]).toEqual([1, 1]);
  });

  test('a thousand starts at once under one token with two inputs are one task, and the other input is refused', async () => {
    const harness = await openTaskHarness();
    const inputs = [fromOpportunity(), fromOpportunity({ identifier: 'O2' })];
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        acceptStart(harness.db, harness.telemetry, { ...ALICE, input: inputs[index % 2] ?? ALICE.input }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.type === 'accepted')).toHaveLength(500);
    expect((await rowsOf(harness.db)).tasks).toHaveLength(1);
  });

  test('a start under a token of any text is found again by the token', async () => {
    const harness = await openTaskHarness();
    for (const clientToken of ["'; drop table tasks; --", '%', '_', 'grüße 😀', 'X', 'x', ' x']) {
      const task = await accept(harness, { ...ALICE, clientToken });
      expect(task.clientToken).toBe(clientToken);
      expect(await acceptStart(harness.db, harness.telemetry, { ...ALICE, clientToken })).toMatchObject({
        replayed: true,
        task: { id: task.id },
      });
    }
  });

  test('a start whose transition cannot be written leaves no task', async () => {
    const harness = await openTaskHarness();
    await harness.db.sql.schema.alterTable('transitions').renameTo('gone').execute();
    await expect(acceptStart(harness.db, harness.telemetry, ALICE)).rejects.toThrow('transitions');
    expect(await harness.db.sql.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });
});
