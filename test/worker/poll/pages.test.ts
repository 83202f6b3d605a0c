import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskAnswer } from '../../../src/partner-central/model/task-kind.js';
import { EVERYBODY, accepted, fromOpportunity, isSettled } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness, directory, startMany } from '../../support/harness/worker-harness.js';

/** The timeout covers one commit per page on a busy disk. */
const WAITS_FOR_THE_DISK_MS = 120_000;

describe('the pages of a List', () => {
  test('a poll follows NextToken past empty pages', async () => {
    let pages = 0;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: async (query) => {
        if (query.nextToken === 'fourth') return sdk.listTasks({ ...query, nextToken: null });
        pages += 1;
        return { type: 'ok', value: { answers: [], nextToken: ['second', 'third', 'fourth'][pages % 3] ?? 'fourth' } };
      },
    });
    const harness = await createWorkerHarness({ around });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 10 * SECOND);
    expect(pages).toBeGreaterThan(1);
  });

  test.each([
    ['repeats its NextToken', () => 'again', 3],
    ['alternates between two NextTokens', (page: number) => `token ${page % 2}`, 4],
    ['has a new NextToken on every page', (page: number) => `token ${page}`, 21],
  ])('a List that %s is stopped, and polled later each time', async (_, tokenOf, mostPages) => {
    let pages = 0;
    const rounds: number[] = [];
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        if (query.nextToken === null) rounds.push(harness.clock.now());
        pages += 1;
        return { type: 'ok', value: { answers: [], nextToken: tokenOf(pages) } };
      },
    });
    const harness = await createWorkerHarness({ around });
    await accepted(harness.tasks, SLOW);
    await harness.pass(5 * MINUTE);
    expect(pages).toBeLessThan(rounds.length * mostPages);
    const gaps = rounds.slice(1).map((at, index) => at - (rounds[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(5);
    expect(gaps.at(-1)).toBeGreaterThan(15 * SECOND);
  });

  test('a sweep whose pages overlap and show tasks twice brings every task to its end', async () => {
    let shown: readonly TaskAnswer[] = [];
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const result = await sdk.listTasks(query);
        if (result.type !== 'ok') return result;
        const before = query.nextToken === null ? [] : shown;
        shown = result.value.answers;
        return { type: 'ok', value: { ...result.value, answers: [...before, ...shown, ...shown] } };
      },
    });
    const harness = await createWorkerHarness({
      around,
      discoverIn: ['SANDBOX'],
      simulator: { pageSize: 20, latencyMs: 500 },
      poll: { minMs: 5 * SECOND, maxMs: 5 * SECOND },
    });
    const ids = await startMany(harness.tasks, 45, SLOW);
    for (let index = 0; index < 10; index += 1) {
      const call = harness.partnerCentral.startTask(SLOW, `other ${index}`);
      await harness.pass(SECOND);
      await call;
    }
    await harness.untilEnded(ids, 5 * MINUTE);
    await harness.pass(5 * MINUTE);
    const page = await harness.tasks.list(EVERYBODY, {}, { first: 100, after: null });
    expect('items' in page && page.items.map(({ item }) => item.status)).toEqual(Array(55).fill('COMPLETE'));
  });

  test('each permit is preceded by a check that the call can be sent at once', async () => {
    const steps: string[] = [];
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      prepare(signal) {
        steps.push('prepared');
        return sdk.prepare(signal);
      },
      listTasks(query) {
        steps.push('listed');
        return sdk.listTasks(query);
      },
    });
    const limits = { reads: { perSecond: 1, perDay: 1000 }, writes: { perSecond: 10, perDay: 1000 } };
    const harness = await createWorkerHarness({ around, limits, poll: { minMs: 0.2 * SECOND, maxMs: 0.2 * SECOND } });
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.pass(2 * SECOND);
    steps.length = 0;
    await harness.untilEnded([id], MINUTE);
    const waits = steps.join(' ').split(' listed');
    expect(waits.length).toBeGreaterThan(5);
    // The first try returns the wait, and the second try follows it.
    expect(waits.slice(1, -2).map((wait) => wait.trim())).toEqual(Array(waits.length - 3).fill('prepared prepared'));
  });

  test('a worker that waits for the reads of the next day stops at once', async () => {
    const harness = await createWorkerHarness({
      limits: { reads: { perSecond: 10, perDay: 10 }, writes: { perSecond: 10, perDay: 100 } },
    });
    await harness.pass(SECOND);
    // The remaining read is reserved for look-ups.
    await harness.db.sql
      .insertInto('quota_totals')
      .values({ quota: 'reads', last_id: 9, call_count: 9, blocked_until: 0 })
      .execute();
    await accepted(harness.tasks, SLOW);
    await harness.pass(MINUTE);
    expect(harness.calls('List')).toEqual([]);
    expect(await isSettled(harness.worker.stop())).toBe(true);
  });

  test.each([1, 2, 7])(
    '25 tasks complete in few calls when a page holds at most %d tasks',
    async (pageSize) => {
      const harness = await createWorkerHarness({
        simulator: { pageSize },
        poll: { minMs: 3 * SECOND, maxMs: 3 * SECOND },
      });
      const ids = await startMany(harness.tasks, 25, SLOW);
      const tasks = await harness.untilEnded(ids, 2 * MINUTE);
      expect(tasks.every((task) => task.status === 'COMPLETE')).toBe(true);
      // Some twenty rounds, each with at most the pages of all three groups.
      expect(harness.calls('List').length).toBeLessThan(25 * 3 * (Math.ceil(10 / pageSize) + 1));
    },
    WAITS_FOR_THE_DISK_MS,
  );

  test.each([
    [1000, 0],
    [1000, 60],
    [20, 60],
    [10, 0],
    [2, 0],
    [1, 0],
  ])(
    '25 tasks that are due together complete in few calls, with pages of %d tasks and %d newer external tasks',
    async (pageSize, others) => {
      const harness = await createWorkerHarness({
        dataDir: await directory(),
        simulator: { pageSize },
        poll: { minMs: 5 * SECOND, maxMs: 5 * SECOND },
      });
      const ids = await startMany(harness.tasks, 25, SLOW);
      await harness.pass(2 * SECOND);
      for (let index = 0; index < others; index += 1)
        expect(await harness.partnerCentral.startTask(SLOW, `other ${index}`)).toMatchObject({ type: 'ok' });
      await harness.close();
      await harness.pass(10 * SECOND);
      const before = harness.calls('List').length;
      const next = await harness.openProcess();
      await harness.pass(500);
      const inFirstRound = harness.calls('List').length - before;
      expect(inFirstRound).toBeLessThanOrEqual(pageSize >= 100 ? 1 : 3 * Math.ceil(10 / pageSize) + 4);
      await harness.untilEnded(ids, 2 * MINUTE, next.tasks);
      expect(harness.calls('List').length - before).toBeLessThan(15 * 3 * (Math.ceil(10 / pageSize) + 1));
    },
    WAITS_FOR_THE_DISK_MS,
  );
});
