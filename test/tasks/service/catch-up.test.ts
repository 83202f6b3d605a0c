/** Pages of the log hold what a feed delivers after the same cursor. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../../src/db/database.js';
import { CATALOGS } from '../../../src/partner-central/model/task-kind.js';
import { deleteTasks } from '../../../src/tasks/store/task-queries.js';
import { matchesFilter, type TaskFilter } from '../../../src/tasks/store/filter.js';
import type { LogPage, Tasks, Transition } from '../../../src/tasks/tasks.js';
import type { CursorProblem } from '../../../src/transitions/cursor.js';
import { maySee, type Viewer } from '../../../src/tasks/viewer.js';
import { beginEpoch, prune, reservePositions } from '../../../src/transitions/log.js';
import { onBothDatabases } from '../../support/database/both-databases.js';
import { recordObservation } from '../../support/harness/record-one.js';
import { EVERYBODY, accepted, fromOpportunity, openTaskHarness } from '../../support/harness/task-harness.js';
import { ALICE, COMPLETE, IN_PROGRESS, OUTSIDER, openTasks, streamOf, take } from '../../support/harness/tasks.js';

const VIEWERS: readonly Viewer[] = [EVERYBODY, ALICE, { ...EVERYBODY, catalogs: ['SANDBOX'] }, OUTSIDER];

const aStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('start' as const), catalog: fc.constantFrom(...CATALOGS) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('observe' as const),
      which: fc.nat(),
      observation: fc.constantFrom(IN_PROGRESS, COMPLETE),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'waste' } as const) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('prune' as const), which: fc.nat() }) },
);

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
const aFilter = fc.record({
  statuses: some(['QUEUED', 'IN_PROGRESS', 'COMPLETE'] as const),
  catalogs: some(CATALOGS),
  ids: fc.option(fc.array(fc.nat(), { maxLength: 3 }), { nil: undefined }),
  startedBy: fc.option(fc.constantFrom('alice', 'bob'), { nil: undefined }),
  updatedAfter: fc.option(fc.nat(), { nil: undefined }),
});

/** Reads page after page, with each page's end as the next cursor. */
async function readToEnd(
  tasks: Tasks,
  viewer: Viewer,
  filter: TaskFilter,
  begin: string | null,
  first: number,
): Promise<{ readonly items: Transition[]; readonly endCursor: string } | CursorProblem> {
  const items: Transition[] = [];
  let after = begin;
  for (;;) {
    const page: LogPage | CursorProblem = await tasks.catchUp(viewer, filter, { first, after });
    if ('type' in page) return page;
    expect(page.items.length).toBeLessThanOrEqual(first);
    expect(page.hasPreviousPage).toBe(after !== null);
    items.push(...page.items.map(({ item }) => item));
    if (!page.hasNextPage) return { items, endCursor: page.endCursor };
    expect(page.items).toHaveLength(first);
    after = page.endCursor;
  }
}

onBothDatabases((name, open) => {
  describe(`Catching up on ${name}`, () => {
    test('the pages after every cursor hold the transitions that a feed after it delivers', async () => {
      const db = await open();
      const harness = await openTaskHarness({ db, startWaitMs: 0 });
      const { tasks, telemetry } = harness;
      const epoch = await db.write(beginEpoch);
      /** All that was ever written, oldest first, with the cursors of places at which nothing was written. */
      const written: Transition[] = [];
      const cursors: string[] = [await tasks.logCursor()];
      let prunedThrough = 0;
      const everything = streamOf(await tasks.feed(EVERYBODY, {}, null));

      async function note(): Promise<void> {
        const [transition] = await take(everything, 1);
        if (transition === undefined) throw new Error('The feed has no transition.');
        written.push(transition);
        cursors.push(transition.cursor);
      }

      const request = [
        fc.array(aStep, { maxLength: 6 }),
        fc.constantFrom(...VIEWERS),
        aFilter,
        fc.integer({ min: 1, max: 7 }),
      ] as const;
      await fc.assert(
        fc.asyncProperty(...request, async (steps, viewer, wanted, first) => {
          for (const step of steps) {
            const latest = [...new Map(written.map((transition) => [transition.task.id, transition])).values()];
            switch (step.type) {
              case 'start':
                await accepted(
                  tasks,
                  fromOpportunity({ catalog: step.catalog }),
                  null,
                  step.catalog === 'AWS' ? ALICE : EVERYBODY,
                );
                await note();
                break;
              case 'observe': {
                const open = latest.filter(({ task }) => task.status !== 'COMPLETE');
                const { task } = open[step.which % open.length] ?? {};
                const after = task && (await recordObservation(db, telemetry, epoch, task.id, step.observation));
                if (after && after.sequence > task.sequence) await note();
                break;
              }
              case 'waste':
                await db.write((tx) => reservePositions(db, tx, null, 2));
                cursors.push(await tasks.logCursor());
                break;
              case 'prune': {
                const ended = latest.filter(({ task }) => task.status === 'COMPLETE');
                const last = ended[step.which % ended.length];
                if (last === undefined) break;
                await pruneTask(db, last.task.id);
                prunedThrough = Math.max(prunedThrough, last.position);
                written.splice(0, written.length, ...written.filter(({ task }) => task.id !== last.task.id));
                cursors.push(await tasks.logCursor());
                break;
              }
              default:
                step satisfies never;
            }
          }
          const filter: TaskFilter = {
            ...wanted,
            ids: wanted.ids?.flatMap((index) => written[index % written.length]?.task.id ?? []),
            updatedAfter: wanted.updatedAfter && written[wanted.updatedAfter % written.length]?.observedAt,
          };
          for (const cursor of [null, ...cursors.slice(-12), ...cursors.slice(0, 2)]) {
            const pages = await readToEnd(tasks, viewer, filter, cursor, first);
            const feed = cursor === null ? null : await tasks.feed(viewer, filter, cursor);
            if ('type' in pages) {
              expect(feed).toEqual(pages);
              continue;
            }
            const after = written.find((transition) => transition.cursor === cursor)?.position ?? prunedThrough;
            const expected = written.filter(
              ({ task, position }) => position > after && maySee(viewer, task) && matchesFilter(task, filter),
            );
            expect(pages.items).toEqual(expected);
            if (feed === null) continue;
            const stream = streamOf(feed);
            expect(await take(stream, expected.length)).toEqual(expected);
            await stream.return?.();
          }
        }),
        { numRuns: 40, verbose: 1 },
      );
      await everything.return?.();
    });
  });
});

async function pruneTask(db: Database, id: string): Promise<void> {
  await db.write(async (tx) => {
    await prune(tx, [id]);
    await deleteTasks(tx, [id]);
  });
}

describe('A page of the log', () => {
  test('a page ends behind the transitions that the filter leaves out, so that the next one need not read them', async () => {
    const { tasks, record } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const { id: other } = await accepted(tasks, fromOpportunity());
    await record(other, COMPLETE);
    const page = await tasks.catchUp(EVERYBODY, { ids: [id] }, { first: 5, after: null });
    if ('type' in page) throw new Error(page.message);
    expect(page.items.map(({ item }) => item.task.id)).toEqual([id]);
    expect(page.endCursor).toBe(await tasks.logCursor());
    expect(await tasks.catchUp(EVERYBODY, {}, { first: 5, after: page.endCursor })).toEqual({
      items: [],
      hasNextPage: false,
      hasPreviousPage: true,
      endCursor: page.endCursor,
    });
  });

  test('one call reads at most 5,000 transitions, and the next page goes on behind them', async () => {
    const { tasks } = await openTasks();
    const ids: string[] = [];
    for (let batch = 0; batch < 26; batch += 1) {
      const starts = Array.from({ length: 200 }, () => ({ input: fromOpportunity(), clientToken: null }));
      const outcome = await tasks.startMany(EVERYBODY, starts);
      if (outcome.type !== 'started') throw new Error(outcome.type);
      for (const start of outcome.outcomes) if (start.type === 'accepted') ids.push(start.task.id);
    }
    const filter = { ids: [ids[5100] ?? ''] };
    const first = await tasks.catchUp(EVERYBODY, filter, { first: 5, after: null });
    expect(first).toMatchObject({ items: [], hasNextPage: true });
    const second =
      'type' in first ? first : await tasks.catchUp(EVERYBODY, filter, { first: 5, after: first.endCursor });
    expect(second).toMatchObject({ items: [{ item: { task: { id: ids[5100] } } }], hasNextPage: false });
  });
});
