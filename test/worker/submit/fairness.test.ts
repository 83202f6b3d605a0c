import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFairness } from '../../../src/worker/submit/fairness.js';

/**
 * Serves queues of starts by subject to their end, like the submitter. Returns the subjects in the order of their
 * turns.
 */
function serve(queues: Map<string, number>): string[] {
  const fairness = createFairness();
  const order: string[] = [];
  for (;;) {
    const waiting = [...queues].filter(([, count]) => count > 0).map(([subject]) => subject);
    const next = fairness.choose(waiting, (subject) => subject);
    if (next === null) return order;
    fairness.served(next);
    order.push(next);
    queues.set(next, (queues.get(next) ?? 0) - 1);
  }
}

describe('createFairness', () => {
  test('turns alternate between a subject with many starts and one with few', () => {
    expect(
      serve(
        new Map([
          ['many', 5],
          ['few', 2],
        ]),
      ),
    ).toEqual(['many', 'few', 'many', 'few', 'many', 'many', 'many']);
  });

  test('every start has its turn, and each subject waits at most one turn of each other subject', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-f]$/), fc.integer({ min: 0, max: 12 })), (counts) => {
        const order = serve(new Map(Object.entries(counts)));
        for (const [subject, count] of Object.entries(counts))
          expect(order.filter((served) => served === subject)).toHaveLength(count);
        for (const [index, subject] of order.entries()) {
          const again = order.indexOf(subject, index + 1);
          const between = order.slice(index + 1, again === -1 ? index + 1 : again);
          expect(new Set(between).size).toBe(between.length);
        }
      }),
      { verbose: 1 },
    );
  });

  test('no start is chosen when none waits', () => {
    expect(createFairness().choose([], () => null)).toBeNull();
  });
});
