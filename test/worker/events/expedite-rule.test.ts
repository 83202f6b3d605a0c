import { describe, expect, test } from '@jest/globals';
import { HOUR, SECOND } from '../../../src/runtime/clock.js';
import { planExpedite } from '../../../src/worker/events/expedite-rule.js';

const T = 100 * HOUR;
const at = (hurriedAt: number | null, id = 'a') => ({ id, catalog: 'AWS', subjects: [], hurriedAt });

describe('a task that an event is about', () => {
  test.each([null, T - HOUR, T - SECOND])(
    'is looked at at once when the last event was longer ago than the interval (%p)',
    (hurriedAt) => {
      expect(planExpedite([at(hurriedAt)], T, SECOND)).toEqual({ polls: new Map([[T, ['a']]]), ignoreUntil: null });
    },
  );

  test('is looked at when the interval has passed, and not twice in it', () => {
    expect(planExpedite([at(T - 1)], T, SECOND)).toEqual({ polls: new Map([[T + 999, ['a']]]), ignoreUntil: T + 999 });
    expect(planExpedite([at(T + 999)], T, SECOND)).toEqual({ polls: new Map(), ignoreUntil: T + 999 });
  });

  test('is looked at soon although an earlier clock ran hours ahead', () => {
    expect(planExpedite([at(T + HOUR)], T, SECOND)).toEqual({
      polls: new Map([[T + SECOND, ['a']]]),
      ignoreUntil: T + SECOND,
    });
  });

  test('has a look of its own where several are meant', () => {
    const { polls, ignoreUntil } = planExpedite(
      [at(null, 'a'), at(T - 1, 'b'), at(T + 5, 'c'), at(null, 'd')],
      T,
      SECOND,
    );
    expect([...polls]).toEqual([
      [T, ['a', 'd']],
      [T + 999, ['b']],
    ]);
    expect(ignoreUntil).toBeNull();
  });
});
