import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeCursor,
  encodeCursor,
  isCursorProblem,
  judge,
  markOf,
  type Named,
} from '../../src/transitions/cursor.js';

const MARK = 'a-mark_1';
const transitionAt = (position: number) => encodeCursor('a1b2', 'transition', position, MARK);

/** A cursor of a version without marks. */
const UNMARKED = Buffer.from('n.a1b2.16.8jYT3R').toString('base64url');

describe('encodeCursor and decodeCursor', () => {
  test('a cursor decodes to the position and the mark that it was made from', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.constantFrom('transition' as const, 'task' as const),
        fc.string(),
        (position, scope, taskId) => {
          const mark = markOf(scope, { taskId, sequence: 1, recordedAt: 1 });
          expect(decodeCursor('a1b2', scope, encodeCursor('a1b2', scope, position, mark))).toEqual({ position, mark });
        },
      ),
      { verbose: 1 },
    );
  });

  test('a cursor with any one character changed is refused or, at worst, still names its own place', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(), fc.stringMatching(/^[A-Za-z0-9_-]$/), (position, at, character) => {
        const cursor = transitionAt(position);
        const index = at % cursor.length;
        const changed = cursor.slice(0, index) + character + cursor.slice(index + 1);
        const decoded = decodeCursor('a1b2', 'transition', changed);
        if (!isCursorProblem(decoded)) expect(decoded).toEqual({ position, mark: MARK });
      }),
      { verbose: 1 },
    );
  });

  test.each(['', 'x', '!!!', 'null', 'undefined', ' ', '💥', 'bi5hMWIyLjU', 'a'.repeat(10_000)])(
    'nonsense (%p) is refused as damaged',
    (nonsense) => {
      expect(decodeCursor('a1b2', 'transition', nonsense)).toEqual({
        type: 'bad-cursor',
        message: expect.stringMatching(/damaged/),
      });
    },
  );

  test('a cursor of another log is distinguished from a damaged one', () => {
    const foreign = encodeCursor('ffff', 'transition', 3, MARK);
    expect(decodeCursor('a1b2', 'transition', foreign)).toEqual({
      type: 'bad-cursor',
      message: expect.stringMatching(/another gateway/),
    });
  });

  test('a cursor of a list is refused where a transition is expected, and the reverse', () => {
    expect(decodeCursor('a1b2', 'transition', encodeCursor('a1b2', 'task', 3, MARK))).toMatchObject({
      message: expect.stringMatching(/list of tasks/),
    });
    expect(decodeCursor('a1b2', 'task', transitionAt(3))).toMatchObject({
      message: expect.stringMatching(/names a transition/),
    });
  });

  test('a cursor of a version without marks is read, and such a version reads a cursor with a mark', () => {
    expect(decodeCursor('a1b2', 'transition', UNMARKED)).toEqual({ position: 42, mark: null });
    const [, , place = ''] = Buffer.from(transitionAt(42), 'base64url').toString().split('.');
    expect(Number.parseInt(place, 36)).toBe(42);
  });
});

describe('markOf', () => {
  const transition: Named = { taskId: 'task-one', sequence: 2, recordedAt: 1000 };

  test.each([
    ['task', { taskId: 'task-two' }],
    ['sequence', { sequence: 3 }],
    ['time', { recordedAt: 1001 }],
  ])('the mark of a transition differs with its %s', (_member, change) => {
    expect(markOf('transition', { ...transition, ...change })).not.toBe(markOf('transition', transition));
  });

  test('the mark in the list of tasks is that of the task', () => {
    expect(markOf('task', { ...transition, sequence: 1, recordedAt: 1 })).toBe(markOf('task', transition));
    expect(markOf('task', { ...transition, taskId: 'task-two' })).not.toBe(markOf('task', transition));
  });
});

describe('judge', () => {
  const named: Named = { taskId: 'task-one', sequence: 2, recordedAt: 1000 };
  const other: Named = { ...named, recordedAt: 2000 };
  const otherTask: Named = { ...named, taskId: 'task-two' };
  const log = { position: 100, prunedThrough: 50, prunedMark: '', unmarkedThrough: 20 };
  const mark = markOf('transition', named);
  const taskMark = markOf('task', named);
  const RESTORED = {
    type: 'bad-cursor',
    message: expect.stringMatching(/restored from a backup.*Leave it out.*`tasks`/),
  };
  const EXPIRED = {
    type: 'expired-cursor',
    message: expect.stringMatching(/no longer kept.*`tasks`.*without `after`/),
  };
  const UNVERIFIED = { type: 'bad-cursor', message: expect.stringMatching(/earlier version.*Leave it out/) };

  test.each([
    [
      'a cursor that names the transition at its position is good',
      'transition',
      { position: 60, mark },
      named,
      log,
      'good',
    ],
    [
      'a cursor is good although earlier transitions were pruned',
      'transition',
      { position: 40, mark },
      named,
      log,
      'good',
    ],
    [
      'a cursor is refused where the log has another transition',
      'transition',
      { position: 60, mark },
      other,
      log,
      RESTORED,
    ],
    [
      'a cursor is refused where the log left the position unused',
      'transition',
      { position: 60, mark },
      null,
      log,
      RESTORED,
    ],
    ['a cursor is refused beyond the end of the log', 'transition', { position: 101, mark }, null, log, RESTORED],
    ['a cursor is expired where the transition was pruned', 'transition', { position: 40, mark }, null, log, EXPIRED],
    [
      'a cursor is expired at the last one that was pruned by an earlier version',
      'transition',
      { position: 50, mark },
      null,
      log,
      EXPIRED,
    ],
    [
      'a cursor is good at the last one that was pruned',
      'transition',
      { position: 50, mark },
      null,
      { ...log, prunedMark: mark },
      'good',
    ],
    [
      'a cursor is refused at the last one that was pruned, if that was another',
      'transition',
      { position: 50, mark },
      null,
      { ...log, prunedMark: markOf('transition', other) },
      RESTORED,
    ],
    [
      'a cursor without a mark is good up to the first mark',
      'transition',
      { position: 20, mark: null },
      null,
      log,
      'good',
    ],
    [
      'a cursor without a mark is refused after the first mark',
      'transition',
      { position: 21, mark: null },
      named,
      log,
      UNVERIFIED,
    ],
    ['a cursor of a list is good at its task', 'task', { position: 60, mark: taskMark }, other, log, 'good'],
    [
      'a cursor of a list is refused at another task',
      'task',
      { position: 60, mark: taskMark },
      otherTask,
      log,
      RESTORED,
    ],
    [
      'a cursor of a list is refused beyond the end of the log',
      'task',
      { position: 101, mark: taskMark },
      null,
      log,
      RESTORED,
    ],
    [
      'a cursor of a list is good although its task was pruned, because older tasks follow',
      'task',
      { position: 50, mark: taskMark },
      null,
      log,
      'good',
    ],
  ] as const)('%s', (_fact, scope, place, found, state, expected) => {
    expect(judge(scope, place, found, state)).toEqual(expected);
  });
});
