import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CLOCK_TOLERANCE_MS,
  groupsOf,
  halvesOf,
  planLook,
  sweepSince,
  type Expected,
  type Wanted,
} from '../../../src/worker/poll/look-plan.js';

const FILTER_SIZE = 10;
const PAGE_SIZE = 1000;

/** The small ranges make some ids and identifiers equal. Every task has its own id. */
const someTasks = fc
  .array(
    fc.record({
      awsTaskId: fc.option(fc.nat({ max: 60 }), { nil: null }),
      identifier: fc.nat({ max: 40 }),
      startedAt: fc.nat({ max: 1_000_000 }),
    }),
    { maxLength: 80 },
  )
  .map((items) =>
    items.map(({ awsTaskId, identifier, startedAt }, index): Wanted => ({
      id: `id ${index}`,
      awsTaskId: awsTaskId === null ? null : `task-${awsTaskId}`,
      identifier: `O${identifier}`,
      startedAt,
    })),
  );
const aCount = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 20_000 }));
const someExpected = fc.record({ startedCount: aCount, inProgressCount: aCount, leftCount: aCount });

const check = (property: (tasks: readonly Wanted[], expected: Expected, mayHalve: boolean) => void) =>
  fc.assert(fc.property(someTasks, someExpected, fc.boolean(), property), { verbose: 1 });

/** Counts the calls of each way independently of the code. */
function costsOf(tasks: readonly Wanted[], { startedCount, inProgressCount, leftCount }: Expected) {
  const ids = new Set(tasks.flatMap((task) => task.awsTaskId ?? []));
  const identifiers = new Set(tasks.flatMap((task) => (task.awsTaskId === null ? [task.identifier] : [])));
  return {
    groups: Math.ceil(ids.size / FILTER_SIZE) + Math.ceil(identifiers.size / FILTER_SIZE),
    sweep: Math.max(1, Math.ceil(startedCount / PAGE_SIZE)),
    inProgress: Math.max(1, Math.ceil(inProgressCount / PAGE_SIZE)) + Math.ceil(leftCount / FILTER_SIZE),
  };
}

describe('planLook', () => {
  test('a look at no task makes no call', () => {
    fc.assert(
      fc.property(someExpected, fc.boolean(), (expected, mayHalve) =>
        expect(planLook([], expected, mayHalve)).toEqual({ way: 'groups', calls: [] }),
      ),
      { verbose: 1 },
    );
  });

  test('a look takes the way that is expected to cost least', () => {
    check((tasks, expected, mayHalve) => {
      const costs = costsOf(tasks, expected);
      expect(costs[planLook(tasks, expected, mayHalve).way]).toBe(Math.min(...Object.values(costs)));
    });
  });

  test('groups cover every task exactly once, by its id, or by its identifier if it has no id', () => {
    check((tasks) => {
      const calls = groupsOf(tasks);
      expect(calls.flatMap(({ ids }) => ids).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
      for (const { by, ids, values } of calls) {
        const own = tasks.filter(({ id }) => ids.includes(id));
        expect(new Set(own.map((task) => (by === 'taskId' ? task.awsTaskId : task.identifier)))).toEqual(
          new Set(values),
        );
        expect(own.every((task) => (task.awsTaskId === null) === (by === 'identifier'))).toBe(true);
      }
    });
  });

  test('a group has one to ten distinct values', () => {
    check((tasks) => {
      for (const { values } of groupsOf(tasks)) {
        expect(values.length).toBeGreaterThan(0);
        expect(values.length).toBeLessThanOrEqual(FILTER_SIZE);
        expect(new Set(values).size).toBe(values.length);
      }
    });
  });

  test('the halves of a group have its tasks and values, each once', () => {
    check((tasks) => {
      for (const call of groupsOf(tasks).filter(({ values }) => values.length > 1)) {
        const halves = halvesOf(call, tasks);
        expect(halves.flatMap(({ values }) => values)).toEqual(call.values);
        expect(halves.flatMap(({ ids }) => ids).toSorted()).toEqual([...call.ids].toSorted());
        expect(Math.max(...halves.map(({ values }) => values.length))).toBe(Math.ceil(call.values.length / 2));
      }
    });
  });

  test('a sweep begins before the oldest task by more than the clocks differ, and has the pages of the tasks since', () => {
    check((tasks, expected, mayHalve) => {
      fc.pre(tasks.length > 0);
      const since = Math.min(...tasks.map((task) => task.startedAt)) - CLOCK_TOLERANCE_MS;
      expect(sweepSince(tasks)).toBe(since);
      const plan = planLook(tasks, expected, mayHalve);
      if (plan.way === 'sweep') expect(plan).toMatchObject({ since, maxPages: costsOf(tasks, expected).sweep });
    });
  });

  test('the list of tasks in progress is read no further than groups would cost', () => {
    check((tasks, expected, mayHalve) => {
      const plan = planLook(tasks, expected, mayHalve);
      if (plan.way === 'inProgress') expect(plan.maxPages).toBe(costsOf(tasks, expected).groups);
    });
  });

  test('a look reads half of the list of tasks in progress only if it may, and if the list has two pages at most', () => {
    check((tasks, expected, mayHalve) => {
      const plan = planLook(tasks, expected, mayHalve);
      if (plan.way === 'inProgress') expect(plan.isHalf).toBe(mayHalve && expected.inProgressCount <= 2 * PAGE_SIZE);
    });
  });

  test.each([
    [1, 1, 1, 0, 'groups'],
    [10, 10, 10, 0, 'groups'],
    [11, 11, 11, 0, 'sweep'],
    [11, 1001, 11, 0, 'inProgress'],
    [25, 1001, 1001, 0, 'sweep'],
    [25, 2001, 25, 0, 'inProgress'],
    [25, 2001, 25, 20, 'groups'],
    [1000, 3000, 1000, 0, 'inProgress'],
    [1000, 3000, 1000, 20, 'sweep'],
    [10_000, 10_000, 10_000, 500, 'sweep'],
    [10_000, 100_000, 10_000, 500, 'inProgress'],
    [25, 90_000, 90_000, 0, 'groups'],
  ])(
    'a look at %d tasks, with %d begun since, %d in progress and %d that have left, takes the way %s',
    (count, startedCount, inProgressCount, leftCount, way) => {
      const tasks = Array.from({ length: count }, (_, index) => ({
        id: `${index}`,
        awsTaskId: `task-${index}`,
        identifier: 'O1',
        startedAt: 0,
      }));
      expect(planLook(tasks, { startedCount, inProgressCount, leftCount }, false).way).toBe(way);
    },
  );

  test('at equal cost, halves of the list of tasks in progress take precedence over a sweep', () => {
    const tasks = Array.from({ length: 1001 }, (_, index) => ({
      id: `${index}`,
      awsTaskId: `task-${index}`,
      identifier: 'O1',
      startedAt: 0,
    }));
    const expected = { startedCount: 3000, inProgressCount: 1001, leftCount: 1 };
    expect(planLook(tasks, expected, false).way).toBe('sweep');
    expect(planLook(tasks, expected, true)).toEqual({ way: 'inProgress', maxPages: 101, isHalf: true });
    expect(planLook(tasks, { ...expected, startedCount: 2000 }, true).way).toBe('sweep');
    expect(planLook(tasks, { ...expected, inProgressCount: 1000, leftCount: 2 }, true).way).toBe('inProgress');
    expect(planLook(tasks, { ...expected, inProgressCount: 1000, leftCount: 20 }, true).way).toBe('sweep');
  });
});
