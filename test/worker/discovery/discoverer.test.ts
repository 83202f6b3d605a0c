import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { createPartnerCentral, type PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { importExternal } from '../../../src/tasks/external.js';
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
  createStage,
  directory,
  startMany,
  statusesOf,
  type Stage,
} from '../../support/harness/worker-harness.js';

const EFO_LIST = 'ListEngagementFromOpportunityTasks';

/** Another program with the same account. */
function elsewhere(stage: Pick<Stage, 'simulator' | 'clock'>) {
  const credentials = { accessKeyId: 'other', secretAccessKey: 'other' };
  const telemetry = createStrictTelemetry();
  const client = createPartnerCentral({
    region: 'us-east-1',
    endpoint: stage.simulator.endpoint,
    credentials,
    clock: stage.clock,
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
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    const startedAt = stage.clock.now();
    const awsId = await elsewhere(stage)(fromOpportunity({ identifier: 'O1000005' }));
    await stage.pass(50 * SECOND);
    const [task, ...others] = await allTasks(stage.tasks);
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
    await stage.untilEnded([task?.id ?? ''], MINUTE);
    expect(await statusesOf(stage, task?.id ?? '')).toEqual(['IN_PROGRESS', 'COMPLETE']);
    expect(stage.calls('Start')).toHaveLength(1);
  });

  test.each(['O1000001', 'O2000013'])(
    'and has ended before it is found (%s) is recorded as it ended',
    async (identifier) => {
      const stage = await createStage({ discoverIn: ['SANDBOX'] });
      await elsewhere(stage)(fromOpportunity({ identifier }));
      await stage.pass(MINUTE);
      const [task] = await allTasks(stage.tasks);
      expect(task).toMatchObject(
        identifier === 'O1000001'
          ? { status: 'COMPLETE', failure: null }
          : { status: 'FAILED', failure: { rawReasonCode: 'OpportunityValidationFailed' } },
      );
      expect(await statusesOf(stage, task?.id ?? '')).toEqual([task?.status]);
      const count = stage.simulator.calls().length;
      await stage.pass(10 * SECOND);
      expect(stage.simulator.calls()).toHaveLength(count);
    },
  );

  test('is told after those that began before it', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    const start = elsewhere(stage);
    const ids = [await start(fromOpportunity())];
    await stage.pass(SECOND);
    ids.push(await start(fromOpportunity()));
    await stage.pass(MINUTE);
    const found = (await allTasks(stage.tasks)).sort((a, b) => a.position - b.position);
    expect(found.map((task) => task.details.taskId)).toEqual(ids);
  });

  test('is found once, over restarts and by two workers at the same time', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'], dataDir: await directory() });
    const start = elsewhere(stage);
    await start(fromOpportunity());
    await start(fromEngagement());
    await stage.pass(2 * MINUTE);
    const before = await allTasks(stage.tasks);
    expect(before).toHaveLength(2);
    const head = await stage.db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow();
    await stage.close();
    const next = await stage.openProcess();
    await stage.pass(5 * MINUTE);
    expect(await allTasks(next.tasks)).toEqual(before);
    expect(await next.db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow()).toEqual(head);

    const answers = Array.from({ length: 250 }, (_, index) => ({
      ...answerWith({ status: 'COMPLETE' }),
      taskId: `task-${index}`,
    }));
    const epoch = await next.db.write(beginEpoch);
    const record = (as: number) =>
      importExternal(next.db, next.telemetry, as, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', answers);
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
    const stage = await createStage({ discoverIn: ['SANDBOX'], around: twice });
    const start = elsewhere(stage);
    const ids = [await start(fromOpportunity()), await start(fromOpportunity({ identifier: 'O2' }))];
    await stage.pass(3 * MINUTE);
    expect((await allTasks(stage.tasks)).map((task) => `${task.details.taskId} ${task.status}`).toSorted()).toEqual(
      ids.map((id) => `${id} COMPLETE`).toSorted(),
    );

    const answers = Array.from({ length: 250 }, (_, index) => ({
      ...answerWith({ status: 'COMPLETE' }),
      taskId: `task-${(index % 50) + (index < 100 ? 0 : 100)}`,
    }));
    const epoch = await stage.db.write(beginEpoch);
    let writes = 0;
    const counted: Database = { ...stage.db, write: (work) => stage.db.write(work).finally(() => (writes += 1)) };
    await importExternal(counted, stage.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', answers);
    expect(await allTasks(stage.tasks)).toHaveLength(102);
    expect(writes).toBe(3);
  });

  test('and that the database refuses keeps none of the others of its page from being found', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    await sql`create trigger poison before insert on tasks when new.identifier = 'O666' begin select raise(abort, 'poisoned'); end`.execute(
      stage.db.sql,
    );
    const start = elsewhere(stage);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await start(fromOpportunity({ identifier: `O${count + 1}` })));
    await start(fromOpportunity({ identifier: 'O666' }));
    await stage.pass(3 * MINUTE);
    expect((await allTasks(stage.tasks)).map((task) => String(task.details.taskId)).toSorted()).toEqual(ids.toSorted());
    expect(new Set(takeUnexpected())).toEqual(new Set([expect.stringMatching(/^discoverer: .*poisoned/)]));
  });

  test('is not recorded by a worker that no longer leads', async () => {
    const stage = await createStage();
    const epoch = await stage.db.write(beginEpoch);
    await stage.db.write(beginEpoch);
    await importExternal(stage.db, stage.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', [
      { ...answerWith(), taskId: 'task-1' },
    ]);
    expect(await allTasks(stage.tasks)).toEqual([]);
  });
});

describe('looking for tasks that were started elsewhere', () => {
  test('takes exactly one List for each kind and minute', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    await stage.pass(HOUR);
    const counts = new Map<string, number>();
    for (const { operation } of stage.simulator.calls()) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      ListEngagementFromOpportunityTasks: 60,
      ListOpportunityFromEngagementTasks: 60,
      ListEngagementByAcceptingInvitationTasks: 60,
    });
    const times = stage.simulator
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
    const stage = await createStage({ discoverIn: ['AWS', 'SANDBOX'], around });
    await stage.pass(10 * MINUTE);
    expect(catalogs).toEqual(Array(5).fill(['AWS', 'SANDBOX']).flat());
  });

  test('makes no call when it is off', async () => {
    const stage = await createStage();
    await elsewhere(stage)(fromOpportunity());
    await stage.pass(HOUR);
    expect(stage.calls('List')).toEqual([]);
    expect(await allTasks(stage.tasks)).toEqual([]);
  });

  // While one List is under way all the other tasks become due, which makes a sweep the cheapest.
  const SWEEPING = { simulator: { latencyMs: 500 }, poll: { minMs: 5 * SECOND, maxMs: 5 * SECOND } };

  test('uses what a sweep of the poller shows', async () => {
    const stage = await createStage({ ...SWEEPING, discoverIn: ['SANDBOX'] });
    await startMany(stage.tasks, 40, SLOW);
    await stage.pass(SECOND);
    const start = elsewhere(stage)(SLOW);
    await stage.pass(11 * SECOND);
    await start;
    expect(await allTasks(stage.tasks)).toHaveLength(41);
  });

  test('makes no call of its own while the poller sweeps', async () => {
    const listsWith = async (discoverIn: readonly 'SANDBOX'[]) => {
      const stage = await createStage({ ...SWEEPING, discoverIn });
      await startMany(stage.tasks, 40, SLOW);
      await stage.pass(45 * SECOND);
      return stage.simulator.calls().filter((call) => call.operation === EFO_LIST).length;
    };
    expect(await listsWith(['SANDBOX'])).toBe(await listsWith([]));
  });

  test('gives way to people as the day runs low, and ends with what is left to polls', async () => {
    const limits = { reads: { perSecond: 10, perDay: 20 }, writes: { perSecond: 10, perDay: 100 } };
    const stage = await createStage({ discoverIn: ['SANDBOX'], limits });
    await stage.pass(3 * HOUR);
    expect(stage.calls('List').length).toBe(18);
    const times = stage.calls('List').map((call) => call.at);
    expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeGreaterThan(MINUTE);
  });
});

describe('a start of ours', () => {
  // Around the look at 20 s: before, while and after it is sent, answered and listed.
  const OWN = ['O1000001', 'O1000003', 'O1000004', 'O1000006', 'O4000003', 'O1000010', 'O2000001'];
  test.each(OWN)('is never taken for a foreign one, whenever it is looked for: %s', async (identifier) => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    await stage.pass(16 * SECOND);
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) {
      ids.push((await accepted(stage.tasks, fromOpportunity({ identifier }))).id);
      await stage.pass(200);
    }
    const looks = stage.simulator
      .calls()
      .filter((call) => call.operation.endsWith('AcceptingInvitationTasks') || call.operation === EFO_LIST);
    expect(looks.length).toBeGreaterThan(0);
    await stage.pass(5 * MINUTE);
    expect((await allTasks(stage.tasks)).map((task) => task.id).sort()).toEqual(ids.sort());
  });

  test('that AWS completed without an id does not hide a task that is started on the same opportunity a minute later', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    const { id } = await accepted(stage.tasks, fromOpportunity({ identifier: 'O1000004' }));
    await stage.pass(MINUTE);
    const result = await stage.partnerCentral.startTask(fromOpportunity({ identifier: 'O1000004' }), 'another token');
    expect(result.type).toBe('ok');
    await stage.pass(MINUTE);
    const found = await allTasks(stage.tasks);
    expect(found.map((task) => task.clientToken.startsWith('external:'))).toEqual([true, false]);
    expect(found[1]?.id).toBe(id);
  });

  test('that AWS refused does not hide a task that is started on the same opportunity at the same time', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    stage.simulator.inject({
      operation: 'StartEngagementFromOpportunityTask',
      times: 1,
      fault: { kind: 'error', name: 'ValidationException' },
    });
    const { id } = await accepted(stage.tasks, fromOpportunity());
    expect(await stage.untilEnded([id], SECOND)).toMatchObject([{ status: 'REJECTED' }]);
    const awsId = await elsewhere(stage)(fromOpportunity());
    await stage.pass(MINUTE);
    expect((await allTasks(stage.tasks)).map((task) => [task.status, task.details.taskId])).toEqual([
      ['COMPLETE', awsId],
      ['REJECTED', null],
    ]);
  });
});
