import { describe, expect, test } from '@jest/globals';
import { HOUR, SECOND } from '../../../src/runtime/clock.js';
import { planExpedite } from '../../../src/worker/events/expedite-rule.js';

const T = 100 * HOUR;
const at = (expeditedAt: number | null, id = 'a') => ({ id, catalog: 'AWS', subjects: [], expeditedAt });

describe('a task that an event is about', () => {
  test.each([null, T - HOUR, T - SECOND])(
    'is looked at at once when the last event was longer ago than the interval (%p)',
    (expeditedAt) => {
      expect(planExpedite([at(expeditedAt)], T, SECOND)).toEqual({ looks: new Map([[T, ['a']]]), quietUntil: null });
    },
  );

  test('is looked at when the interval has passed, and not twice in it', () => {
    expect(planExpedite([at(T - 1)], T, SECOND)).toEqual({ looks: new Map([[T + 999, ['a']]]), quietUntil: T + 999 });
    expect(planExpedite([at(T + 999)], T, SECOND)).toEqual({ looks: new Map(), quietUntil: T + 999 });
  });

  test('is looked at soon although an earlier clock ran hours ahead', () => {
    expect(planExpedite([at(T + HOUR)], T, SECOND)).toEqual({
      looks: new Map([[T + SECOND, ['a']]]),
      quietUntil: T + SECOND,
    });
  });

  test('has a look of its own where several are meant', () => {
    const { looks, quietUntil } = planExpedite(
      [at(null, 'a'), at(T - 1, 'b'), at(T + 5, 'c'), at(null, 'd')],
      T,
      SECOND,
    );
    expect([...looks]).toEqual([
      [T, ['a', 'd']],
      [T + 999, ['b']],
    ]);
    expect(quietUntil).toBeNull();
  });
});
