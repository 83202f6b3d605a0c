import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/runtime/clock.js';

describe('systemClock', () => {
  test('a sleep ends as soon as its signal aborts', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });

  test('a sleep lasts until both clocks have reached its end, never a millisecond less', async () => {
    const early: number[] = [];
    // Ten chains run at a time. Each starts in its own turn of the event loop, so that some start late in a
    // millisecond.
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

  test('a sleep ends although the clock is set back during it', async () => {
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
