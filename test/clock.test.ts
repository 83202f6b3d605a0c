import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../src/clock.js';

describe('systemClock', () => {
  test('wakes from a sleep as soon as the signal aborts', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });
});
