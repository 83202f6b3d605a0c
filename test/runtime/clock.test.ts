import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/runtime/clock.js';

describe('systemClock', () => {
  test('wakes from a sleep as soon as the signal aborts', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });

  test('sleeps until the time has come by both of its readings, never a millisecond less', async () => {
    const early: number[] = [];
    // Ten at a time, each begun in a turn of the loop of its own, so that some begin late in a millisecond.
    const chains = Array.from({ length: 10 }, async () => {
      for (const ms of Array.from({ length: 10 }, () => [1.5, 3, 20 / 3]).flat()) {
        const dueAt = systemClock.now() + ms;
        const overAt = systemClock.monotonic() + ms;
        await systemClock.sleep(ms);
        early.push(...[dueAt - systemClock.now(), overAt - systemClock.monotonic()].filter((leftMs) => leftMs > 0));
      }
    });
    await Promise.all(chains);
    expect(early).toEqual([]);
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
