import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { createPartnerCentral, type PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { recordExternal } from '../../../src/tasks/external.js';
import type { Tasks } from '../../../src/tasks/tasks.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  closeLater,
  createStrictTelemetry,
  fromEngagement,
  fromOpportunity,
  takeUnexpected,
} from '../../support/harness/task-harness.js';
import {
  SLOW,
  createWorkerHarness,
  directory,
  startMany,
  statusesOf,
  type WorkerHarness,
} from '../../support/harness/worker-harness.js';

const EFO_LIST = 'ListEngagementFromOpportunityTasks';

/** Another program with the same account. */
function elsewhere(harness: Pick<WorkerHarness, 'simulator' | 'clock'>) {
  const credentials = { accessKeyId: 'other', secretAccessKey: 'other' };
  const telemetry = createStrictTelemetry();
  const client = createPartnerCentral({
    region: 'us-east-1',
    endpoint: harness.simulator.endpoint,
    credentials,
    clock: harness.clock,
    telemetry,
  });
  closeLater(() => client.close());
  let count = 0;
  return async (input: TaskInput): Promise<string> => {
    count += 1;
    const result = await client.startTask(input, `elsewhere-${count}`);
    if (result.type !== 'ok' || result.value.taskId === null) throw new Error(JSON.stringify(result));
    return result.value.taskId;
  };
}

async function allTasks(tasks: Tasks) {
  const page = await tasks.list(EVERYBODY, {}, { first: 500, after: null });
  if ('type' in page) throw new Error(page.type);
  return page.items.map(({ item }) => item);
}

describe('a task that was started elsewhere', () => {
  test('is found within a minute, with what AWS tells of it, and followed to its end', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const startedAt = harness.clock.now();
    const awsId = await elsewhere(harness)(fromOpportunity({ identifier: 'O1000005' }));
    await harness.pass(50 * SECOND);
    const [task, ...others] = await allTasks(harness.tasks);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      subject: null,
      clientToken: `external:${awsId}`,
      input: {
        origin: 'EXTERNAL',
        kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
        catalog: 'SANDBOX',
        identifier: 'O1000005',
        tags: [],
      },
      status: 'IN_PROGRESS',
      sequence: 1,
      details: { taskId: awsId, opportunityId: 'O1000005', engagementId: null },
      // A List's StartTime differs from the Start's.
      createdAt: startedAt + 15,
    });
    await harness.untilEnded([task?.id ?? ''], MINUTE);
    expect(await statusesOf(harness, task?.id ?? '')).toEqual(['IN_PROGRESS', 'COMPLETE']);
    expect(harness.calls('Start')).toHaveLength(1);
  });

  test.each(['O1000001', 'O2000013'])(
    'and has ended before it is found (%s) is recorded as it ended',
    async (identifier) => {
      const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
      await elsewhere(harness)(fromOpportunity({ identifier }));
      await harness.pass(MINUTE);
      const [task] = await allTasks(harness.tasks);
      expect(task).toMatchObject(
        identifier === 'O1000001'
          ? { status: 'COMPLETE', failure: null }
          : { status: 'FAILED', failure: { rawReasonCode: 'OpportunityValidationFailed' } },
      );
      expect(await statusesOf(harness, task?.id ?? '')).toEqual([task?.status]);
      const count = harness.simulator.calls().length;
      await harness.pass(10 * SECOND);
      expect(harness.simulator.calls()).toHaveLength(count);
    },
  );

  test('is told after those that began before it', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const start = elsewhere(harness);
    const ids = [await start(fromOpportunity())];
    await harness.pass(SECOND);
    ids.push(await start(fromOpportunity()));
    await harness.pass(MINUTE);
    const found = (await allTasks(harness.tasks)).sort((a, b) => a.position - b.position);
    expect(found.map((task) => task.details.taskId)).toEqual(ids);
  });

  test('is found once, over restarts and by two workers at the same time', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], dataDir: await directory() });
    const start = elsewhere(harness);
    await start(fromOpportunity());
    await start(fromEngagement());
    await harness.pass(2 * MINUTE);
    const before = await allTasks(harness.tasks);
    expect(before).toHaveLength(2);
    const head = await harness.db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow();
    await harness.close();
    const next = await harness.openProcess();
    await harness.pass(5 * MINUTE);
    expect(await allTasks(next.tasks)).toEqual(before);
    expect(await next.db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow()).toEqual(head);

    const answers = Array.from({ length: 250 }, (_, index) => ({
      ...answerWith({ status: 'COMPLETE' }),
      taskId: `task-${index}`,
    }));
    const epoch = await next.db.write(beginEpoch);
    const record = (as: number) =>
      recordExternal(next.db, next.telemetry, as, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', answers);
    await Promise.all([record(epoch), record(epoch), record(epoch - 1)]);
    expect(await allTasks(next.tasks)).toHaveLength(252);
  });

  test('is recorded once when AWS shows it twice, in one page or where pages overlap, and hides no other', async () => {
    const twice = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const result = await sdk.listTasks(query);
        if (result.type !== 'ok') return result;
        return { type: 'ok', value: { ...result.value, answers: [...result.value.answers, ...result.value.answers] } };
      },
    });
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], around: twice });
    const start = elsewhere(harness);
    const ids = [await start(fromOpportunity()), await start(fromOpportunity({ identifier: 'O2' }))];
    await harness.pass(3 * MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => `${task.details.taskId} ${task.status}`).toSorted()).toEqual(
      ids.map((id) => `${id} COMPLETE`).toSorted(),
    );

    const answers = Array.from({ length: 250 }, (_, index) => ({
      ...answerWith({ status: 'COMPLETE' }),
      taskId: `task-${(index % 50) + (index < 100 ? 0 : 100)}`,
    }));
    const epoch = await harness.db.write(beginEpoch);
    let writes = 0;
    const counted: Database = { ...harness.db, write: (work) => harness.db.write(work).finally(() => (writes += 1)) };
    await recordExternal(counted, harness.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', answers);
    expect(await allTasks(harness.tasks)).toHaveLength(102);
    expect(writes).toBe(3);
  });

  test('and that the database refuses keeps none of the others of its page from being found', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    await sql`create trigger poison before insert on tasks when new.identifier = 'O666' begin select raise(abort, 'poisoned'); end`.execute(
      harness.db.sql,
    );
    const start = elsewhere(harness);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await start(fromOpportunity({ identifier: `O${count + 1}` })));
    await start(fromOpportunity({ identifier: 'O666' }));
    await harness.pass(3 * MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => String(task.details.taskId)).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(new Set(takeUnexpected())).toEqual(new Set([expect.stringMatching(/^discoverer: .*poisoned/)]));
  });

  test('is not recorded by a worker that no longer leads', async () => {
    const harness = await createWorkerHarness();
    const epoch = await harness.db.write(beginEpoch);
    await harness.db.write(beginEpoch);
    await recordExternal(harness.db, harness.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', [
      { ...answerWith(), taskId: 'task-1' },
    ]);
    expect(await allTasks(harness.tasks)).toEqual([]);
  });
});

describe('looking for tasks that were started elsewhere', () => {
  test('takes exactly one List for each kind and minute', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    await harness.pass(HOUR);
    const counts = new Map<string, number>();
    for (const { operation } of harness.simulator.calls()) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      ListEngagementFromOpportunityTasks: 60,
      ListOpportunityFromEngagementTasks: 60,
      ListEngagementByAcceptingInvitationTasks: 60,
    });
    const times = harness.simulator
      .calls()
      .filter((call) => call.operation === EFO_LIST)
      .map((call) => call.at);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) === MINUTE)).toBe(true);
  });

  test('takes no more in two catalogs, which have their turns', async () => {
    const catalogs: string[] = [];
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      listTasks: (query) => {
        if (query.kind === 'ENGAGEMENT_FROM_OPPORTUNITY') catalogs.push(query.catalog);
        return sdk.listTasks(query);
      },
    });
    const harness = await createWorkerHarness({ discoverIn: ['AWS', 'SANDBOX'], around });
    await harness.pass(10 * MINUTE);
    expect(catalogs).toEqual(Array(5).fill(['AWS', 'SANDBOX']).flat());
  });

  test('makes no call when it is off', async () => {
    const harness = await createWorkerHarness();
    await elsewhere(harness)(fromOpportunity());
    await harness.pass(HOUR);
    expect(harness.calls('List')).toEqual([]);
    expect(await allTasks(harness.tasks)).toEqual([]);
  });

  // While one List is under way all the other tasks become due, which makes a sweep the cheapest.
  const SWEEPING = { simulator: { latencyMs: 500 }, poll: { minMs: 5 * SECOND, maxMs: 5 * SECOND } };

  test('uses what a sweep of the poller shows', async () => {
    const harness = await createWorkerHarness({ ...SWEEPING, discoverIn: ['SANDBOX'] });
    await startMany(harness.tasks, 40, SLOW);
    await harness.pass(SECOND);
    const start = elsewhere(harness)(SLOW);
    await harness.pass(11 * SECOND);
    await start;
    expect(await allTasks(harness.tasks)).toHaveLength(41);
  });

  test('makes no call of its own while the poller sweeps', async () => {
    const listsWith = async (discoverIn: readonly 'SANDBOX'[]) => {
      const harness = await createWorkerHarness({ ...SWEEPING, discoverIn });
      await startMany(harness.tasks, 40, SLOW);
      await harness.pass(45 * SECOND);
      return harness.simulator.calls().filter((call) => call.operation === EFO_LIST).length;
    };
    expect(await listsWith(['SANDBOX'])).toBe(await listsWith([]));
  });

  test('gives way to people as the day runs low, and ends with what is left to polls', async () => {
    const limits = { reads: { perSecond: 10, perDay: 20 }, writes: { perSecond: 10, perDay: 100 } };
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], limits });
    await harness.pass(3 * HOUR);
    expect(harness.calls('List').length).toBe(18);
    const times = harness.calls('List').map((call) => call.at);
    expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeGreaterThan(MINUTE);
  });
});

describe('a start of ours', () => {
  // Around the look at 20 s: before, while and after it is sent, answered and listed.
  const OWN = ['O1000001', 'O1000003', 'O1000004', 'O1000006', 'O4000003', 'O1000010', 'O2000001'];
  test.each(OWN)('is never taken for a foreign one, whenever it is looked for: %s', async (identifier) => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    await harness.pass(16 * SECOND);
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) {
      ids.push((await accepted(harness.tasks, fromOpportunity({ identifier }))).id);
      await harness.pass(200);
    }
    const looks = harness.simulator
      .calls()
      .filter((call) => call.operation.endsWith('AcceptingInvitationTasks') || call.operation === EFO_LIST);
    expect(looks.length).toBeGreaterThan(0);
    await harness.pass(5 * MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => task.id).sort()).toEqual(ids.sort());
  });

  test('that AWS completed without an id does not hide a task that is started on the same opportunity a minute later', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const { id } = await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await harness.pass(MINUTE);
    const result = await harness.partnerCentral.startTask(fromOpportunity({ identifier: 'O1000004' }), 'another token');
    expect(result.type).toBe('ok');
    await harness.pass(MINUTE);
    const found = await allTasks(harness.tasks);
    expect(found.map((task) => task.clientToken.startsWith('external:'))).toEqual([true, false]);
    expect(found[1]?.id).toBe(id);
  });

  test('that AWS refused does not hide a task that is started on the same opportunity at the same time', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    harness.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 1,
      fault: { kind: 'error', name: 'ValidationException' },
    });
    const { id } = await accepted(harness.tasks, fromOpportunity());
    expect(await harness.untilEnded([id], SECOND)).toMatchObject([{ status: 'REJECTED' }]);
    const awsId = await elsewhere(harness)(fromOpportunity());
    await harness.pass(MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => [task.status, task.details.taskId])).toEqual([
      ['COMPLETE', awsId],
      ['REJECTED', null],
    ]);
  });
});
