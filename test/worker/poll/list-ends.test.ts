import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endReadingOf, nextEnd, type EndReading } from '../../../src/worker/poll/list-ends.js';
import { CLOCK_TOLERANCE_MS, type Wanted } from '../../../src/worker/poll/look-plan.js';

/** The StartTime that AWS lists, the time that this gateway knows of it, and the look before which the task ends. */
type WorldTask = { readonly wanted: Wanted; readonly listedAt: number; readonly begins: number; readonly ends: number };

const LOOKS = 12;

/** Many tasks begin at the same time, and the clocks differ by more than the tolerance in some. */
const aTask = fc.record({
  second: fc.nat({ max: 30 }),
  skewMs: fc.oneof(fc.constant(0), fc.integer({ min: -2 * CLOCK_TOLERANCE_MS, max: 2 * CLOCK_TOLERANCE_MS })),
  begins: fc.oneof(fc.constant(0), fc.nat({ max: LOOKS })),
  lasts: fc.integer({ min: 1, max: LOOKS }),
});
const aWorld = fc.array(aTask, { minLength: 1, maxLength: 30 }).map((tasks) =>
  tasks.map(({ second, skewMs, begins, lasts }, index): WorldTask => {
    const listedAt = 1000 * (30 * begins + second);
    const id = `id ${index}`;
    return {
      wanted: { id, awsTaskId: `task-${index}`, identifier: 'O1', startedAt: listedAt + skewMs },
      listedAt,
      begins,
      ends: begins + lasts,
    };
  }),
);

type Look = { readonly reading: EndReading; readonly shown: readonly string[]; readonly asked: readonly string[] };

/**
 * Reads a page of one end or the other, as a look does. Then asks about the unseen tasks, except the tasks that are
 * left to the next look.
 */
function looksAt(world: readonly WorldTask[], pageSizeOf: (count: number) => number): Look[] {
  const told = new Set<string>();
  const looks: Look[] = [];
  for (let index = 0; index < LOOKS; index += 1) {
    const before = looks.at(-1)?.reading ?? null;
    const from = nextEnd(before);
    const listed = world
      .filter(({ begins, ends }) => begins <= index && ends > index)
      .toSorted((a, b) => a.listedAt - b.listedAt);
    if (from === 'newest') listed.reverse();
    const page = listed.slice(0, pageSizeOf(listed.length));
    const shown = new Set(page.map(({ wanted }) => wanted.id));
    const unseen = world
      .filter(({ begins, wanted: { id } }) => begins <= index && !told.has(id) && !shown.has(id))
      .map(({ wanted }) => wanted);
    const startTimes = page.map(({ listedAt }) => listedAt);
    const reading = endReadingOf(from, startTimes, unseen, before);
    const asked = unseen.map(({ id }) => id).filter((id) => !reading.past.has(id));
    for (const { wanted, ends } of world) if (asked.includes(wanted.id) && ends <= index) told.add(wanted.id);
    looks.push({ reading, shown: [...shown], asked });
  }
  return looks;
}

const aPageSize = fc.nat({ max: 20 });

describe('looks at the ends of a list in turn', () => {
  test('two looks in a row cover every task in flight, whatever the clocks say and however short the pages are', () => {
    fc.assert(
      fc.property(aWorld, aPageSize, (world, pageSize) => {
        const looks = looksAt(world, () => pageSize);
        for (const [index, look] of looks.entries()) {
          const before = looks[index - 1];
          if (before === undefined) continue;
          const covered = new Set([...before.shown, ...before.asked, ...look.shown, ...look.asked]);
          const inFlight = world.filter(({ begins, ends }) => begins < index && ends >= index);
          expect(inFlight.filter(({ wanted }) => !covered.has(wanted.id))).toEqual([]);
        }
      }),
      { verbose: 1 },
    );
  });

  test('the end of a task is known after two looks at most', () => {
    fc.assert(
      fc.property(aWorld, aPageSize, (world, pageSize) => {
        const looks = looksAt(world, () => pageSize);
        for (const { wanted, ends } of world.filter((task) => task.ends + 1 < LOOKS))
          expect(looks.slice(ends, ends + 2).flatMap(({ asked }) => asked)).toContain(wanted.id);
      }),
      { verbose: 1 },
    );
  });

  test('a task that both pages show is known to have ended after one look', () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const looks = looksAt(world, (count) => count - 1);
        for (const [index, { asked, reading }] of looks.entries())
          for (const { wanted, listedAt, ends } of world) {
            const distance = reading.from === 'newest' ? listedAt - reading.edge : reading.edge - listedAt;
            const isInside = distance > 3 * CLOCK_TOLERANCE_MS;
            if (ends === index && isInside) expect(asked).toContain(wanted.id);
          }
      }),
      { verbose: 1 },
    );
  });

  test('two pages that have the whole list ask about no task that is still on it, if the clocks agree well enough', () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const within = (skewMs: number) => Math.max(-CLOCK_TOLERANCE_MS, Math.min(CLOCK_TOLERANCE_MS, skewMs));
        const still = world.map(({ wanted, listedAt }) => ({
          wanted: { ...wanted, startedAt: listedAt + within(wanted.startedAt - listedAt) },
          listedAt,
          begins: 0,
          ends: LOOKS,
        }));
        const looks = looksAt(still, (count) => Math.ceil(count / 2));
        expect(looks.flatMap(({ asked }) => asked)).toEqual([]);
      }),
      { verbose: 1 },
    );
  });

  test('a look that left no task to the other end reads the same end again', () => {
    const reading: EndReading = { from: 'oldest', edge: 5, past: new Set(), isGap: false };
    expect(nextEnd(reading)).toBe('oldest');
    expect(nextEnd({ ...reading, past: new Set(['id']) })).toBe('newest');
    expect(nextEnd({ ...reading, from: 'newest', past: new Set(['id']) })).toBe('oldest');
    expect(nextEnd(null)).toBe('newest');
  });

  test('pages that do not meet tell that the list has more tasks than they show', () => {
    const newest = (before: EndReading | null, ...times: number[]) => endReadingOf('newest', times, [], before);
    const oldest = (before: EndReading | null, ...times: number[]) => endReadingOf('oldest', times, [], before);
    expect(newest(null, 9, 7, 5).isGap).toBe(false);
    expect(oldest(newest(null, 9, 7, 5), 1, 3, 5).isGap).toBe(false);
    expect(newest(oldest(null, 1, 3, 6), 9, 7, 5).isGap).toBe(false);
    expect(newest(newest(null, 9, 7, 5), 9, 7, 6).isGap).toBe(false);
    expect(oldest(newest(null, 9, 7, 5), 1, 3, 4).isGap).toBe(true);
    expect(newest(oldest(null, 1, 3, 4), 9, 7, 5).isGap).toBe(true);
    expect(oldest(newest(null), 1, 3, 4).isGap).toBe(true);
  });
});
