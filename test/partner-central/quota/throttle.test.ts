import { describe, expect, test } from '@jest/globals';
import { HOUR, MINUTE } from '../../../src/runtime/clock.js';
import { throttleMs } from '../../../src/partner-central/quota/throttle.js';

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
