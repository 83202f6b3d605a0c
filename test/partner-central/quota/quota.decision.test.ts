/** The pure decision about one call: block, day, rate. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, SECOND } from '../../../src/runtime/clock.js';
import {
  LONGEST_BLOCK_MS,
  decidePermit,
  spacingMs,
  type QuotaLimits,
} from '../../../src/partner-central/quota/quota.js';

const NOW = Date.UTC(2026, 0, 1);
const WRITES: QuotaLimits = { perSecond: 1, perDay: 10_000 };

const aLimit = fc.record({
  perSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  perDay: fc.integer({ min: 1, max: 100_000 }),
});
const someState = fc.record({
  callCount: fc.nat({ max: 100_000 }),
  oldestAt: fc.option(fc.integer({ min: NOW - DAY + 1, max: NOW }), { nil: null }),
  latestAt: fc.option(fc.integer({ min: NOW - DAY + 1, max: NOW }), { nil: null }),
  blockedUntil: fc.oneof(fc.constant(0), fc.integer({ min: NOW - HOUR, max: NOW + HOUR })),
});

describe('decidePermit', () => {
  const check = (property: (state: Parameters<typeof decidePermit>[0], limits: QuotaLimits, reserve: number) => void) =>
    fc.assert(fc.property(someState, aLimit, fc.nat({ max: 50 }), property), { verbose: 1 });

  test('a call is granted exactly if no block applies, the day has room beyond the reserve, and the spacing is kept', () => {
    check((state, limits, reserve) => {
      const { type } = decidePermit(state, limits, reserve, NOW);
      const isBlocked = state.blockedUntil > NOW && state.blockedUntil <= NOW + LONGEST_BLOCK_MS;
      const isFree = !isBlocked && state.callCount < limits.perDay - reserve;
      expect(type === 'granted').toBe(
        isFree && (state.latestAt === null || Math.ceil(state.latestAt + spacingMs(limits)) <= NOW),
      );
    });
  });

  test('a refused call has a later time to ask again', () => {
    check((state, limits, reserve) => {
      const decision = decidePermit(state, limits, reserve, NOW);
      if (decision.type === 'wait') expect(decision.until).toBeGreaterThan(NOW);
    });
  });

  test('a wait for the rate is at most one spacing', () => {
    check((state, limits, reserve) => {
      const decision = decidePermit(state, limits, reserve, NOW);
      if (decision.type === 'wait' && decision.because === 'rate')
        expect(decision.until - NOW).toBeLessThanOrEqual(Math.ceil(spacingMs(limits)));
    });
  });

  test('the spacing is wider than the rate', () => {
    fc.assert(
      fc.property(aLimit, (limits) => expect(spacingMs(limits)).toBeGreaterThan(SECOND / limits.perSecond)),
      { verbose: 1 },
    );
    expect(spacingMs(WRITES)).toBe(1020);
  });
});
