import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../../src/runtime/clock.js';
import { LONGEST_STRETCHED_MS } from '../../../src/worker/poll/cadence.js';
import { createReadBudget, readShortageOf } from '../../../src/worker/poll/read-budget.js';
import { accepted } from '../../support/harness/task-harness.js';
import { LIMITS, SLOW, createStage, startMany } from '../../support/harness/worker-harness.js';

const PER_DAY = 100_000;
/** So many calls in the last hour, of so many of a day. */
const usage = (today: number, lastHour = 0) => ({
  perDay: PER_DAY,
  remainingToday: Math.max(0, PER_DAY - today),
  spent: [
    { withinMs: HOUR, count: lastHour },
    { withinMs: DAY, count: today },
  ],
});
const WOULD_NOT_LAST =
  /^The day's quota of reads would not last: tasks are looked at up to \d+ times less often, until reads come back\.$/;
const SPENT = "The day's quota of reads is spent: news of tasks comes when the oldest call is 24 hours old.";

describe('the reads of a day', () => {
  test.each([
    [0, 0, null],
    [63_000, 0, null],
    [83_250, 0, null],
    [87_000, 0, null],
    [87_300, 0, 'scarce'],
    [40_000, 34_500, 'scarce'],
    [89_999, 0, 'scarce'],
    [90_000, 0, 'spent'],
    [100_000, 0, 'spent'],
  ])('of which %d of 100,000 are spent, %d of them in the last hour, are %p', (today, lastHour, type) => {
    expect(readShortageOf(usage(today, lastHour))?.type ?? null).toBe(type);
  });

  test('are told to be scarce with how much more seldom tasks are looked at, and spent ones with when news comes', () => {
    expect(readShortageOf(usage(89_000))?.message).toBe(
      "The day's quota of reads would not last: tasks are looked at up to 140 times less often, until reads come back.",
    );
    expect(readShortageOf(usage(90_000))?.message).toBe(SPENT);
  });

  test('are scarce from where a poll after half a minute comes as late as any is spread', () => {
    expect(readShortageOf(usage(87_203))).toBeNull();
    expect(readShortageOf(usage(87_204))?.message).toContain(`up to ${LONGEST_STRETCHED_MS / (0.5 * MINUTE)} times`);
  });
});

describe('the watch', () => {
  const watched = (...spent: number[]) => {
    const warnings: string[] = [];
    const watch = createReadBudget((message) => warnings.push(message));
    for (const today of spent) watch.observe(usage(today));
    return warnings;
  };

  test('warns once when reads become scarce and once when they are spent', () => {
    expect(watched(0, 88_000, 88_500, 89_000, 90_000, 90_000)).toEqual([expect.stringMatching(WOULD_NOT_LAST), SPENT]);
  });

  test('says nothing of a read that comes back and is spent', () => {
    expect(watched(90_000, 89_999, 90_000, 89_999, 90_000)).toEqual([SPENT]);
  });

  test('says nothing of reads that are now a little less and now a little more than scarce', () => {
    expect(watched(87_300, 87_100, 87_300, 87_100, 87_300)).toHaveLength(1);
  });

  test('warns again when it begins anew', () => {
    expect(watched(90_000, 60_000, 90_000)).toEqual([SPENT, SPENT]);
  });
});

describe('the worker', () => {
  async function warningsWith(
    perDay: number,
    pass: (stage: Awaited<ReturnType<typeof createStage>>) => Promise<unknown>,
  ): Promise<unknown[]> {
    const stage = await createStage({ limits: { ...LIMITS, reads: { perSecond: 10, perDay } } });
    const warnings: unknown[] = [];
    Object.assign(stage.telemetry.log, { warn: (...told: unknown[]) => void warnings.push(...told) });
    await pass(stage);
    return warnings;
  }

  test('warns once, and not at each poll, while tasks wait for news that no read is left for', async () => {
    const warnings = await warningsWith(10, async (stage) => {
      await startMany(stage.tasks, 3, { ...SLOW, identifier: 'O1000005' });
      stage.simulator.inject({
        operation: 'ListEngagementFromOpportunityTasks',
        times: Infinity,
        fault: { kind: 'error', name: 'InternalServerException' },
      });
      await stage.pass(5 * HOUR);
    });
    expect(warnings).toEqual(expect.arrayContaining([SPENT]));
    expect(warnings.filter((warning) => warning === SPENT)).toHaveLength(1);
    expect(warnings.length).toBeLessThanOrEqual(2);
    // Five hours of polls take seconds of a free processor, and several times as long of a busy one.
  }, 120_000);

  test('warns of nothing while there are reads enough', async () => {
    expect(
      await warningsWith(1000, async (stage) => {
        const { id } = await accepted(stage.tasks, SLOW);
        await stage.untilEnded([id], 5 * MINUTE);
      }),
    ).toEqual([]);
  });
});
