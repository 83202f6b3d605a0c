import { describe, expect, test } from '@jest/globals';
import { createBatchAcceptor } from '../../../src/tasks/service/batch-acceptor.js';
import { acceptStarts, type AcceptOutcome } from '../../../src/tasks/accept.js';
import type { Start } from '../../../src/tasks/start.js';
import { fromOpportunity, isSettled, openTaskHarness, taskWith } from '../../support/harness/task-harness.js';

const startOf = (clientToken: string, more: Partial<Start> = {}): Start => ({
  subject: 'alice',
  input: fromOpportunity(),
  clientToken,
  ...more,
});
const outcomeOf = ({ clientToken }: Start): AcceptOutcome => ({
  type: 'accepted',
  task: taskWith({ id: clientToken }),
  replayed: false,
});
const fifty = Array.from({ length: 50 }, (_, index) => startOf(`token ${index}`));

/** Transactions that commit or fail when the test says so. */
function createHeld() {
  const transactions: { readonly starts: readonly Start[]; commit(): void; fail(error: Error): void }[] = [];
  const accept = createBatchAcceptor(
    (starts) =>
      new Promise((resolve, reject) => {
        transactions.push({ starts, commit: () => resolve(starts.map(outcomeOf)), fail: reject });
      }),
  );
  const tokens = () => transactions.map(({ starts }) => starts.map((start) => start.clientToken));
  return { transactions, accept, tokens };
}

/** A real database, with the number of starts in each transaction. */
async function openTogether() {
  const harness = await openTaskHarness();
  const groups: number[] = [];
  const accept = createBatchAcceptor((starts) => {
    groups.push(starts.length);
    return acceptStarts(harness.db, harness.telemetry, starts);
  });
  return { ...harness, accept, groups };
}

describe('Starts that arrive during a transaction', () => {
  test('starts that arrive during a transaction share the next one, and none is answered before the commit', async () => {
    const { transactions, accept, tokens } = createHeld();
    const first = accept(startOf('first'));
    await isSettled(first);
    const others = Promise.all(fifty.map(accept));
    expect(await isSettled(first)).toBe(false);
    expect(tokens()).toEqual([['first']]);
    transactions[0]?.commit();
    expect((await first).task.id).toBe('first');
    expect(await isSettled(others)).toBe(false);
    expect(tokens()).toEqual([['first'], fifty.map((start) => start.clientToken)]);
    transactions[1]?.commit();
    expect((await others).map((outcome) => outcome.task.id)).toEqual(fifty.map((start) => start.clientToken));
  });

  test('a transaction holds at most 200 starts', async () => {
    const { transactions, accept } = createHeld();
    const all = Promise.all(Array.from({ length: 450 }, (_, index) => accept(startOf(`token ${index}`))));
    for (let done = 0; !(await isSettled(all)); done += 1) transactions[done]?.commit();
    expect((await all).map((outcome) => outcome.task.id)).toEqual(
      Array.from({ length: 450 }, (_, index) => `token ${index}`),
    );
    expect(transactions.map(({ starts }) => starts.length)).toEqual([200, 200, 50]);
  });

  test('starts of several subjects share a transaction, each with its own subject and trace', async () => {
    const { accept, groups, db } = await openTogether();
    const people = ['alice', 'bob', null];
    const outcomes = await Promise.all(
      people.map((subject) => accept(startOf('one token', { subject, trace: `00-${subject}` }))),
    );
    expect(groups).toEqual([3]);
    expect(outcomes.map((outcome) => outcome.task)).toMatchObject(
      people.map((subject) => ({ subject, trace: `00-${subject}`, clientToken: 'one token' })),
    );
    expect(new Set(outcomes.map((outcome) => outcome.task.id)).size).toBe(3);
    expect(await db.sql.selectFrom('transitions').select('position').orderBy('position').execute()).toEqual([
      { position: 1 },
      { position: 2 },
      { position: 3 },
    ]);
  });

  test('starts under one token in one transaction are one task, and all but one are replayed or refused', async () => {
    const { accept, groups, db } = await openTogether();
    const other = fromOpportunity({ identifier: 'O2' });
    const outcomes = await Promise.all([
      accept(startOf('a')),
      accept(startOf('a')),
      accept(startOf('a', { input: other })),
      accept(startOf('b')),
    ]);
    expect(groups).toEqual([4]);
    expect(outcomes).toMatchObject([
      { type: 'accepted', replayed: false },
      { type: 'accepted', replayed: true },
      { type: 'token-reused' },
      { type: 'accepted', replayed: false },
    ]);
    expect(await db.sql.selectFrom('tasks').select('id').execute()).toHaveLength(2);
  });

  test('retries of one task by several subjects in one transaction are one retry', async () => {
    const { accept, db } = await openTogether();
    const { task } = await accept(startOf('failed'));
    const outcomes = await Promise.all(
      ['alice', 'bob'].map((subject) => accept(startOf('retry', { subject, retryOf: task.id }))),
    );
    expect(outcomes).toMatchObject([{ replayed: false }, { replayed: true }]);
    expect(await db.sql.selectFrom('tasks').select('id').execute()).toHaveLength(2);
  });
});

describe('A transaction that fails', () => {
  test('a transaction that fails because of one start refuses only that start', async () => {
    const { accept, groups, db } = await openTogether();
    const bad = startOf('bad');
    // The column of the identifier is not nullable.
    Object.assign(bad, { input: { ...fromOpportunity(), identifier: null } });
    const settled = await Promise.allSettled([accept(startOf('a')), accept(bad), accept(startOf('b'))]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([3, 1, 1, 1]);
    const rows = await db.sql.selectFrom('tasks').select('client_token').orderBy('position').execute();
    expect(rows.map((row) => row.client_token)).toEqual(['a', 'b']);
  });

  test('an unavailable database fails all starts of the transaction at once, and no later start', async () => {
    const { transactions, accept } = createHeld();
    const shared = Promise.allSettled(fifty.map(accept));
    await isSettled(shared);
    transactions[0]?.fail(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    expect((await shared).every(({ status }) => status === 'rejected')).toBe(true);
    expect(transactions).toHaveLength(1);
    const later = accept(startOf('later'));
    await isSettled(later);
    transactions[1]?.commit();
    expect((await later).task.id).toBe('later');
  });
});
