import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR, MINUTE, SECOND } from '../../src/clock.js';
import type { Database } from '../../src/db/database.js';
import type { PartnerCentral } from '../../src/partner-central/client.js';
import type { TaskInput } from '../../src/partner-central/task-kind.js';
import { awsClientToken } from '../../src/tasks/record.js';
import type { Tasks } from '../../src/tasks/tasks.js';
import { EVERYBODY, accepted, closeLater, createStage, fromEngagement, fromOpportunity, type Stage } from '../support/core.js';

/** Takes a minute. */
const SLOW = fromOpportunity({ identifier: 'O1000005' });
const LIMITS = { reads: { perSecond: 10, perDay: 100_000 }, writes: { perSecond: 1, perDay: 10_000 } };

async function startMany(tasks: Tasks, count: number, input: TaskInput): Promise<string[]> {
  const ids = [];
  for (let index = 0; index < count; index += 1) ids.push((await accepted(tasks, input)).id);
  return ids;
}

async function statusesOf(stage: Pick<Stage, 'db'>, id: string): Promise<string[]> {
  const rows = await stage.db.sql.selectFrom('transitions').select('facts').where('task_id', '=', id).orderBy('sequence').execute();
  return rows.map((row) => JSON.parse(row.facts).task.status);
}

/** Moments of calls that lie closer together than the shortest cadence are one round. */
function roundsOf(calls: readonly { readonly at: number }[]): number[] {
  const rounds: { last: number; count: number }[] = [];
  for (const { at } of calls) {
    const round = rounds.at(-1);
    if (round !== undefined && at - round.last < 500) Object.assign(round, { last: at, count: round.count + 1 });
    else rounds.push({ last: at, count: 1 });
  }
  return rounds.map((round) => round.count);
}

async function directory(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'worker-'));
  closeLater(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

describe('a start', () => {
  test.each([fromOpportunity(), fromEngagement()])('of $kind goes from QUEUED over IN_PROGRESS to COMPLETE, with every id', async (input) => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, input);
    const [task] = await stage.untilEnded([id], 10 * SECOND);
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
    expect(task?.details).toMatchObject({
      taskId: expect.stringMatching(/^task-/),
      taskArn: expect.stringMatching(/^arn:/),
      startedAt: expect.any(Number),
      opportunityId: expect.stringMatching(/^O/),
      engagementId: expect.stringMatching(/^eng-/),
      resourceSnapshotJobId: expect.stringMatching(/^job-/),
    });
    expect(task?.failure).toBeNull();
  });

  test.each([
    ['O1000002', ['QUEUED', 'COMPLETE']],
    ['O1000003', ['QUEUED', 'COMPLETE']],
    ['O1000004', ['QUEUED', 'COMPLETE']],
    ['O1000007', ['QUEUED', 'FAILED']],
  ])('of %s, which ends inside the call, is never asked about', async (identifier, statuses) => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier }));
    await stage.untilEnded([id], 10 * SECOND);
    await stage.pass(MINUTE);
    expect(await statusesOf(stage, id)).toEqual(statuses);
    expect(stage.calls('List')).toEqual([]);
  });

  test('is sent with the token that follows from who started what', async () => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity(), 'my token', { ...EVERYBODY, subject: 'alice' });
    await stage.untilEnded([id], 10 * SECOND);
    const expected = awsClientToken({ subject: 'alice', input: fromOpportunity(), clientToken: 'my token' });
    expect(stage.simulator.tasks().map((task) => task.clientToken)).toEqual([expected]);
  });

  test('follows the one accepted before it, as fast as the quota allows', async () => {
    const stage = await createStage({ limits: LIMITS, simulator: { writesPerSecond: 1, readsPerSecond: 10 } });
    const ids = [];
    for (let index = 0; index < 10; index += 1) ids.push((await accepted(stage.tasks, fromOpportunity({ identifier: `O77${index}` }))).id);
    await stage.untilEnded(ids, 30 * SECOND);
    expect(stage.simulator.tasks().map((task) => task.target)).toEqual(ids.map((_, index) => `O77${index}`));
    const calls = stage.calls('Start');
    expect(calls.map((call) => call.outcome)).toEqual(Array(10).fill('ok'));
    const [firstCall, lastCall] = [calls[0]?.at ?? 0, calls.at(-1)?.at ?? 0];
    expect(lastCall - firstCall).toBe(9 * 1020);
  });

  test('does not wait for another that blocks, up to sixteen at once', async () => {
    const stage = await createStage();
    const ids = await startMany(stage.tasks, 40, fromOpportunity({ identifier: 'O1000003' }));
    await stage.untilEnded(ids, 30 * SECOND);
    expect(stage.mostInFlight()).toBe(16);
    expect(stage.calls('Start')).toHaveLength(40);
  });

  test.each(['O3000001', 'O3000002', 'O3000003', 'O3000004', 'O3000005', 'O3000006', 'O3000007'])('of %s, which AWS refuses, is sent exactly once and becomes REJECTED', async (identifier) => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier }));
    const [task] = await stage.untilEnded([id], 10 * SECOND);
    await stage.pass(5 * MINUTE);
    expect(task).toMatchObject({ status: 'REJECTED', failure: { rawReasonCode: null, message: expect.any(String) } });
    expect(stage.calls('Start')).toHaveLength(1);
    expect(stage.calls('List')).toEqual([]);
  });
});

describe('asking about tasks', () => {
  test('does not happen while nothing is in flight: neither before, nor after', async () => {
    const stage = await createStage();
    await stage.pass(HOUR);
    expect(stage.simulator.calls()).toEqual([]);
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 10 * SECOND);
    const count = stage.simulator.calls().length;
    await stage.pass(HOUR);
    expect(stage.simulator.calls()).toHaveLength(count);
  });

  test('becomes rarer with the age of the task', async () => {
    const stage = await createStage();
    await accepted(stage.tasks, SLOW);
    await stage.pass(59 * SECOND);
    const times = stage.calls('List').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 1000))).toBe(true);
    expect(gaps[0]).toBeLessThan(1100);
    expect(gaps.at(-1)).toBeGreaterThan(8 * SECOND);
    expect(times.length).toBeLessThan(20);
  });

  test('for 25 tasks takes at most three calls a round', async () => {
    const stage = await createStage();
    const ids = await startMany(stage.tasks, 25, SLOW);
    await stage.pass(50 * SECOND);
    const rounds = roundsOf(stage.calls('List'));
    expect(rounds.length).toBeGreaterThan(5);
    expect(Math.max(...rounds)).toBeLessThanOrEqual(3);
    await stage.untilEnded(ids, 5 * MINUTE);
  });

  test('costs the same however many follow', async () => {
    const countWith = async (followers: number) => {
      const stage = await createStage();
      const { id } = await accepted(stage.tasks, SLOW);
      const streams = await Promise.all(Array.from({ length: followers }, () => stage.tasks.follow(EVERYBODY, id, { type: 'current' })));
      await stage.untilEnded([id], 5 * MINUTE);
      for (const stream of streams) if (!('type' in stream)) await stream.return?.();
      return stage.calls('List').length;
    };
    expect(await countWith(200)).toBe(await countWith(0));
  });

  test.each([fromOpportunity({ identifier: 'O1000006' }), fromEngagement({ identifier: 'eng-withouttaskid1' })])(
    'finds a task of $kind that AWS gave no id by what it was started from',
    async (input) => {
      const stage = await createStage();
      const { id } = await accepted(stage.tasks, input);
      await stage.pass(500);
      expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'IN_PROGRESS', details: { taskId: null } });
      await stage.pass(1000);
      expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'IN_PROGRESS', details: { taskId: stage.simulator.tasks()[0]?.ids.TaskId } });
      const [task] = await stage.untilEnded([id], 10 * SECOND);
      expect(task?.status).toBe('COMPLETE');
    },
  );

  test('tells apart two tasks on one opportunity that AWS gave no ids', async () => {
    const stage = await createStage();
    const ids = await startMany(stage.tasks, 2, fromOpportunity({ identifier: 'O1000006' }));
    const tasks = await stage.untilEnded(ids, 10 * SECOND);
    expect(tasks.map((task) => task.details.taskId)).toEqual(stage.simulator.tasks().map((task) => task.ids.TaskId));
  });

  test('finds an engagement that was named by its ARN', async () => {
    const stage = await createStage();
    const identifier = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-withouttaskid1';
    const { id } = await accepted(stage.tasks, fromEngagement({ identifier }));
    const [task] = await stage.untilEnded([id], 10 * SECOND);
    expect(task?.status).toBe('COMPLETE');
  });

  test('leaves a task IN_PROGRESS that the List does not show, for as long as that lasts', async () => {
    let shown = false;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: async (query) => (shown ? sdk.listTasks(query) : { type: 'ok', value: { answers: [], nextToken: null } }),
    });
    const stage = await createStage({ around });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(HOUR);
    expect(await statusesOf(stage, id)).toEqual(['QUEUED', 'IN_PROGRESS']);
    shown = true;
    await stage.untilEnded([id], MINUTE);
  });

  test.each(['O1000010', 'eng-listedlate0001'])('waits for %s, which the List shows late', async (identifier) => {
    const stage = await createStage();
    const input = identifier.startsWith('O') ? fromOpportunity({ identifier }) : fromEngagement({ identifier });
    const { id } = await accepted(stage.tasks, input);
    const [task] = await stage.untilEnded([id], 10 * SECOND);
    expect([task?.status, task?.sequence]).toEqual(['COMPLETE', 3]);
  });

  test('follows NextToken past pages that are empty', async () => {
    let pages = 0;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: async (query) => {
        if (query.nextToken === 'fourth') return sdk.listTasks({ ...query, nextToken: null });
        pages += 1;
        return { type: 'ok', value: { answers: [], nextToken: ['second', 'third', 'fourth'][pages % 3] ?? 'fourth' } };
      },
    });
    const stage = await createStage({ around });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 10 * SECOND);
    expect(pages).toBeGreaterThan(1);
  });

  test.each([1, 2, 7])('of 25 tasks ends also when a page holds no more than %d, in calls that stay few', async (pageSize) => {
    const stage = await createStage({ simulator: { pageSize } });
    const ids = await startMany(stage.tasks, 25, SLOW);
    const tasks = await stage.untilEnded(ids, 2 * MINUTE);
    expect(tasks.every((task) => task.status === 'COMPLETE')).toBe(true);
    // Twenty-odd rounds, each of at most the pages of all three groups.
    expect(stage.calls('List').length).toBeLessThan(25 * 3 * (Math.ceil(10 / pageSize) + 1));
  });

  test.each([
    [1000, 0],
    [1000, 60],
    [20, 60],
    [10, 0],
    [2, 0],
    [1, 0],
  ])('of 25 tasks that are due all at once ends with pages of %d and %d newer tasks of others, in calls that stay few', async (pageSize, others) => {
    const stage = await createStage({ dataDir: await directory(), simulator: { pageSize } });
    const ids = await startMany(stage.tasks, 25, SLOW);
    await stage.pass(2 * SECOND);
    for (let index = 0; index < others; index += 1) expect(await stage.partnerCentral.startTask(SLOW, `other ${index}`)).toMatchObject({ type: 'ok' });
    await stage.close();
    await stage.pass(10 * SECOND);
    const before = stage.calls('List').length;
    const next = await stage.openProcess();
    await stage.pass(500);
    const inFirstRound = stage.calls('List').length - before;
    expect(inFirstRound).toBeLessThanOrEqual(pageSize >= 100 ? 1 : 3 * Math.ceil(10 / pageSize) + 4);
    await stage.untilEnded(ids, 2 * MINUTE, next.tasks);
    expect(stage.calls('List').length - before).toBeLessThan(15 * 3 * (Math.ceil(10 / pageSize) + 1));
  });

  test('goes on in one catalog or kind while the List of the other is refused, and does not ask that one all the time', async () => {
    const stage = await createStage();
    stage.simulator.inject({ operation: 'ListOpportunityFromEngagementTasks', times: Infinity, fault: { kind: 'error', name: 'AccessDeniedException' } });
    await accepted(stage.tasks, fromEngagement({ identifier: 'eng-takesaminute01' }));
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.untilEnded([id], 2 * MINUTE);
    await stage.pass(8 * MINUTE);
    const refused = stage.calls('List').filter((call) => call.outcome === 'AccessDeniedException');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused.length).toBeLessThan(60);
  });

  test('goes on for nine tasks whose calls are refused because of a tenth, at a few calls more', async () => {
    let refused: string | null = null;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const isRefused = refused !== null && query.select.by === 'taskId' && query.select.values.includes(refused);
        const result = await sdk.listTasks(query);
        return isRefused ? { type: 'refused', code: 'NOT_FOUND', awsCode: 'ResourceNotFoundException', message: 'no', fieldErrors: [] } : result;
      },
    });
    const stage = await createStage({ around });
    const [first = '', ...others] = await startMany(stage.tasks, 10, fromOpportunity());
    await stage.pass(500);
    refused = (await stage.tasks.find(EVERYBODY, first))?.details.taskId ?? null;
    await stage.untilEnded(others, 10 * SECOND);
    expect((await stage.tasks.find(EVERYBODY, first))?.status).toBe('IN_PROGRESS');
    expect(stage.calls('List').length).toBeLessThan(6 * 9);
    const before = stage.calls('List').length;
    await stage.pass(HOUR);
    expect(stage.calls('List').length - before).toBeLessThan(HOUR / (20 * SECOND));
    refused = null;
    await stage.untilEnded([first], MINUTE);
  });

  test('keeps within the quota of reads', async () => {
    const stage = await createStage({ limits: { ...LIMITS, reads: { perSecond: 1, perDay: 10 } }, simulator: { readsPerSecond: 1, readsPerDay: 10 } });
    await startMany(stage.tasks, 3, SLOW);
    await accepted(stage.tasks, fromEngagement({ identifier: 'eng-takesaminute01' }));
    await stage.pass(HOUR);
    const calls = stage.calls('List');
    expect(calls.every((call) => call.outcome === 'ok')).toBe(true);
    // A tenth of the day is left to people.
    expect(calls).toHaveLength(9);
  });
});

describe('a lost answer', () => {
  const faults = [{ kind: 'reset-before' }, { kind: 'reset-after' }, { kind: 'half-answer' }, { kind: 'hang' }, { kind: 'html', status: 502 }] as const;

  test.each(faults)('to a Start ($kind) is asked for again, and is one task at AWS', async (fault) => {
    const stage = await createStage();
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 2, fault });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    const [task] = await stage.untilEnded([id], 2 * MINUTE);
    expect(task?.status).toBe('COMPLETE');
    expect(stage.simulator.tasks()).toHaveLength(1);
    expect(stage.calls('Start')).toHaveLength(3);
  });

  test('to a Start shows in the task why it waits, and no more when it has started', async () => {
    const stage = await createStage();
    stage.simulator.inject({ times: 3, fault: { kind: 'html', status: 502 } });
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.pass(100);
    expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED', details: { message: expect.stringMatching(/^Not started yet after one attempt\. .*HTTP 502/) } });
    await stage.pass(30 * SECOND);
    expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'IN_PROGRESS', details: { message: null } });
  });

  test.each(faults)('to a List ($kind) is asked for again, later each time', async (fault) => {
    const stage = await createStage();
    stage.simulator.inject({ operation: 'ListEngagementFromOpportunityTasks', times: 4, fault });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 2 * MINUTE);
    const times = stage.calls('List').map((call) => call.at);
    expect(times).toHaveLength(5);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 1000))).toBe(true);
  });

  test('does not hold up the starts behind it', async () => {
    const stage = await createStage();
    stage.simulator.inject({ operation: 'StartOpportunityFromEngagementTask', times: Infinity, fault: { kind: 'error', name: 'InternalServerException' } });
    await accepted(stage.tasks, fromEngagement());
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 5 * SECOND);
  });
});

describe('throttling', () => {
  /** How long the quota rests after AWS throttles once more. */
  async function gapAfterThrottling(stage: Stage, verb: 'Start' | 'List', cause: () => Promise<unknown>): Promise<number> {
    const operation = verb === 'Start' ? 'StartEngagementFromOpportunityTask' : 'ListEngagementFromOpportunityTasks';
    const before = stage.calls(verb).length;
    stage.simulator.inject({ operation, times: 1, fault: { kind: 'error', name: 'ThrottlingException' } });
    await cause();
    await stage.pass(10 * SECOND);
    const [throttled, next] = stage.calls(verb).slice(before);
    return (next?.at ?? Infinity) - (throttled?.at ?? 0);
  }

  test('of writes makes all starts wait longer each time, keeps their order, and is over when AWS answers', async () => {
    const stage = await createStage({ limits: LIMITS });
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 4, fault: { kind: 'error', name: 'ThrottlingException' } });
    const ids = [];
    for (let index = 0; index < 4; index += 1) ids.push((await accepted(stage.tasks, fromOpportunity({ identifier: `O77${index}` }))).id);
    await stage.untilEnded(ids, MINUTE);
    const times = stage.calls('Start').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toEqual([1020, 2000, 4000, 8000, 1020, 1020, 1020]);
    expect(stage.simulator.tasks().map((task) => task.target)).toEqual(['O770', 'O771', 'O772', 'O773']);
    expect(await gapAfterThrottling(stage, 'Start', () => accepted(stage.tasks, fromOpportunity()))).toBe(1020);
  });

  test('of reads makes all Lists wait longer each time, and is over when AWS answers', async () => {
    const stage = await createStage();
    stage.simulator.inject({ operation: 'ListEngagementFromOpportunityTasks', times: 4, fault: { kind: 'error', name: 'ThrottlingException' } });
    await accepted(stage.tasks, SLOW);
    await stage.pass(40 * SECOND);
    const times = stage.calls('List').map((call) => call.at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(stage.calls('List').slice(4).every((call) => call.outcome === 'ok')).toBe(true);
    expect(gaps[4]).toBeLessThan(8000);
    await stage.pass(2 * MINUTE);
    expect(await gapAfterThrottling(stage, 'List', () => accepted(stage.tasks, SLOW))).toBeLessThan(1500);
  });

  test('of writes does not slow down reads', async () => {
    const stage = await createStage();
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(500);
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: Infinity, fault: { kind: 'error', name: 'ThrottlingException' } });
    await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 6 * SECOND);
  });

  test('of real quotas is not met by a worker that knows them', async () => {
    const stage = await createStage({ limits: LIMITS, simulator: { readsPerSecond: 10, writesPerSecond: 1 } });
    const ids = await startMany(stage.tasks, 30, fromOpportunity());
    await stage.untilEnded(ids, 2 * MINUTE);
    expect(stage.simulator.calls().filter((call) => call.outcome !== 'ok')).toEqual([]);
  });
});

describe('a start that AWS does not settle', () => {
  const BROKEN = { kind: 'error', name: 'InternalServerException' } as const;

  test('is given up after the time set, looked for once by its opportunity, and REJECTED', async () => {
    const stage = await createStage({ submitRetryMs: MINUTE });
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: Infinity, fault: BROKEN });
    const { id, createdAt } = await accepted(stage.tasks, fromOpportunity());
    const [task] = await stage.untilEnded([id], 5 * MINUTE);
    expect(task).toMatchObject({ status: 'REJECTED', sequence: 2, failure: { errorCode: 'UPSTREAM_FAILED', awsCode: 'InternalServerException' } });
    expect(task?.failure?.message).toContain('It may have reached AWS');
    expect((task?.updatedAt ?? 0) - createdAt).toBeGreaterThanOrEqual(MINUTE);
    expect((task?.updatedAt ?? 0) - createdAt).toBeLessThan(MINUTE + 30 * SECOND);
    await stage.pass(10 * MINUTE);
    expect(stage.calls('List').map((call) => call.operation)).toEqual(['ListEngagementFromOpportunityTasks']);
  });

  test.each([fromOpportunity(), fromEngagement()])('of $kind is found by the look-up when AWS has it, and goes on', async (input) => {
    const stage = await createStage({ submitRetryMs: MINUTE });
    const operation = input.kind === 'ENGAGEMENT_FROM_OPPORTUNITY' ? 'StartEngagementFromOpportunityTask' : 'StartOpportunityFromEngagementTask';
    stage.simulator.inject({ operation, times: Infinity, fault: { kind: 'reset-after' } });
    const { id } = await accepted(stage.tasks, input);
    const [task] = await stage.untilEnded([id], 5 * MINUTE);
    expect(task).toMatchObject({ status: 'COMPLETE', details: { taskId: stage.simulator.tasks()[0]?.ids.TaskId } });
    expect(stage.simulator.tasks()).toHaveLength(1);
  });

  test('and whose look-up fails too is REJECTED without a word on what the List shows', async () => {
    const stage = await createStage({ submitRetryMs: MINUTE });
    stage.simulator.inject({ times: Infinity, fault: BROKEN });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    const [task] = await stage.untilEnded([id], 5 * MINUTE);
    expect(task?.failure?.message).toContain('It may have reached AWS');
    expect(task?.failure?.message).not.toContain('does not show');
    expect(stage.calls('List')).toHaveLength(1);
  });

  test('because it never got out is REJECTED without a look-up, and says that it has not reached AWS', async () => {
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      startTask: async () => ({ type: 'unavailable', awsCode: 'ECONNREFUSED', message: 'AWS cannot be called: no.' }),
    });
    const stage = await createStage({ around, submitRetryMs: MINUTE });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    const [task] = await stage.untilEnded([id], 5 * MINUTE);
    expect(task?.failure).toMatchObject({ errorCode: 'UPSTREAM_FAILED', awsCode: 'ECONNREFUSED', message: expect.stringContaining('It has not reached AWS.') });
    expect(stage.simulator.calls()).toEqual([]);
  });

  test('because it was throttled all the time is REJECTED as THROTTLED', async () => {
    const stage = await createStage({ submitRetryMs: MINUTE });
    stage.simulator.inject({ times: Infinity, fault: { kind: 'error', name: 'ThrottlingException' } });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    const [task] = await stage.untilEnded([id], 5 * MINUTE);
    expect(task?.failure?.errorCode).toBe('THROTTLED');
    expect(stage.calls('List')).toEqual([]);
  });

  test('is not ended by a worker that stops before the look-up is made', async () => {
    const dataDir = await directory();
    const stage = await createStage({ dataDir, submitRetryMs: MINUTE, limits: { ...LIMITS, reads: { perSecond: 10, perDay: 1 } } });
    // The day's only read is spent, so that the look-up waits for permission.
    await accepted(stage.tasks, fromEngagement());
    await stage.pass(5 * SECOND);
    expect(stage.calls('List')).toHaveLength(1);
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 100, fault: { kind: 'reset-after' } });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(3 * MINUTE);
    expect(await stage.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED' });
    const { close } = stage;
    await close();
    const next = await stage.openProcess();
    expect(await next.tasks.find(EVERYBODY, id)).toMatchObject({ status: 'QUEUED', sequence: 1 });
  });
});

describe('a worker that follows another', () => {
  test.each(['stopped', 'killed'])('takes up what is QUEUED and IN_PROGRESS of one that was %s', async (how) => {
    const stage = await createStage({ dataDir: await directory(), limits: LIMITS });
    const ids = await startMany(stage.tasks, 5, SLOW);
    await stage.pass(2500);
    expect((await Promise.all(ids.map((id) => stage.tasks.find(EVERYBODY, id)))).map((task) => task?.status)).toEqual([
      'IN_PROGRESS',
      'IN_PROGRESS',
      'IN_PROGRESS',
      'QUEUED',
      'QUEUED',
    ]);
    await (how === 'stopped' ? stage.close() : stage.crash());
    const next = await stage.openProcess();
    const tasks = await stage.untilEnded(ids, 3 * MINUTE, next.tasks);
    expect(tasks.map((task) => [task.status, task.sequence])).toEqual(Array(5).fill(['COMPLETE', 3]));
    expect(stage.simulator.tasks()).toHaveLength(5);
  });

  test('asks again, under the same token, for a start whose answer the killed one never got', async () => {
    const stage = await createStage({ dataDir: await directory() });
    stage.simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'hang' } });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.pass(SECOND);
    expect(stage.simulator.tasks()).toHaveLength(1);
    await stage.crash();
    const next = await stage.openProcess();
    await stage.untilEnded([id], MINUTE, next.tasks);
    expect(stage.simulator.tasks()).toHaveLength(1);
    expect(stage.calls('Start')).toHaveLength(2);
  });

  test('keeps to the spacing of calls that the earlier one began', async () => {
    const stage = await createStage({ dataDir: await directory(), limits: LIMITS });
    const ids = await startMany(stage.tasks, 2, fromOpportunity());
    await stage.pass(100);
    await stage.close();
    const next = await stage.openProcess();
    await stage.untilEnded(ids, MINUTE, next.tasks);
    const [one, other] = stage.calls('Start');
    expect((other?.at ?? 0) - (one?.at ?? 0)).toBe(1020);
  });
});

describe('a start that is read as due and then', () => {
  /** Holds the worker's write that follows the read of due starts, as a slow connection would. */
  async function holdSend() {
    let writes = 0;
    let release = () => {};
    let reached = () => {};
    const held = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const aroundDb = (db: Database): Database => ({
      ...db,
      async write(work) {
        writes += 1;
        // The first makes the epoch, the second accepts the start, the third asks for permission to send it.
        if (writes === 3) {
          await new Promise<void>((resolve) => {
            release = resolve;
            reached();
          });
        }
        return db.write(work);
      },
    });
    const stage = await createStage({ aroundDb });
    await stage.pass(SECOND);
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await held;
    return { ...stage, id, release: () => release() };
  }

  test.each([
    ['settled', { status: 'COMPLETE', due_at: null }],
    ['postponed', { due_at: Date.UTC(2027, 0, 1) }],
  ])('%s before it is sent is not sent, and costs no permission', async (_, columns) => {
    const stage = await holdSend();
    await stage.db.sql.updateTable('tasks').set(columns).where('id', '=', stage.id).execute();
    stage.release();
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toEqual([]);
    expect(await stage.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('left to another worker that has taken over is not sent, and costs no permission', async () => {
    const stage = await holdSend();
    await stage.db.sql.updateTable('log_head').set({ worker_epoch: 99 }).execute();
    stage.release();
    await stage.pass(MINUTE);
    expect(stage.calls('Start')).toEqual([]);
    expect(await stage.db.sql.selectFrom('quota_calls').selectAll().execute()).toEqual([]);
  });

  test('stays so is sent once', async () => {
    const stage = await holdSend();
    stage.release();
    await stage.untilEnded([stage.id], MINUTE);
    expect(stage.calls('Start')).toHaveLength(1);
  });
});
