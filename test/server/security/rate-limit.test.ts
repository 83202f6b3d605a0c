/** Token buckets: burst, rate, waits and memory. */
import { describe, expect, test } from '@jest/globals';
import { createRateLimit } from '../../../src/server/security/rate-limit.js';
import { bytesLeftByEach } from '../../support/checks/heap.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

describe('createRateLimit', () => {
  test('a limit allows a burst, then its rate, and returns the time to wait', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 2, burst: 3 }, clock);
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0, 500]);
    expect(limit.take('b')).toBe(0);
    await clock.advance(500);
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 500]);
    await clock.advance(3600_000);
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0, 500]);
  });

  test('a limit takes all of several tokens or none, and never more than a burst', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 2, burst: 3 }, clock);
    expect([limit.take('a', 2), limit.take('a', 2), limit.take('a')]).toEqual([0, 500, 0]);
    expect(limit.take('a', 10)).toBe(1500);
    await clock.advance(1500);
    expect([limit.take('a', 10), limit.take('a')]).toEqual([0, 500]);
  });

  test('a limit keeps nothing about a subject whose bucket is full again', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 1000, burst: 1 }, clock);
    const comeOnce = (subject: string): Promise<void> => {
      limit.take(subject);
      return clock.advance(1);
    };
    expect(await bytesLeftByEach((round) => comeOnce(`subject ${round}`))).toBeLessThan(20);
  });
});
