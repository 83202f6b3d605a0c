import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CLOCK_TOLERANCE_MS,
  planPolls,
  sweepSince,
  type PollCall,
  type Wanted,
} from '../../../src/worker/poll/poll-plan.js';

const FILTER_SIZE = 10;
const PAGE_SIZE = 1000;

/** The small ranges make some ids and identifiers equal. Every task has its own id. */
const someWanted = (prefix: string, maxLength: number) =>
  fc
    .array(
      fc.record({
        awsTaskId: fc.option(fc.nat({ max: 60 }), { nil: null }),
        identifier: fc.nat({ max: 40 }),
        startedAt: fc.nat({ max: 1_000_000 }),
      }),
      { maxLength },
    )
    .map((items) =>
      items.map(({ awsTaskId, identifier, startedAt }, index): Wanted => ({
        id: `${prefix}${index}`,
        awsTaskId: awsTaskId === null ? null : `task-${awsTaskId}`,
        identifier: `O${identifier}`,
        startedAt,
      })),
    );
const aListedCount = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 10_000 }));

const check = (property: (due: readonly Wanted[], soon: readonly Wanted[], listedCount: number) => void) =>
  fc.assert(fc.property(someWanted('due ', 80), someWanted('soon ', 80), aListedCount, property), { verbose: 1 });

/** Counts the calls by value independently of the code: the distinct values of each sort, in tens. */
function callsByValue(due: readonly Wanted[]): number {
  const ids = new Set(due.flatMap((task) => task.awsTaskId ?? []));
  const identifiers = new Set(due.flatMap((task) => (task.awsTaskId === null ? [task.identifier] : [])));
  return Math.ceil(ids.size / FILTER_SIZE) + Math.ceil(identifiers.size / FILTER_SIZE);
}

function costOf(calls: readonly PollCall[]): number {
  return calls.reduce((sum, call) => sum + (call.by === 'startTime' ? call.maxPages : 1), 0);
}

describe('planPolls', () => {
  test('a plan without due tasks has no calls, whatever is due soon', () => {
    fc.assert(
      fc.property(someWanted('soon ', 80), aListedCount, (soon, listed) =>
        expect(planPolls([], soon, listed)).toEqual({ calls: [], callCount: 0 }),
      ),
      { verbose: 1 },
    );
  });

  test('a plan covers every due task exactly once', () => {
    check((due, soon, listed) => {
      const covered = planPolls(due, soon, listed).calls.flatMap((call) => call.ids);
      for (const task of due) expect(covered.filter((id) => id === task.id)).toHaveLength(1);
    });
  });

  test('a plan asks for each task by its id, or by its identifier if it has no id, or sweeps for all', () => {
    check((due, soon, listed) => {
      const all = new Map([...due, ...soon].map((task) => [task.id, task]));
      const { calls } = planPolls(due, soon, listed);
      for (const call of calls) {
        if (call.by === 'startTime') {
          expect(calls).toHaveLength(1);
          continue;
        }
        const values = call.ids.map((id) => {
          const task = all.get(id);
          return call.by === 'taskId' ? task?.awsTaskId : task?.awsTaskId === null ? task.identifier : undefined;
        });
        expect(new Set(values)).toEqual(new Set(call.values));
      }
    });
  });

  test('a plan costs no more than the cheaper of the two ways', () => {
    check((due, soon, listed) => {
      fc.pre(due.length > 0);
      const { calls, callCount } = planPolls(due, soon, listed);
      const pages = Math.max(1, Math.ceil(listed / PAGE_SIZE));
      expect(callCount).toBe(Math.min(callsByValue(due), pages));
      expect(costOf(calls)).toBe(callCount);
    });
  });

  test('a call by value has one to ten distinct values', () => {
    check((due, soon, listed) => {
      for (const call of planPolls(due, soon, listed).calls) {
        if (call.by === 'startTime') continue;
        expect(call.values.length).toBeGreaterThan(0);
        expect(call.values.length).toBeLessThanOrEqual(FILTER_SIZE);
        expect(new Set(call.values).size).toBe(call.values.length);
      }
    });
  });

  test('tasks that are due soon never add a call or change the way', () => {
    check((due, soon, listed) => {
      const without = planPolls(due, [], listed);
      const given = planPolls(due, soon, listed);
      expect(given.callCount).toBe(without.callCount);
      expect(given.calls.map((call) => call.by)).toEqual(without.calls.map((call) => call.by));
    });
  });

  test('tasks that are due soon fill every free place', () => {
    check((due, soon, listed) => {
      const { calls } = planPolls(due, soon, listed);
      const covered = new Set(calls.flatMap((call) => call.ids));
      for (const by of ['taskId', 'identifier'] as const) {
        const groups = calls.filter((call) => call.by === by);
        const places =
          groups.length * FILTER_SIZE -
          groups.reduce((sum, call) => sum + ('values' in call ? call.values.length : 0), 0);
        const left = soon.filter(
          (task) => (task.awsTaskId === null) === (by === 'identifier') && !covered.has(task.id),
        );
        if (groups.length > 0 && left.length > 0) expect(places).toBe(0);
      }
    });
  });

  test('a sweep begins before the oldest due task by more than the clocks differ', () => {
    check((due, soon, listed) => {
      fc.pre(due.length > 0);
      const since = Math.min(...due.map((task) => task.startedAt)) - CLOCK_TOLERANCE_MS;
      expect(sweepSince(due)).toBe(since);
      for (const call of planPolls(due, soon, listed).calls)
        if (call.by === 'startTime') expect(call.since).toBe(since);
    });
  });

  test.each([
    [1, 1, 'taskId', 1],
    [10, 1, 'taskId', 1],
    [11, 11, 'startTime', 1],
    [25, 25, 'startTime', 1],
    [25, 1001, 'startTime', 2],
    [25, 2001, 'taskId', 3],
    [1, 0, 'taskId', 1],
  ])('a plan for %d due tasks among %d listed goes by %s with %d calls', (dueCount, listed, by, callCount) => {
    const due = Array.from({ length: dueCount }, (_, index) => ({
      id: `${index}`,
      awsTaskId: `task-${index}`,
      identifier: 'O1',
      startedAt: 0,
    }));
    const plan = planPolls(due, [], listed);
    expect([plan.calls[0]?.by, plan.callCount]).toEqual([by, callCount]);
  });
});
