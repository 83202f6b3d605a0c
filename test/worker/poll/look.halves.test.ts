/** Looks at a list of two pages whose other tasks belong to other systems, while calls are scarce. */
import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskAnswer } from '../../../src/partner-central/model/task-kind.js';
import { PAGE_SIZE, type TaskQuery } from '../../../src/partner-central/task-operations.js';
import { listStates, storeEvent } from '../../../src/tasks/store/task-lists.js';
import { NO_DETAILS } from '../../../src/tasks/task.js';
import { LIMITS, SLOW, createWorkerHarness, spendReads, startMany } from '../../support/harness/worker-harness.js';

const LIST = { kind: SLOW.kind, catalog: SLOW.catalog };
const HALF = 21;
const GAP_MS = 20 * SECOND;

type Asked = { readonly select: TaskQuery['select']; readonly page: number; readonly at: number };

/**
 * Starts 21 tasks of a minute, and 20 s later 21 more. 1,100 tasks of other systems began between them. The whole list
 * is so long that no look sweeps it.
 * @param isSorted false if AWS ignores the order that a query names
 * @param apartMs the time between the tasks of other systems
 */
async function sharedList({ spent = 12_000, isSorted = true, pageSize = PAGE_SIZE, apartMs = 1 }) {
  const asked: Asked[] = [];
  let betweenAt = 0;
  let foreignCount = 1100;
  const foreign = (count: number, status: TaskAnswer['status']): TaskAnswer[] =>
    Array.from({ length: count }, (_, index) => ({
      ...NO_DETAILS,
      status,
      taskId: `task-foreign${status.toLowerCase().replace('_', '')}${index}`,
      startedAt: betweenAt - index * apartMs,
    }));
  const around = (sdk: PartnerCentral): PartnerCentral => ({
    ...sdk,
    async listTasks(query) {
      const { select } = query;
      const page = Number(query.nextToken ?? 0);
      asked.push({ select, page, at: harness.clock.now() });
      if ('values' in select) return sdk.listTasks(query);
      if (select.by === 'startTime')
        return { type: 'ok', value: { answers: foreign(PAGE_SIZE, 'COMPLETE'), nextToken: `${page + 1}` } };
      const result = await sdk.listTasks({ ...query, select: { by: 'inProgress', from: 'newest' }, nextToken: null });
      if (result.type !== 'ok') return result;
      const own = result.value.answers;
      const newest = own.filter(({ startedAt }) => (startedAt ?? 0) > betweenAt);
      const all = [...newest, ...foreign(foreignCount, 'IN_PROGRESS'), ...own.slice(newest.length)];
      const ordered = select.from === 'newest' || !isSorted ? all : all.toReversed();
      const rest = ordered.slice(page * pageSize);
      const nextToken = rest.length > pageSize ? `${page + 1}` : null;
      return { type: 'ok', value: { answers: rest.slice(0, pageSize), nextToken } };
    },
  });
  const harness = await createWorkerHarness({ around, limits: { ...LIMITS, writes: LIMITS.reads } });
  await spendReads(harness, spent);
  betweenAt = harness.clock.now() + GAP_MS / 2;
  const oldIds = await startMany(harness.tasks, HALF, SLOW);
  await harness.pass(GAP_MS);
  const ids = [...oldIds, ...(await startMany(harness.tasks, HALF, SLOW))];
  await harness.pass(15 * SECOND);
  asked.length = 0;
  const grow = (count: number) => {
    foreignCount = count;
  };
  return { ...harness, ids, asked, grow };
}

const fromOf = ({ select }: Asked) => (select.by === 'inProgress' ? select.from : select.by);

describe('looks at a list of two pages while calls are scarce', () => {
  test('each look reads one page, from one end and the other in turn, and the two take as long as a look at both pages', async () => {
    const { asked, pass, db } = await sharedList({});
    await pass(11 * SECOND);
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked.map(({ page }) => page))).toEqual(new Set([0]));
    const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    // A look at both pages would follow after 2.26 s.
    expect(new Set(gaps.map((gap) => Math.round(gap / 10)))).toEqual(new Set([113]));
    const ends = asked.map(fromOf);
    for (const [index, end] of ends.slice(1).entries())
      expect(new Set([end, ends[index]])).toEqual(new Set(['newest', 'oldest']));
    const [state] = await listStates(db.sql);
    expect(state).toMatchObject({ intervalMs: 2259, readAt: Math.floor(asked.at(-2)?.at ?? 0) });
  });

  test('the end of each task is recorded within two looks', async () => {
    const harness = await sharedList({});
    const tasks = await harness.untilEnded(harness.ids, 2 * MINUTE);
    expect(tasks.map(({ status }) => status)).toEqual(Array(2 * HALF).fill('COMPLETE'));
    for (const { updatedAt, details } of tasks)
      expect(updatedAt - (details.startedAt ?? 0)).toBeLessThan(MINUTE + 6 * SECOND);
  });

  test('a look reads the whole list while the day has credit', async () => {
    const { asked, pass } = await sharedList({ spent: 1 });
    await pass(6 * SECOND);
    const first = asked.findIndex(({ page }) => page === 0);
    expect(asked.map(({ page }) => page).slice(first, first + 10)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(new Set(asked.map(fromOf))).toEqual(new Set(['newest']));
  });

  test('a look that an event causes reads the whole list', async () => {
    const { asked, pass, db, clock } = await sharedList({});
    await db.write((tx) => storeEvent(tx, LIST, clock.now()));
    await pass(1500);
    expect(asked.slice(0, 2)).toMatchObject([
      { select: { from: 'newest' }, page: 0 },
      { select: { from: 'newest' }, page: 1 },
    ]);
  });

  test('pages that do not meet make the looks read the whole list', async () => {
    const { asked, pass, grow } = await sharedList({});
    grow(2100);
    await pass(22 * SECOND);
    const listed = asked.filter(({ select }) => select.by === 'inProgress').map(({ page }) => page);
    const first = listed.indexOf(1) - 1;
    expect(first).toBeLessThan(4);
    expect(listed.slice(first)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test.each([
    ['comes in one order only, whatever the query names,', { isSorted: false }],
    ['has short pages', { pageSize: 400 }],
    ['has tasks of one StartTime at the edges of its pages', { apartMs: 0 }],
  ])('a list that %s loses no task', async (_, options) => {
    const harness = await sharedList(options);
    const tasks = await harness.untilEnded(harness.ids, 2 * MINUTE);
    expect(tasks.map(({ status }) => status)).toEqual(Array(2 * HALF).fill('COMPLETE'));
  });
});
