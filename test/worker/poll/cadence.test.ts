import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { throttleMs } from '../../../src/partner-central/quota/throttle.js';
import { nextPollAt, nextPollDelayMs, retryDelayMs, stretchFor } from '../../../src/worker/poll/cadence.js';

const MINUTES_A_DAY = 24 * 60;
const BOUNDS = { minMs: 1000, maxMs: 30_000 };
const anAge = fc.nat({ max: 1_000_000_000 });
const someBounds = fc
  .tuple(fc.integer({ min: 50, max: 100_000 }), fc.nat({ max: 100_000 }))
  .map(([minMs, more]) => ({ minMs, maxMs: minMs + more }));
const aStretch = fc.double({ min: 1, max: 20, noNaN: true });
const aChance = fc.double({ min: 0, max: 1, noNaN: true });

describe('nextPollDelayMs', () => {
  test.each([
    [0, 1000],
    [4 * SECOND, 1000],
    [8 * SECOND, 2000],
    [1 * MINUTE, 15_000],
    [2 * MINUTE, 30_000],
    [60 * MINUTE, 30_000],
  ])('a task of the age %d ms is polled again after %d ms', (age, delay) => {
    expect(nextPollDelayMs(age, BOUNDS, 1)).toBe(delay);
  });

  test('the delay is within its bounds, and is at most a quarter of the age above the smallest', () => {
    fc.assert(
      fc.property(anAge, someBounds, (age, bounds) => {
        const delay = nextPollDelayMs(age, bounds, 1);
        expect(delay).toBeGreaterThanOrEqual(bounds.minMs);
        expect(delay).toBeLessThanOrEqual(bounds.maxMs);
        expect(delay).toBeLessThanOrEqual(Math.max(bounds.minMs, age / 4 + 1));
      }),
      { verbose: 1 },
    );
  });

  test.each([
    [0, 900, 900_000],
    [0, 1000, 900_000],
    [60 * MINUTE, 2, 60_000],
    [60 * MINUTE, 30, 900_000],
    [60 * MINUTE, 1000, 900_000],
  ])(
    'a task of the age %d ms is polled again at a stretch of %d after %d ms, at most a quarter of an hour',
    (age, stretch, delay) => {
      expect(nextPollDelayMs(age, BOUNDS, stretch)).toBe(delay);
    },
  );

  test('the delay never shrinks with a greater age or a larger stretch', () => {
    fc.assert(
      fc.property(anAge, anAge, someBounds, aStretch, aStretch, (age, more, bounds, one, other) => {
        expect(nextPollDelayMs(age + more, bounds, one)).toBeGreaterThanOrEqual(nextPollDelayMs(age, bounds, one));
        const [smaller, larger] = one < other ? [one, other] : [other, one];
        expect(nextPollDelayMs(age, bounds, larger)).toBeGreaterThanOrEqual(nextPollDelayMs(age, bounds, smaller));
      }),
      { verbose: 1 },
    );
  });
});

describe('nextPollAt', () => {
  const aNow = fc.nat({ max: 2_000_000_000_000 });
  const check = (
    property: (now: number, age: number, bounds: { minMs: number; maxMs: number }, stretch: number) => void,
  ) => fc.assert(fc.property(aNow, anAge, someBounds, aStretch, property), { verbose: 1 });

  test.each([
    [10_000, 0, 11_000],
    [10_499, 0, 11_000],
    [10_500, 0, 12_000],
    [10_000, 6 * SECOND, 12_000],
    [10_000, 1 * MINUTE, 25_000],
  ])('a task that is polled at %d at the age %d is polled again at %d', (now, age, at) => {
    expect(nextPollAt(now, age, BOUNDS, 1)).toBe(at);
  });

  test('the next poll is at a multiple of the shortest delay, so that tasks with similar due times share a poll', () => {
    check((now, age, bounds, stretch) => expect(nextPollAt(now, age, bounds, stretch) % bounds.minMs).toBe(0));
  });

  test('the next poll differs from its delay by at most half of the shortest delay, and is at least that half away', () => {
    check((now, age, bounds, stretch) => {
      const at = nextPollAt(now, age, bounds, stretch);
      expect(Math.abs(at - now - nextPollDelayMs(age, bounds, stretch))).toBeLessThanOrEqual(bounds.minMs / 2);
      expect(at - now).toBeGreaterThanOrEqual(bounds.minMs / 2);
    });
  });

  test('polls stay on the grid while a round takes less than half of the shortest delay', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000_000 }),
        someBounds,
        fc.double({ min: 0, max: 0.499, noNaN: true }),
        (count, bounds, share) => {
          const asked = count * bounds.minMs + Math.floor(share * bounds.minMs);
          expect(nextPollAt(asked, 0, bounds, 1)).toBe((count + 1) * bounds.minMs);
        },
      ),
      { verbose: 1 },
    );
  });
});

describe('stretchFor', () => {
  const DAYS_READS = 100_000;
  const spent = (...counts: (readonly [hours: number, count: number])[]) =>
    counts.map(([hours, count]) => ({ withinMs: hours * HOUR, count }));
  const stretchAfter = (...counts: (readonly [hours: number, count: number])[]) =>
    stretchFor({ perDay: DAYS_READS, spent: spent(...counts) });

  test.each([
    [0, 1],
    [63_000, 1],
    [76_500, 2.83],
    [83_250, 8],
    [89_000, 140],
    [89_900, 1000],
    [90_000, 1000],
    [100_000, 1000],
  ])(
    'a day with %d of 100,000 reads spent, a tenth of all reserved for look-ups, has the stretch %d',
    (count, stretch) => {
      expect(stretchAfter([24, count]) / stretch).toBeCloseTo(1, 1);
    },
  );

  test.each([
    ['an hour', 1, 20_000, 1],
    ['an hour', 1, 30_000, 2.9],
    ['four hours', 4, 36_000, 1],
    ['four hours', 4, 45_000, 3],
    ['sixteen hours', 16, 55_000, 1],
    ['sixteen hours', 16, 70_000, 4],
  ])('a burst of %s (%d h) with %d reads has the stretch %d', (_, hours, count, stretch) => {
    expect(stretchAfter([hours, count], [24, count])).toBeCloseTo(stretch, 0);
  });

  test('the window with the smallest remaining share decides the stretch', () => {
    expect(stretchAfter([1, 30_000], [4, 45_000], [24, 76_500])).toBe(stretchAfter([1, 30_000]));
    expect(stretchAfter([1, 0], [4, 10], [24, 76_500])).toBe(stretchAfter([24, 76_500]));
  });

  test('the stretch is from 1 to 1000, and never shrinks when more reads are spent', () => {
    const someSpent = fc.array(
      fc.tuple(fc.constantFrom(1, 2, 4, 8, 16, 24), fc.nat({ max: 200_000 }), fc.nat({ max: 50_000 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), someSpent, (perDay, windows) => {
        const fewer = stretchFor({ perDay, spent: spent(...windows.map(([hours, count]) => [hours, count] as const)) });
        const more = stretchFor({
          perDay,
          spent: spent(...windows.map(([hours, count, extra]) => [hours, count + extra] as const)),
        });
        expect(more).toBeGreaterThanOrEqual(fewer);
        expect(fewer).toBeGreaterThanOrEqual(1);
        expect(more).toBeLessThanOrEqual(1001);
      }),
      { verbose: 1 },
    );
  });

  test.each([
    [0.8, 1.8],
    [1.1, 3.6],
    [1.5, 6.1],
    [3, 16.5],
    [6, 48],
  ])(
    'a week in which polls want %d times their reads stays within the reads, at a stretch of at most %d',
    (demand, longest) => {
      const polls = demand * 0.9 * DAYS_READS;
      const stretches = paceOf(7, polls);
      expect(Math.max(...stretches)).toBeLessThanOrEqual(longest);
      expect(Math.max(...stretches)).toBeGreaterThan(longest / 2);
      const reads = stretches.map((stretch) => polls / MINUTES_A_DAY / stretch);
      for (let minute = 0; minute <= 6 * MINUTES_A_DAY; minute += 60) {
        expect(reads.slice(minute, minute + MINUTES_A_DAY).reduce((total, some) => total + some, 0)).toBeLessThan(
          0.9 * DAYS_READS,
        );
      }
    },
  );

  test('an overspent week reaches an even pace: no minute of its last day is three times as slow as another', () => {
    const lastDay = paceOf(7, 3 * 0.9 * DAYS_READS).slice(-MINUTES_A_DAY);
    expect(Math.max(...lastDay) / Math.min(...lastDay)).toBeLessThan(3);
  });

  test('a burst of an hour with a quarter of the daily reads keeps the stretch below 1.5', () => {
    expect(Math.max(...paceOf(1, 24 * 0.25 * DAYS_READS).slice(0, 60))).toBeLessThan(1.5);
  });

  /** Returns the stretch of each minute, for the given number of polls a day at full pace. */
  function paceOf(days: number, polls: number): number[] {
    const total = [0];
    return Array.from({ length: days * MINUTES_A_DAY }, (_, minute) => {
      const now = total.at(-1) ?? 0;
      const stretch = stretchAfter(
        ...[1, 2, 3, 4, 6, 8, 12, 16, 20, 24].map((hours) => [hours, now - (total[minute - hours * 60] ?? 0)] as const),
      );
      total.push(now + polls / MINUTES_A_DAY / stretch);
      return stretch;
    });
  }
});

describe('retryDelayMs', () => {
  test.each([
    [1, 250, 500],
    [2, 500, 1000],
    [3, 1000, 2000],
    [6, 8000, 16_000],
    [7, 15_000, 30_000],
    [1000, 15_000, 30_000],
  ])('the wait after failed attempt %d is from %d to %d ms', (attempt, least, most) => {
    expect([retryDelayMs(attempt, 0), retryDelayMs(attempt, 1)]).toEqual([least, most]);
  });

  test('the wait is between half of the full wait and the full wait, for any random number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), aChance, (attempt, chance) => {
        expect(retryDelayMs(attempt, chance)).toBeGreaterThanOrEqual(retryDelayMs(attempt, 0));
        expect(retryDelayMs(attempt, chance)).toBeLessThanOrEqual(retryDelayMs(attempt, 1));
      }),
      { verbose: 1 },
    );
  });
});

describe('throttleMs', () => {
  test.each([
    [1, null, 1000],
    [2, null, 2000],
    [3, null, 4000],
    [6, null, 32_000],
    [7, null, 60_000],
    [10_000, null, 60_000],
    [1, 0, 1000],
    [1, 7000, 7000],
    [7, 7000, 60_000],
    [1, 120_000, 120_000],
    [1, 15 * MINUTE, 900_000],
    [1, 24 * HOUR, 900_000],
    [7, 24 * HOUR, 900_000],
  ])(
    'the quota rests after throttled call %d in a row with retry-after %p ms for %d ms',
    (inARow, retryAfterMs, forMs) => {
      expect(throttleMs(inARow, retryAfterMs)).toBe(forMs);
    },
  );
});
