import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MINUTE, SECOND } from '../../src/clock.js';
import { throttleMs } from '../../src/partner-central/throttle.js';
import { backoffMs, nextPollAt, nextPollDelayMs, stretchFor } from '../../src/worker/cadence.js';

const BOUNDS = { minMs: 1000, maxMs: 30_000 };
const anAge = fc.nat({ max: 1_000_000_000 });
const someBounds = fc.tuple(fc.integer({ min: 50, max: 100_000 }), fc.nat({ max: 100_000 })).map(([minMs, more]) => ({ minMs, maxMs: minMs + more }));
const aStretch = fc.double({ min: 1, max: 20, noNaN: true });
const aChance = fc.double({ min: 0, max: 1, noNaN: true });

describe('the next poll of a task', () => {
  test.each([
    [0, 1000],
    [4 * SECOND, 1000],
    [8 * SECOND, 2000],
    [1 * MINUTE, 15_000],
    [2 * MINUTE, 30_000],
    [60 * MINUTE, 30_000],
  ])('of the age %d ms is due after %d ms', (age, delay) => {
    expect(nextPollDelayMs(age, BOUNDS, 1)).toBe(delay);
  });

  test('is between the bounds, and late by at most a quarter of the age beyond the smallest', () => {
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
  ])('of the age %d ms, stretched by %d, is due after %d ms: in a quarter of an hour at the latest', (age, stretch, delay) => {
    expect(nextPollDelayMs(age, BOUNDS, stretch)).toBe(delay);
  });

  test('is never sooner for an older task, nor with a larger stretch', () => {
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

describe('the moment of the next poll', () => {
  const aNow = fc.nat({ max: 2_000_000_000_000 });
  const check = (property: (now: number, age: number, bounds: { minMs: number; maxMs: number }, stretch: number) => void) =>
    fc.assert(fc.property(aNow, anAge, someBounds, aStretch, property), { verbose: 1 });

  test.each([
    [10_000, 0, 11_000],
    [10_499, 0, 11_000],
    [10_500, 0, 12_000],
    [10_000, 6 * SECOND, 12_000],
    [10_000, 1 * MINUTE, 25_000],
  ])('of a task that was asked about at %d at the age %d is %d', (now, age, at) => {
    expect(nextPollAt(now, age, BOUNDS, 1)).toBe(at);
  });

  test('is a multiple of the shortest delay, so that what is due at about the same time is due at the same moment', () => {
    check((now, age, bounds, stretch) => expect(nextPollAt(now, age, bounds, stretch) % bounds.minMs).toBe(0));
  });

  test('is off its turn by at most half of the shortest delay, and never sooner than that half', () => {
    check((now, age, bounds, stretch) => {
      const at = nextPollAt(now, age, bounds, stretch);
      expect(Math.abs(at - now - nextPollDelayMs(age, bounds, stretch))).toBeLessThanOrEqual(bounds.minMs / 2);
      expect(at - now).toBeGreaterThanOrEqual(bounds.minMs / 2);
    });
  });

  test('stays in step when the round before took less than half of the shortest delay', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), someBounds, fc.double({ min: 0, max: 0.499, noNaN: true }), (count, bounds, share) => {
        const asked = count * bounds.minMs + Math.floor(share * bounds.minMs);
        expect(nextPollAt(asked, 0, bounds, 1)).toBe((count + 1) * bounds.minMs);
      }),
      { verbose: 1 },
    );
  });
});

describe('the stretch of polls', () => {
  test.each([
    [100_000, 1],
    [40_000, 1],
    [25_000, 4],
    [16_000, 25],
    [13_000, 100],
    [11_000, 900],
    [10_900, 1000],
    [10_000, 1000],
    [0, 1000],
  ])('with %d of 100,000 reads left, a tenth of them for people, is %d', (remaining, stretch) => {
    expect(stretchFor(remaining, 100_000)).toBeCloseTo(stretch);
  });

  test('is from 1 to 1000, and never smaller with fewer reads left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), aChance, aChance, (perDay, one, other) => {
        const [fewer, more] = [Math.floor(Math.min(one, other) * perDay), Math.floor(Math.max(one, other) * perDay)];
        expect(stretchFor(fewer, perDay)).toBeGreaterThanOrEqual(stretchFor(more, perDay));
        expect(stretchFor(more, perDay)).toBeGreaterThanOrEqual(1);
        expect(stretchFor(fewer, perDay)).toBeLessThanOrEqual(1000);
      }),
      { verbose: 1 },
    );
  });
});

describe('the wait after an attempt in vain', () => {
  test.each([
    [1, 250, 500],
    [2, 500, 1000],
    [3, 1000, 2000],
    [6, 8000, 16_000],
    [7, 15_000, 30_000],
    [1000, 15_000, 30_000],
  ])('number %d is from %d to %d ms', (attempt, least, most) => {
    expect([backoffMs(attempt, 0), backoffMs(attempt, 1)]).toEqual([least, most]);
  });

  test('is at least a half and at most the whole of the full one, for any chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), aChance, (attempt, chance) => {
        expect(backoffMs(attempt, chance)).toBeGreaterThanOrEqual(backoffMs(attempt, 0));
        expect(backoffMs(attempt, chance)).toBeLessThanOrEqual(backoffMs(attempt, 1));
      }),
      { verbose: 1 },
    );
  });
});

describe('the rest of a quota that AWS throttled', () => {
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
  ])('for time %d in a row, when AWS asks for %p ms, is %d ms', (inARow, retryAfterMs, forMs) => {
    expect(throttleMs(inARow, retryAfterMs)).toBe(forMs);
  });
});
