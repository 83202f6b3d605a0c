import { describe, expect, test } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { WORKER_LEASE } from '../../../src/db/database.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { EVERYBODY, accepted, fromEngagement, fromOpportunity } from '../../support/harness/task-harness.js';
import { listStates } from '../../../src/tasks/store/task-lists.js';
import {
  LIMITS,
  SLOW,
  createWorkerHarness,
  spendReads,
  startMany,
  statusesOf,
} from '../../support/harness/worker-harness.js';

/** Counts the calls of each round: calls closer together than the shortest poll interval belong to one round. */
function roundsOf(calls: readonly { readonly at: number }[]): number[] {
  const rounds: { last: number; count: number }[] = [];
  for (const { at } of calls) {
    const round = rounds.at(-1);
    if (round !== undefined && at - round.last < 500) Object.assign(round, { last: at, count: round.count + 1 });
    else rounds.push({ last: at, count: 1 });
  }
  return rounds.map((round) => round.count);
}

describe('the poller', () => {
  test('the poller makes no call while no task is in flight, neither before the first task nor after the last', async () => {
    const harness = await createWorkerHarness();
    await harness.pass(HOUR);
    expect(harness.simulator.calls()).toEqual([]);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 10 * SECOND);
    const count = harness.simulator.calls().length;
    await harness.pass(HOUR);
    expect(harness.simulator.calls()).toHaveLength(count);
  });

  test('the poller reads a list at the shortest interval while the day has credit, whatever the age of its tasks', async () => {
    const harness = await createWorkerHarness();
    await accepted(harness.tasks, SLOW);
    await harness.pass(59 * SECOND);
    const times = harness.calls('List').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toHaveLength(58);
    expect(new Set(gaps)).toEqual(new Set([SECOND]));
  });

  test('the poller reads a list every 1.6 s when the credit of the day is spent', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    await spendReads(harness, 12_000);
    await accepted(harness.tasks, SLOW);
    await harness.pass(50 * SECOND);
    expect(harness.calls('List').length).toBeGreaterThanOrEqual(29);
    expect(harness.calls('List').length).toBeLessThanOrEqual(31);
  });

  test('the poller is back at full pace as soon as reads are available, also for the first task after a pause', async () => {
    const harness = await createWorkerHarness({ limits: { ...LIMITS, reads: { perSecond: 1000, perDay: 1000 } } });
    await harness.pass(SECOND);
    // Three reads are left above the reserve for look-ups, so the first look is almost two minutes away.
    const spent = { quota: 'reads', last_id: 897, call_count: 897, blocked_until: 0 };
    await harness.db.sql.insertInto('quota_totals').values(spent).execute();
    await accepted(harness.tasks, SLOW);
    await harness.pass(MINUTE);
    expect(harness.calls('List')).toHaveLength(0);
    await harness.db.sql.deleteFrom('tasks').execute();
    await harness.db.sql.updateTable('quota_totals').set({ call_count: 1 }).where('quota', '=', 'reads').execute();
    await harness.pass(10 * SECOND);
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], 5 * SECOND);
  });

  test('the poller makes at most three calls a round for 25 tasks', async () => {
    const harness = await createWorkerHarness();
    const ids = await startMany(harness.tasks, 25, SLOW);
    await harness.pass(50 * SECOND);
    const rounds = roundsOf(harness.calls('List'));
    expect(rounds.length).toBeGreaterThan(5);
    expect(Math.max(...rounds)).toBeLessThanOrEqual(3);
    await harness.untilEnded(ids, 5 * MINUTE);
  });

  test('the poller polls tasks that were started one after the other in the same calls', async () => {
    const harness = await createWorkerHarness();
    for (let index = 0; index < 30; index += 1) {
      await accepted(harness.tasks, SLOW);
      await harness.pass(30);
    }
    await harness.pass(SECOND);
    const before = harness.calls('List').length;
    await harness.pass(3 * SECOND);
    expect(harness.calls('List').length - before).toBe(3);
  });

  test('the number of calls does not depend on the number of subscribers', async () => {
    const countWith = async (subscribers: number) => {
      const harness = await createWorkerHarness();
      const { id } = await accepted(harness.tasks, SLOW);
      const streams = await Promise.all(
        Array.from({ length: subscribers }, () => harness.tasks.follow(EVERYBODY, id, { type: 'current' })),
      );
      await harness.untilEnded([id], 5 * MINUTE);
      for (const stream of streams) if (!('type' in stream)) await stream.return?.();
      return harness.calls('List').length;
    };
    expect(await countWith(200)).toBe(await countWith(0));
  });

  test.each([fromOpportunity({ identifier: 'O1000006' }), fromEngagement({ identifier: 'eng-withouttaskid1' })])(
    'a $kind task without an AWS id is found by the record that its start named',
    async (input) => {
      const harness = await createWorkerHarness();
      const { id } = await accepted(harness.tasks, input);
      await harness.pass(500);
      expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
        status: 'IN_PROGRESS',
        details: { taskId: null },
      });
      await harness.pass(1000);
      expect(await harness.tasks.find(EVERYBODY, id)).toMatchObject({
        status: 'IN_PROGRESS',
        details: { taskId: harness.simulator.tasks()[0]?.ids.TaskId },
      });
      const [task] = await harness.untilEnded([id], 10 * SECOND);
      expect(task?.status).toBe('COMPLETE');
    },
  );

  test('two tasks on one opportunity without AWS ids receive their own answers', async () => {
    const harness = await createWorkerHarness();
    const ids = await startMany(harness.tasks, 2, fromOpportunity({ identifier: 'O1000006' }));
    const tasks = await harness.untilEnded(ids, 10 * SECOND);
    expect(tasks.map((task) => task.details.taskId)).toEqual(harness.simulator.tasks().map((task) => task.ids.TaskId));
  });

  test('a task whose start names its engagement by ARN is found', async () => {
    const harness = await createWorkerHarness();
    const identifier = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-withouttaskid1';
    const { id } = await accepted(harness.tasks, fromEngagement({ identifier }));
    const [task] = await harness.untilEnded([id], 10 * SECOND);
    expect(task?.status).toBe('COMPLETE');
  });

  test('a task that the List does not show stays IN_PROGRESS for as long as that lasts', async () => {
    let shown = false;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: async (query) =>
        shown ? sdk.listTasks(query) : { type: 'ok', value: { answers: [], nextToken: null } },
    });
    const harness = await createWorkerHarness({ around });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.pass(HOUR);
    expect(await statusesOf(harness, id)).toEqual(['QUEUED', 'IN_PROGRESS']);
    shown = true;
    await harness.untilEnded([id], MINUTE);
  });

  test.each(['O1000010', 'eng-listedlate0001'])(
    'the poller waits for %s, which the List shows late',
    async (identifier) => {
      const harness = await createWorkerHarness();
      const input = identifier.startsWith('O') ? fromOpportunity({ identifier }) : fromEngagement({ identifier });
      const { id } = await accepted(harness.tasks, input);
      const [task] = await harness.untilEnded([id], 10 * SECOND);
      expect([task?.status, task?.sequence]).toEqual(['COMPLETE', 3]);
    },
  );

  test('a List that is refused stops no other kind or catalog, and is not repeated all the time', async () => {
    const harness = await createWorkerHarness();
    harness.simulator.inject({
      operation: 'ListOpportunityFromEngagementTasks',
      times: Infinity,
      fault: { kind: 'error', name: 'AccessDeniedException' },
    });
    await accepted(harness.tasks, fromEngagement({ identifier: 'eng-takesaminute01' }));
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.untilEnded([id], 2 * MINUTE);
    await harness.pass(8 * MINUTE);
    const refused = harness.calls('List').filter((call) => call.outcome === 'AccessDeniedException');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused.length).toBeLessThan(60);
  });

  test('a List that fails is repeated later each time, and at full pace after it succeeds', async () => {
    const harness = await createWorkerHarness({ poll: { minMs: SECOND, maxMs: SECOND } });
    harness.simulator.inject({
      operation: 'ListEngagementFromOpportunityTasks',
      times: 7,
      fault: { kind: 'error', name: 'InternalServerException' },
    });
    await accepted(harness.tasks, SLOW);
    await harness.pass(MINUTE);
    const times = harness.calls('List').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.slice(0, 7)).toEqual([1000, 1000, 1500, 3000, 6000, 12_000, 22_500]);
    expect(new Set(gaps.slice(8))).toEqual(new Set([1000]));
  });

  test('tasks that an incomplete sweep missed are polled at once in groups', async () => {
    const harness = await createWorkerHarness({ simulator: { pageSize: 20 } });
    await startMany(harness.tasks, 31, SLOW);
    await harness.pass(1.5 * SECOND);
    // One page of the sweep, and two groups for the eleven tasks that were not on it.
    expect(harness.calls('List')).toHaveLength(3);
  });

  test('a deposed worker stores no reading, and looks again when it leads again', async () => {
    const harness = await createWorkerHarness({ limits: LIMITS });
    await accepted(harness.tasks, SLOW);
    await harness.pass(1.5 * SECOND);
    const before = await listStates(harness.db.sql);
    void harness.db.lease(WORKER_LEASE, new AbortController().signal);
    await harness.db.sql.updateTable('log_head').set({ worker_epoch: 99 }).execute();
    const count = harness.calls('List').length;
    await harness.pass(SECOND);
    expect(harness.calls('List').length).toBeGreaterThan(count);
    expect(await listStates(harness.db.sql)).toEqual(before);
  });

  test('nine tasks complete in a few more calls when a tenth makes their common call fail', async () => {
    let refused: string | null = null;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const isRefused = refused !== null && query.select.by === 'taskId' && query.select.values.includes(refused);
        const result = await sdk.listTasks(query);
        return isRefused
          ? { type: 'refused', code: 'NOT_FOUND', awsCode: 'ResourceNotFoundException', message: 'no', fieldErrors: [] }
          : result;
      },
    });
    const harness = await createWorkerHarness({ around });
    const [first = '', ...others] = await startMany(harness.tasks, 10, fromOpportunity());
    await harness.pass(500);
    refused = (await harness.tasks.find(EVERYBODY, first))?.details.taskId ?? null;
    await harness.untilEnded(others, 10 * SECOND);
    expect((await harness.tasks.find(EVERYBODY, first))?.status).toBe('IN_PROGRESS');
    expect(harness.calls('List').length).toBeLessThan(6 * 9);
    const before = harness.calls('List').length;
    await harness.pass(10 * MINUTE);
    expect(harness.calls('List').length - before).toBeLessThan((10 * MINUTE) / (20 * SECOND));
    refused = null;
    await harness.untilEnded([first], MINUTE);
  });

  test('the poller keeps within the read quota', async () => {
    const harness = await createWorkerHarness({
      limits: { ...LIMITS, reads: { perSecond: 1, perDay: 10 } },
      simulator: { readsPerSecond: 1, readsPerDay: 10 },
    });
    await startMany(harness.tasks, 3, SLOW);
    await accepted(harness.tasks, fromEngagement({ identifier: 'eng-takesaminute01' }));
    await harness.pass(3 * HOUR);
    const calls = harness.calls('List');
    expect(calls.every((call) => call.outcome === 'ok')).toBe(true);
    // A tenth of the daily reads is reserved for look-ups.
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.length).toBeLessThanOrEqual(9);
  });
});
