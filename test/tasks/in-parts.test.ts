import { describe, expect, test } from '@jest/globals';
import { inParts } from '../../src/tasks/in-parts.js';

const withCode = (code: string) => Object.assign(new Error('refused'), { code });

/** @param refusedItems items with which `work` fails */
async function attempt(error: Error, refusedItems: readonly number[]) {
  const done: number[] = [];
  const refused: number[] = [];
  let statements = 0;
  const work = async (some: readonly number[]): Promise<void> => {
    statements += 1;
    if (some.some((item) => refusedItems.includes(item))) throw error;
    done.push(...some);
  };
  const outcome = await inParts([1, 2, 3, 4, 5, 6, 7, 8], work, (item) => refused.push(item)).catch(
    (thrown: unknown) => thrown,
  );
  return { done, refused, statements, outcome };
}

describe('inParts', () => {
  test.each(['23505', 'SQLITE_CONSTRAINT', 'SQLITE_CORRUPT', 'XX001', 'UNREADABLE_ROW'])(
    'a write leaves out only the items that fail with %s',
    async (code) => {
      expect(await attempt(withCode(code), [3, 8])).toMatchObject({ done: [1, 2, 4, 5, 6, 7], refused: [3, 8] });
    },
  );

  test.each(['SQLITE_FULL', '08006', '42501', '42P01', 'EACCES', 'ENOSPC'])(
    'the error %s, with which the database refuses every write, is thrown and isolates no item',
    async (code) => {
      const error = withCode(code);
      expect(await attempt(error, [3])).toEqual({ done: [], refused: [], statements: 1, outcome: error });
    },
  );
});
