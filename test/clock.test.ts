import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../src/clock.js';

describe('systemClock', () => {
  test('wakes from a sleep as soon as the signal aborts', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });

  test('sleeps until the time that it shows has come, never a millisecond less', async () => {
    // Timers begin between two milliseconds: as many begin in each part of one.
    const sleeps = Array.from({ length: 500 }, async (_, index) => {
      const end = performance.now() + 0.07;
      while (performance.now() < end);
      const ms = [3, 20, 20 / 3][index % 3]!;
      const dueAt = systemClock.now() + ms;
      await systemClock.sleep(ms);
      return systemClock.now() - dueAt;
    });
    expect(Math.min(...(await Promise.all(sleeps)))).toBeGreaterThanOrEqual(0);
  });

  test('ends a sleep when the clock is set back while it lasts', async () => {
    const real = Date.now;
    const began = performance.now();
    const sleeping = systemClock.sleep(20);
    Date.now = () => real() - 3_600_000;
    try {
      await sleeping;
    } finally {
      Date.now = real;
    }
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
  });
});
