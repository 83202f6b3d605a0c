import { describe, expect, test } from '@jest/globals';
import { HOUR, SECOND } from '../../../src/runtime/clock.js';
import { planExpedite } from '../../../src/worker/events/expedite-rule.js';

const T = 100 * HOUR;
const at = (expeditedAt: number | null, id = 'a') => ({ id, catalog: 'AWS', subjects: [], expeditedAt });

describe('planExpedite', () => {
  test.each([null, T - HOUR, T - SECOND])(
    'a task is polled at once if its last expedited poll is at least one interval old (%p)',
    (expeditedAt) => {
      expect(planExpedite([at(expeditedAt)], T, SECOND)).toEqual({ polls: new Map([[T, ['a']]]), ignoreUntil: null });
    },
  );

  test('a task is polled when the interval has passed, and not twice within it', () => {
    expect(planExpedite([at(T - 1)], T, SECOND)).toEqual({ polls: new Map([[T + 999, ['a']]]), ignoreUntil: T + 999 });
    expect(planExpedite([at(T + 999)], T, SECOND)).toEqual({ polls: new Map(), ignoreUntil: T + 999 });
  });

  test('a task is polled soon although an earlier clock ran hours ahead', () => {
    expect(planExpedite([at(T + HOUR)], T, SECOND)).toEqual({
      polls: new Map([[T + SECOND, ['a']]]),
      ignoreUntil: T + SECOND,
    });
  });

  test('each task of an event has its own time of poll', () => {
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
