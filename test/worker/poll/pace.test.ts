import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import {
  discoveryIntervalMs,
  intervalsMs,
  mayExpedite,
  paceOf,
  reservedReads,
  type PollBounds,
} from '../../../src/worker/poll/pace.js';

const BOUNDS: PollBounds = { minMs: 1000, maxMs: 30_000 };
const PER_DAY = 100_000;
const WINDOWS_H = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24];

/** The usage when calls were made at an even rate, given by what a day of it has. */
const evenly = (perDay: number, inADay: number) => ({
  perDay,
  remainingToday: Math.max(0, perDay - inADay),
  spent: WINDOWS_H.map((hours) => ({ withinMs: hours * HOUR, count: Math.round((inADay * hours) / 24) })),
});

const someBounds = fc
  .tuple(fc.integer({ min: 50, max: 100_000 }), fc.nat({ max: 100_000 }))
  .map(([minMs, more]) => ({ minMs, maxMs: minMs + more }));
const someCosts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
const aUsage = fc
  .tuple(fc.integer({ min: 100, max: 1_000_000 }), fc.double({ min: 0, max: 1.1, noNaN: true }))
  .map(([perDay, share]) => evenly(perDay, Math.floor(perDay * share)));

/** The calls per second that lists with these costs and intervals take. */
const rateOf = (costs: readonly number[], intervals: readonly number[]) =>
  costs.reduce((sum, cost, index) => sum + (SECOND * cost) / (intervals[index] ?? 0), 0);

describe('the interval of a list', () => {
  test.each([
    [0, 1, 1000],
    [9_000, 1, 1000],
    [63_001, 1, 1600],
    [63_001, 1.2, 1920],
    [63_001, 1.5, 2000],
    [63_001, 2, 2259],
    [63_001, 11, 12_424],
    [84_000, 1, 2400],
    [84_000, 11, 26_400],
    [89_900, 1, 30_000],
    [90_000, 1, 30_000],
  ])('after an even day with %d of 100,000 reads a list that takes %d calls is read every %d ms', (spent, cost, ms) => {
    expect(Math.round(intervalsMs([cost], paceOf(evenly(PER_DAY, spent)), BOUNDS)[0] ?? 0)).toBe(ms);
  });

  test('the interval is never below POLL_MIN_MS, and above POLL_MAX_MS only where the largest steady pace allows no less', () => {
    fc.assert(
      fc.property(someCosts, aUsage, someBounds, (costs, usage, bounds) => {
        const pace = paceOf(usage);
        const unlimited = intervalsMs(
          costs,
          { ...pace, hasCredit: false, lasting: pace.largest },
          { minMs: 1, maxMs: 1 },
        );
        for (const [index, ms] of intervalsMs(costs, pace, bounds).entries()) {
          expect(ms).toBeGreaterThanOrEqual(bounds.minMs);
          const weight = Math.sqrt(costs[index] ?? 0);
          const sum = costs.reduce((total, cost) => total + Math.sqrt(cost), 0);
          expect(ms).toBeLessThanOrEqual(
            Math.max(bounds.minMs, bounds.maxMs, (SECOND * weight * sum) / pace.largest) * 1.0001,
          );
        }
        expect(unlimited).toHaveLength(costs.length);
      }),
      { verbose: 1 },
    );
  });

  test('all lists together take no more than the largest steady pace unless credit or POLL_MAX_MS makes them', () => {
    fc.assert(
      fc.property(someCosts, aUsage, (costs, usage) => {
        const pace = { ...paceOf(usage), hasCredit: false };
        fc.pre(pace.lasting > 0);
        const intervals = intervalsMs(costs, pace, { minMs: 1, maxMs: 1 });
        expect(rateOf(costs, intervals)).toBeLessThanOrEqual(pace.largest * 1.0001);
      }),
      { verbose: 1 },
    );
  });

  test('the division of the reads among lists makes the sum of the intervals smallest', () => {
    const pace = { steady: 1, largest: 1, lasting: 1, hasCredit: false };
    fc.assert(
      fc.property(
        someCosts,
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 6 }),
        (costs, factors) => {
          const intervals = intervalsMs(costs, pace, { minMs: 1, maxMs: 1 });
          const others = intervals.map((ms, index) => ms * (factors[index] ?? 1));
          // Scaled so that the other division takes as many calls.
          const scale = rateOf(costs, others) / rateOf(costs, intervals);
          const sum = (all: readonly number[]) => all.reduce((total, ms) => total + ms, 0);
          expect(sum(intervals)).toBeLessThanOrEqual(sum(others) * scale * 1.0001);
        },
      ),
      { verbose: 1 },
    );
  });

  test('the interval never shrinks when more reads are spent', () => {
    fc.assert(
      fc.property(someCosts, fc.nat({ max: PER_DAY }), fc.nat({ max: PER_DAY }), (costs, one, other) => {
        const [fewer, more] = one < other ? [one, other] : [other, one];
        const before = intervalsMs(costs, paceOf(evenly(PER_DAY, fewer)), BOUNDS);
        const after = intervalsMs(costs, paceOf(evenly(PER_DAY, more)), BOUNDS);
        for (const [index, ms] of after.entries()) expect(ms).toBeGreaterThanOrEqual(before[index] ?? 0);
      }),
      { verbose: 1 },
    );
  });
});

describe('the pace', () => {
  test('a day at any load spends no more than its polls may, and no part of it is without reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (cost) => {
        const { calls, longestMs } = simulate(cost, 3 * DAY);
        const perDay = (at: number) => calls.filter((call) => call > at - DAY && call <= at).length * cost;
        for (let at = DAY; at <= 3 * DAY; at += HOUR)
          expect(perDay(at)).toBeLessThanOrEqual(1000 - reservedReads(1000));
        const sustainableMs = (cost * DAY) / (0.85 * 900);
        expect(longestMs).toBeLessThanOrEqual(2 * Math.max(BOUNDS.maxMs, sustainableMs) + MINUTE);
      }),
      { numRuns: 20, verbose: 1 },
    );
  });

  test('a burst of an hour is read at the shortest interval throughout', () => {
    for (let spent = 0; spent < 4_500 + 2_250; spent += 250) {
      const pace = paceOf({
        perDay: PER_DAY,
        remainingToday: PER_DAY - spent,
        spent: [{ withinMs: HOUR, count: spent }],
      });
      expect(intervalsMs([1], pace, BOUNDS)).toEqual([BOUNDS.minMs]);
    }
  });

  test('the window that has spent most ends the credit', () => {
    const usage = evenly(PER_DAY, 10_000);
    expect(paceOf(usage).hasCredit).toBe(true);
    const burst = { withinMs: HOUR, count: 12_000 };
    expect(paceOf({ ...usage, spent: [burst, ...usage.spent] }).hasCredit).toBe(false);
  });

  test('events bring a look forward while the remaining reads last for hours at the steady pace, and not below', () => {
    expect(mayExpedite(paceOf(evenly(PER_DAY, 80_000)))).toBe(true);
    expect(mayExpedite(paceOf(evenly(PER_DAY, 81_001)))).toBe(false);
    expect(mayExpedite(paceOf(evenly(PER_DAY, 100_000)))).toBe(false);
  });

  test.each([
    [0, 20_000],
    [75_000, 20_000],
    [85_000, 57_600],
    [89_900, 900_000],
    [90_000, 900_000],
  ])('discovery lists every 20 s while reads are plentiful: after %d reads it waits %d ms', (spent, ms) => {
    expect(Math.round(discoveryIntervalMs(20_000, paceOf(evenly(PER_DAY, spent))))).toBe(ms);
  });
});

/** Looks that take `cost` calls, each after the interval that the use of a quota of 1,000 a day allows. */
function simulate(cost: number, untilMs: number): { readonly calls: number[]; readonly longestMs: number } {
  const perDay = 1000;
  const calls: number[] = [];
  let longestMs = 0;
  for (let now = 1; now < untilMs;) {
    const countIn = (ms: number) => cost * calls.filter((at) => at > now - ms).length;
    const usage = {
      perDay,
      remainingToday: perDay - countIn(DAY),
      spent: WINDOWS_H.map((hours) => ({ withinMs: hours * HOUR, count: countIn(hours * HOUR) })),
    };
    const [intervalMs = 0] = intervalsMs([cost], paceOf(usage), BOUNDS);
    // As the quota does, a look that the day does not allow waits until the oldest call has expired.
    const isAllowed = usage.remainingToday - reservedReads(perDay) >= cost;
    if (isAllowed) calls.push(now);
    now += isAllowed ? intervalMs : MINUTE;
    if (calls.length > 1) longestMs = Math.max(longestMs, now - (calls.at(-1) ?? 0));
  }
  return { calls, longestMs };
}
