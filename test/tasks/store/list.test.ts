import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CATALOGS, TASK_KINDS, type TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { matchesFilter, type TaskFilter } from '../../../src/tasks/store/filter.js';
import { acceptStart } from '../../support/harness/record-one.js';
import { TASK_STATUSES, type Task } from '../../../src/tasks/task.js';
import type { Page } from '../../../src/tasks/tasks.js';
import { maySee } from '../../../src/tasks/viewer.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  fromEngagement,
  fromInvitation,
  fromOpportunity,
} from '../../support/harness/task-harness.js';
import {
  ALICE,
  AUDITOR,
  BOB,
  COMPLETE,
  IN_PROGRESS,
  ANONYMOUS,
  OUTSIDER,
  REFUSED,
  STARTER,
  openTasks,
  pageOf,
} from '../../support/harness/tasks.js';

describe('The list of tasks', () => {
  /** Sixty tasks of all kinds, catalogs, statuses and people, some of them in batches. */
  async function withManyTasks() {
    const opened = await openTasks();
    const all: Task[] = [];
    const observations = [
      null,
      IN_PROGRESS,
      COMPLETE,
      REFUSED,
      { type: 'answered', answer: answerWith({ status: 'FAILED' }) } as const,
    ];
    for (let index = 0; index < 60; index += 1) {
      opened.clock.jump(1000);
      const catalog = CATALOGS[index % 2] ?? 'AWS';
      const input: TaskInput =
        index % 3 === 0
          ? fromEngagement({ catalog, identifier: `eng-0000000000000${index % 4}` })
          : index % 11 === 1
            ? fromInvitation({ catalog })
            : fromOpportunity({ catalog, identifier: `O${index % 7}` });
      const start = {
        subject: ['alice', 'bob', null][index % 5] ?? null,
        input,
        clientToken: `token ${index}`,
        batchId: [undefined, 'one', 'two'][Math.floor(index / 20)],
      };
      const { task } = await acceptStart(opened.db, opened.telemetry, start);
      const observation = observations[index % 5] ?? null;
      all.unshift((observation === null ? null : await opened.record(task.id, observation)) ?? task);
    }
    return { ...opened, all };
  }

  const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
  const aFilter: fc.Arbitrary<TaskFilter> = fc.record({
    kinds: some(TASK_KINDS),
    catalogs: some(CATALOGS),
    statuses: some(TASK_STATUSES),
    identifiers: some(['O1', 'O2', 'O3', 'eng-00000000000000', 'eng-00000000000003', 'O99']),
    startedBy: fc.option(fc.constantFrom('alice', 'bob', 'carol'), { nil: undefined }),
    batchIds: some(['one', 'two', 'three']),
    updatedAfter: fc.option(
      fc.integer({ min: 0, max: 61_000 }).map((ms) => Date.UTC(2026, 0, 1) + ms),
      {
        freq: 1,
        nil: undefined,
      },
    ),
  });
  const aViewer = fc.constantFrom(EVERYBODY, AUDITOR, ALICE, BOB, ANONYMOUS, STARTER, OUTSIDER, {
    ...AUDITOR,
    catalogs: ['SANDBOX' as const],
  });

  function fits(task: Task, filter: TaskFilter): boolean {
    if (filter.kinds && !filter.kinds.includes(task.input.kind)) return false;
    if (filter.catalogs && !filter.catalogs.includes(task.input.catalog)) return false;
    if (filter.statuses && !filter.statuses.includes(task.status)) return false;
    if (filter.identifiers && !filter.identifiers.includes(task.input.identifier)) return false;
    if (filter.ids && !filter.ids.includes(task.id)) return false;
    if (filter.updatedAfter !== undefined && task.updatedAt <= filter.updatedAfter) return false;
    if (filter.batchIds && !filter.batchIds.includes(task.batchId ?? '')) return false;
    return filter.startedBy === undefined || task.subject === filter.startedBy;
  }

  test('a list holds the tasks that match the filter and the viewer may see, newest first, without a gap or a repeat between pages', async () => {
    const { tasks, all } = await withManyTasks();
    const someIds = some(all.filter((_task, index) => index % 9 === 0).map(({ id }) => id));
    const request = [aViewer, aFilter, someIds, fc.integer({ min: 1, max: 70 })] as const;
    await fc.assert(
      fc.asyncProperty(...request, async (viewer, others, ids, first) => {
        const filter = { ...others, ids };
        const expected = all.filter((task) => fits(task, filter) && maySee(viewer, task));
        expect(all.filter((task) => matchesFilter(task, filter))).toEqual(all.filter((task) => fits(task, filter)));
        const found: Task[] = [];
        let after: string | null = null;
        for (;;) {
          const page: Page<Task> = pageOf(await tasks.list(viewer, filter, { first, after }));
          expect(page.hasPreviousPage).toBe(after !== null);
          found.push(...page.items.map(({ item }) => item));
          if (!page.hasNextPage) break;
          expect(page.items).toHaveLength(first);
          after = page.items.at(-1)?.cursor ?? null;
        }
        expect(found).toEqual(expected);
        expect(await tasks.count(viewer, filter)).toBe(expected.length);
      }),
      { verbose: 1 },
    );
  });

  test('concurrent lists for several viewers each hold the tasks that this viewer may see', async () => {
    const { tasks, all } = await withManyTasks();
    const filters: TaskFilter[] = [
      {},
      { startedBy: 'alice' },
      { statuses: ['QUEUED', 'IN_PROGRESS'] },
      { statuses: ['COMPLETE'], catalogs: ['AWS'] },
      { kinds: [] },
    ];
    const viewers = [
      EVERYBODY,
      AUDITOR,
      ALICE,
      BOB,
      ANONYMOUS,
      STARTER,
      OUTSIDER,
      { ...AUDITOR, catalogs: ['SANDBOX' as const] },
    ];
    const asked = [1, 2, 3, 4].flatMap((turn) =>
      viewers.flatMap((viewer) => filters.map((filter) => ({ viewer, filter, first: 10 * turn }))),
    );
    const pages = await Promise.all(
      asked.map(({ viewer, filter, first }) => tasks.list(viewer, filter, { first, after: null })),
    );
    for (const [index, { viewer, filter, first }] of asked.entries()) {
      const expected = all.filter((task) => fits(task, filter) && maySee(viewer, task)).slice(0, first);
      expect(pageOf(pages[index] ?? { type: 'bad-cursor', message: '' }).items.map(({ item }) => item)).toEqual(
        expected,
      );
    }
    const again = await Promise.all(asked.map(() => tasks.list(EVERYBODY, {}, { first: 60, after: null })));
    expect(again.map((page) => pageOf(page).items.map(({ item }) => item))).toEqual(asked.map(() => all));
  });

  test('the next page begins where a page ended, although tasks were started since', async () => {
    const { tasks } = await openTasks();
    const before = [];
    for (let index = 0; index < 6; index += 1) before.unshift((await accepted(tasks, fromOpportunity())).id);
    const first = pageOf(await tasks.list(EVERYBODY, {}, { first: 3, after: null }));
    await accepted(tasks, fromOpportunity());
    const second = pageOf(await tasks.list(EVERYBODY, {}, { first: 3, after: first.items.at(-1)?.cursor ?? '' }));
    expect([...first.items, ...second.items].map(({ item }) => item.id)).toEqual(before);
    expect(second.hasNextPage).toBe(false);
  });

  test.each(['', 'nonsense', 'n'])('the damaged cursor %j is refused with advice', async (after) => {
    const { tasks } = await openTasks();
    expect(await tasks.list(EVERYBODY, {}, { first: 1, after })).toMatchObject({
      type: 'bad-cursor',
      message: expect.stringContaining('damaged'),
    });
  });

  test('a list refuses the cursor of a transition', async () => {
    const { tasks } = await openTasks();
    const { id } = await accepted(tasks, fromOpportunity());
    const cursor = pageOf(await tasks.transitions(id, { first: 1, after: null })).items[0]?.cursor ?? '';
    expect(await tasks.list(EVERYBODY, {}, { first: 1, after: cursor })).toMatchObject({ type: 'bad-cursor' });
  });
});
