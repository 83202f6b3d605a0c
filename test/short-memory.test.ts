import { describe, expect, test } from '@jest/globals';
import { ShortMemory } from '../src/short-memory.js';
import { createManualClock } from './support/manual-clock.js';

/** Remembers numbers under themselves. */
function memory() {
  const clock = createManualClock();
  const short = new ShortMemory<number, string>(clock);
  return { clock, set: (key: number) => short.set(key, String(key)), knows: (key: number) => short.get(key) === String(key) };
}

describe('a short memory', () => {
  test('knows what was set, until something new comes after a while', async () => {
    const { clock, set, knows } = memory();
    set(1);
    await clock.advance(60_000);
    expect(knows(1)).toBe(true);
    expect(knows(2)).toBe(false);
  });

  test('forgets what nobody has asked for during two periods in which new things came', async () => {
    const { clock, set, knows } = memory();
    set(1);
    set(2);
    await clock.advance(25);
    set(3);
    expect(knows(1)).toBe(true);
    await clock.advance(25);
    set(4);
    expect([1, 2, 3, 4].filter(knows)).toEqual([1, 3, 4]);
  });

  test('holds no more than a bound while time stands still', () => {
    const { set, knows } = memory();
    const keys = Array.from({ length: 1000 }, (_, key) => key);
    for (const key of keys) set(key);
    const known = keys.filter(knows).length;
    expect(known).toBeGreaterThanOrEqual(128);
    expect(known).toBeLessThanOrEqual(256);
    expect(knows(999)).toBe(true);
  });

  test('goes on forgetting on a clock that was set back', async () => {
    const clock = createManualClock();
    const short = new ShortMemory<number, number>(clock);
    short.set(1, 1);
    clock.jump(-1_000_000);
    await clock.advance(25);
    short.set(2, 2);
    await clock.advance(25);
    short.set(3, 3);
    expect([1, 2, 3].filter((key) => short.get(key) !== undefined)).toEqual([2, 3]);
  });
});
