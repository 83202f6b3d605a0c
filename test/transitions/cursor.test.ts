import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, isCursorProblem } from '../../src/transitions/cursor.js';

const HEAD = Number.MAX_SAFE_INTEGER;

describe('a cursor', () => {
  test('leads back to the position it was made from', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom('transition' as const, 'task' as const), (position, scope) => {
        expect(decodeCursor('a1b2', scope, encodeCursor('a1b2', scope, position), HEAD)).toBe(position);
      }),
      { verbose: 1 },
    );
  });

  test('with any one character changed is refused or, at worst, still names its own position', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(), fc.stringMatching(/^[A-Za-z0-9_-]$/), (position, at, character) => {
        const cursor = encodeCursor('a1b2', 'transition', position);
        const index = at % cursor.length;
        const changed = cursor.slice(0, index) + character + cursor.slice(index + 1);
        const decoded = decodeCursor('a1b2', 'transition', changed, HEAD);
        expect(isCursorProblem(decoded) || decoded === position).toBe(true);
      }),
      { verbose: 1 },
    );
  });

  test.each(['', 'x', '!!!', 'null', 'undefined', ' ', '💥', 'bi5hMWIyLjU', 'a'.repeat(10_000)])('of nonsense (%p) is called damaged', (nonsense) => {
    expect(decodeCursor('a1b2', 'transition', nonsense, HEAD)).toEqual({ type: 'bad-cursor', message: expect.stringMatching(/damaged/) });
  });

  test('of another log is told apart from a damaged one', () => {
    const foreign = encodeCursor('ffff', 'transition', 3);
    expect(decodeCursor('a1b2', 'transition', foreign, HEAD)).toEqual({ type: 'bad-cursor', message: expect.stringMatching(/another gateway/) });
  });

  test('of a list is refused where a transition is meant, and the other way round', () => {
    expect(decodeCursor('a1b2', 'transition', encodeCursor('a1b2', 'task', 3), HEAD)).toMatchObject({ message: expect.stringMatching(/list of tasks/) });
    expect(decodeCursor('a1b2', 'task', encodeCursor('a1b2', 'transition', 3), HEAD)).toMatchObject({ message: expect.stringMatching(/names a transition/) });
  });

  test('beyond the end of the log is refused', () => {
    const cursor = encodeCursor('a1b2', 'transition', 11);
    expect(decodeCursor('a1b2', 'transition', cursor, 11)).toBe(11);
    expect(decodeCursor('a1b2', 'transition', cursor, 10)).toMatchObject({ message: expect.stringMatching(/beyond the end/) });
  });
});
