import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, SECOND } from '../../src/runtime/clock.js';
import { batchFrom, batchIdOf, checkBatch, sendingMs } from '../../src/tasks/task-batch.js';
import type { StatusSummary } from '../../src/tasks/store/list.js';
import { TASK_STATUSES } from '../../src/tasks/task.js';
import { fromOpportunity } from '../support/harness/task-harness.js';

const WRITES = { perSecond: 1, perDay: 10_000, availableNow: 1, remainingToday: 10_000 };

const summary = (more: Partial<StatusSummary>): StatusSummary => ({
  status: 'QUEUED',
  count: 1,
  firstCreatedAt: 0,
  lastPosition: 1,
  durationMs: 0,
  ...more,
});

describe('sendingMs', () => {
  test.each([
    [0, 10_000, 0],
    [1, 10_000, 1020],
    [200, 10_000, 204 * SECOND],
    [50, 50, 51 * SECOND],
    [51, 50, DAY + 1020],
    [10_000, 0, DAY + 10_200 * SECOND],
    [10_001, 0, 2 * DAY + 1020],
  ])('%d starts with %d left of the day take %d ms', (count, remainingToday, ms) => {
    expect(sendingMs(count, { ...WRITES, remainingToday })).toBe(ms);
  });

  test('more starts, or less quota left of the day, never take less time', () => {
    const natural = fc.nat({ max: 30_000 });
    fc.assert(
      fc.property(natural, natural, natural, natural, (a, b, c, d) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        const [little, much] = [Math.min(c, d), Math.max(c, d)];
        expect(sendingMs(many, { ...WRITES, remainingToday: much })).toBeGreaterThanOrEqual(
          sendingMs(few, { ...WRITES, remainingToday: much }),
        );
        expect(sendingMs(many, { ...WRITES, remainingToday: little })).toBeGreaterThanOrEqual(
          sendingMs(many, { ...WRITES, remainingToday: much }),
        );
      }),
      { verbose: 1 },
    );
  });
});

describe('The batch', () => {
  test('a batch is expected to end 3 s after its last start is sent, while no task has ended', () => {
    const summaries = [
      summary({ count: 10 }),
      summary({ status: 'IN_PROGRESS', firstCreatedAt: 5 }),
      summary({ status: 'REJECTED', durationMs: 99 }),
    ];
    expect(batchFrom('id', summaries, 100, WRITES, 1000)).toEqual({
      id: 'id',
      createdAt: 0,
      counts: { QUEUED: 10, IN_PROGRESS: 1, COMPLETE: 0, FAILED: 0, REJECTED: 1 },
      totalCount: 12,
      isFinished: false,
      expectedEndAt: 1000 + 102 * SECOND + 3 * SECOND,
    });
  });

  test('the expected end follows the average duration of the tasks that have ended', () => {
    const summaries = [
      summary({ status: 'IN_PROGRESS' }),
      summary({ status: 'COMPLETE', count: 3, durationMs: 3000 }),
      summary({ status: 'FAILED', durationMs: 5000 }),
    ];
    expect(batchFrom('id', summaries, 0, WRITES, 1000).expectedEndAt).toBe(1000 + 2000);
  });

  test('a finished batch has no expected end', () => {
    const summaries = (['COMPLETE', 'FAILED', 'REJECTED'] as const).map((status) => summary({ status }));
    expect(batchFrom('id', summaries, 0, WRITES, 0)).toMatchObject({
      isFinished: true,
      expectedEndAt: null,
      totalCount: 3,
    });
  });

  test.each(TASK_STATUSES)('a %s task counts once, in its status', (status) => {
    const { counts, totalCount } = batchFrom('id', [summary({ status, count: 7 })], 0, WRITES, 0);
    expect(counts).toEqual({ QUEUED: 0, IN_PROGRESS: 0, COMPLETE: 0, FAILED: 0, REJECTED: 0, [status]: 7 });
    expect(totalCount).toBe(7);
  });

  test.each([
    [0, ['No input. Expected 1 to 200.']],
    [1, []],
    [200, []],
    [201, ['Too many inputs (limit 200, got 201).']],
  ])('a batch may have 1 to 200 starts: %d', (count, messages) => {
    expect(checkBatch(count).map(({ message }) => message)).toEqual(messages);
  });

  test('the id of a batch depends on subject, catalogs, tokens and order, and never changes', () => {
    const [a, b] = [
      { input: fromOpportunity(), clientToken: 'a' },
      { input: fromOpportunity(), clientToken: 'b' },
    ];
    const others = [
      batchIdOf('alice', [a, b]),
      batchIdOf('alice', [b, a]),
      batchIdOf('alice', [a]),
      batchIdOf('bob', [a, b]),
      batchIdOf(null, [a, b]),
      batchIdOf('alice', [a, { ...b, input: fromOpportunity({ catalog: 'AWS' }) }]),
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(batchIdOf('alice', [{ ...a, input: fromOpportunity({ identifier: 'O2' }) }, b])).toBe(others[0]);
    expect(others[0]).toBe('868ec3ee-2c9e-52c3-b0b2-6e59bf173b3e');
  });
});
