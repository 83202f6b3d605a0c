import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from '../../../src/graphql/values/date-time.scalar.js';

test('the text of every time equals that of Date.toISOString', () => {
  const lastTime = 8.64e15;
  const times = fc.oneof(
    fc.integer({ min: 0, max: 4e12 }),
    fc.integer({ min: -lastTime, max: lastTime }),
    fc.double({ min: 0, max: 4e12, noNaN: true }),
  );
  fc.assert(
    fc.property(times, (time) => {
      expect(DateTime.serialize(time)).toBe(new Date(time).toISOString());
    }),
    {
      numRuns: 2000,
      examples: [
        [0],
        [-1],
        [Date.UTC(10_000, 0, 1) - 1],
        [Date.UTC(10_000, 0, 1)],
        [Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
      ],
    },
  );
});

test('a value that is not a time is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'yesterday', {}])
    expect(() => DateTime.serialize(value)).toThrow();
});
