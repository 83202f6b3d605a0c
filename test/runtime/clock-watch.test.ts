/** Clock jumps, and the ages of stored times after them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STEADY_MS, afterJump, createClockWatch, jumpBetween } from '../../src/runtime/clock-watch.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/runtime/clock.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

function watched() {
  const clock = createManualClock();
  const watch = createClockWatch(clock, 'The clock');
  const said: string[] = [];
  watch.listen((ms, message) => said.push(`${ms} ${message}`));
  const read = () => watch.startReading()(clock.now());
  read();
  return { clock, watch, said, read };
}

describe('jumpBetween and afterJump', () => {
  test.each([
    ['none while the clock keeps time', 5000, 5000, 5000, 0],
    ['none when NTP corrects the clock a little', 5900, 5000, 5000, 0],
    ['none when the answer of a server took long enough to explain it', 9000, 1000, 9000, 0],
    ['forward', 5000 + HOUR, 5000, 5000, HOUR],
    ['backward', 5000 - HOUR, 5000, 5000, -HOUR],
    ['backward when the clock advanced less than the shortest time that may have passed', 0, 3000, 5000, -4000],
  ])('the jump is %s', (_what, wentMs, leastMs, mostMs, jump) => {
    expect(jumpBetween(wentMs, leastMs, mostMs)).toBe(jump);
  });

  test('a backward jump cancels the latest forward jumps, or a part of them', () => {
    const jumps = [
      { at: 10, ms: 5 },
      { at: 100, ms: 50 },
    ];
    expect(afterJump(jumps, 60, -50)).toEqual([{ at: 10, ms: 5 }]);
    expect(afterJump(jumps, 80, -20)).toEqual([
      { at: 10, ms: 5 },
      { at: 80, ms: 30 },
    ]);
    expect(afterJump(jumps, 20, -1000)).toEqual([]);
  });
});

describe('createClockWatch', () => {
  test.each([
    [100 * DAY, 'set forward by 100 days'],
    [-DAY, 'set back by 24 hours'],
    [-HOUR, 'set back by 60 minutes'],
    [5 * SECOND, 'set forward by 5 seconds'],
  ])('a jump of %d ms is reported once as a clock that was %s, and stays noted for an hour', async (ms, words) => {
    const { clock, watch, said, read } = watched();
    clock.jump(ms);
    read();
    read();
    expect(said).toEqual([expect.stringContaining(`${ms} The clock was ${words}`)]);
    await clock.advance(STEADY_MS - 1);
    expect(watch.notice()).toContain(words);
    await clock.advance(1);
    expect(watch.notice()).toBeNull();
    expect(watch.steadyMs()).toBe(STEADY_MS);
  });

  test('a steady clock gives no notice', async () => {
    const { clock, watch, said, read } = watched();
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(MINUTE);
      read();
    }
    expect([said, watch.notice(), watch.steadyMs()]).toEqual([[], null, HOUR]);
  });

  const step = fc.record({
    passMs: fc.oneof(fc.nat({ max: 10 * SECOND }), fc.nat({ max: 20 * HOUR })),
    jumpMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 2 * SECOND, max: 100 * DAY })),
  });

  test('a stored time of less than a day is never taken for older than it is while the clock is only set forward', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { clock, watch, read } = watched();
        const stored: { at: number; monotonic: number }[] = [];
        for (const { passMs, jumpMs } of steps) {
          await clock.advance(passMs);
          clock.jump(jumpMs);
          read();
          const now = clock.now();
          stored.push({ at: now, monotonic: clock.monotonic() });
          for (const { at, monotonic } of stored) {
            const age = clock.monotonic() - monotonic;
            if (age >= DAY) continue;
            expect(watch.passedSince(at, now)).toBeLessThanOrEqual(age);
            expect(at).toBeGreaterThan(now - watch.windowMs(DAY, now));
          }
        }
      }),
      { verbose: 1, numRuns: 300 },
    );
  });

  test('the age of a stored time is exact after the clock was set forward, permanently or for a moment', async () => {
    const { clock, watch, read } = watched();
    const storedAt = clock.now();
    await clock.advance(MINUTE);
    clock.jump(100 * DAY);
    read();
    await clock.advance(MINUTE);
    expect(watch.passedSince(storedAt, clock.now())).toBe(2 * MINUTE);
    expect(watch.windowMs(DAY, clock.now())).toBe(101 * DAY);
    clock.jump(-99 * DAY);
    read();
    await clock.advance(MINUTE);
    expect(watch.passedSince(storedAt, clock.now())).toBe(3 * MINUTE);
    clock.jump(-DAY);
    read();
    expect(watch.passedSince(storedAt, clock.now())).toBe(3 * MINUTE);
    expect(watch.windowMs(DAY, clock.now())).toBe(DAY);
  });
});
