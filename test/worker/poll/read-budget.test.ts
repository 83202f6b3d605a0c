import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../../src/runtime/clock.js';
import { createReadBudget, readShortageOf } from '../../../src/worker/poll/read-budget.js';
import { accepted } from '../../support/harness/task-harness.js';
import { LIMITS, SLOW, createWorkerHarness, startMany } from '../../support/harness/worker-harness.js';

const PER_DAY = 100_000;
const BOUNDS = { minMs: 1000, maxMs: 30_000 };
/** The usage after `today` calls in a day, `lastHour` of them in the last hour. */
const usage = (today: number, lastHour = 0) => ({
  perDay: PER_DAY,
  remainingToday: Math.max(0, PER_DAY - today),
  spent: [
    { withinMs: HOUR, count: lastHour },
    { withinMs: DAY, count: today },
  ],
});
const RUNNING_LOW =
  /^The daily read quota is running low\. AWS is asked about tasks every \d+ s or less often until quota is available again\.$/;
const SPENT = 'The daily read quota is spent. Polling resumes when the oldest call is 24 hours old.';

describe('readShortageOf', () => {
  test.each([
    [0, 0, null],
    [63_000, 0, null],
    [83_250, 0, null],
    [87_300, 0, null],
    [87_301, 0, 'scarce'],
    [40_000, 34_500, null],
    [89_999, 0, 'scarce'],
    [90_000, 0, 'spent'],
    [100_000, 0, 'spent'],
  ])(
    'a day with %d of 100,000 reads spent, %d of them in the last hour, has the shortage %p',
    (today, lastHour, type) => {
      expect(readShortageOf(usage(today, lastHour), BOUNDS)?.type ?? null).toBe(type);
    },
  );

  test('reads are scarce in an account with so few of them that POLL_MAX_MS cannot be kept', () => {
    const few = { perDay: 1000, remainingToday: 500, spent: [{ withinMs: DAY, count: 700 }] };
    expect(readShortageOf(few, BOUNDS)?.message).toContain('every 113 s or less often');
    expect(readShortageOf(few, { ...BOUNDS, maxMs: 2 * MINUTE })).toBeNull();
  });

  test('the message of scarce reads names the interval, and that of spent reads names the end', () => {
    expect(readShortageOf(usage(89_000), BOUNDS)?.message).toBe(
      'The daily read quota is running low. AWS is asked about tasks every 14 s or less often until quota is available again.',
    );
    expect(readShortageOf(usage(90_000), BOUNDS)?.message).toBe(SPENT);
  });
});

describe('createReadBudget', () => {
  const warningsAfter = (...spent: number[]) => {
    const warnings: string[] = [];
    const budget = createReadBudget(BOUNDS, (message) => warnings.push(message));
    for (const today of spent) budget.observe(usage(today));
    return warnings;
  };

  test('the budget warns once when reads become scarce and once when they are spent', () => {
    expect(warningsAfter(0, 88_000, 88_500, 89_000, 90_000, 90_000)).toEqual([
      expect.stringMatching(RUNNING_LOW),
      SPENT,
    ]);
  });

  test('the budget does not warn again when a single read expires and is spent', () => {
    expect(warningsAfter(90_000, 89_999, 90_000, 89_999, 90_000)).toEqual([SPENT]);
  });

  test('the budget does not warn again while reads alternate around the limit of scarcity', () => {
    expect(warningsAfter(87_400, 87_200, 87_400, 87_200, 87_400)).toHaveLength(1);
  });

  test('the budget warns again when a later shortage begins', () => {
    expect(warningsAfter(90_000, 60_000, 90_000)).toEqual([SPENT, SPENT]);
  });
});

describe('the read budget of a worker', () => {
  async function warningsWith(
    perDay: number,
    pass: (harness: Awaited<ReturnType<typeof createWorkerHarness>>) => Promise<unknown>,
  ): Promise<unknown[]> {
    const harness = await createWorkerHarness({ limits: { ...LIMITS, reads: { perSecond: 10, perDay } } });
    const warnings: unknown[] = [];
    Object.assign(harness.telemetry.log, { warn: (...messages: unknown[]) => void warnings.push(...messages) });
    await pass(harness);
    return warnings;
  }

  test('the worker warns once, and not at each poll, while tasks in progress wait for reads', async () => {
    const warnings = await warningsWith(10, async (harness) => {
      await startMany(harness.tasks, 3, { ...SLOW, identifier: 'O1000005' });
      harness.simulator.inject({
        operation: 'ListEngagementFromOpportunityTasks',
        times: Infinity,
        fault: { kind: 'error', name: 'InternalServerException' },
      });
      await harness.pass(5 * HOUR);
    });
    expect(warnings).toEqual([expect.stringMatching(RUNNING_LOW)]);
    // Five hours of polls take seconds on an idle processor, and several times as long on a busy one.
  });

  test('the worker does not warn while there are enough reads', async () => {
    expect(
      await warningsWith(1000, async (harness) => {
        const { id } = await accepted(harness.tasks, SLOW);
        await harness.untilEnded([id], 5 * MINUTE);
      }),
    ).toEqual([]);
  });
});
