import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryDelayMs } from '../../src/worker/retry-delay.js';

const aChance = fc.double({ min: 0, max: 1, noNaN: true });

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
