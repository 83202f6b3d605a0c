/** The discovery of external tasks: each is found once, with the details of AWS. */
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { importExternal } from '../../../src/tasks/external.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import { allTasks, externalClient } from '../../support/harness/external-tasks.js';
import { answerWith, fromEngagement, fromOpportunity, takeUnexpected } from '../../support/harness/task-harness.js';
import { createStage, directory, statusesOf } from '../../support/harness/worker-harness.js';

describe('an external task', () => {
  test('the discoverer finds an external task within a minute, with the details of AWS, and the poller follows it to its end', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    const startedAt = stage.clock.now();
    const awsId = await externalClient(stage)(fromOpportunity({ identifier: 'O1000005' }));
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
      // The StartTime of a List differs from that of the Start.
      createdAt: startedAt + 15,
    });
    await stage.untilEnded([task?.id ?? ''], MINUTE);
    expect(await statusesOf(stage, task?.id ?? '')).toEqual(['IN_PROGRESS', 'COMPLETE']);
    expect(stage.calls('Start')).toHaveLength(1);
  });

  test.each(['O1000001', 'O2000013'])(
    'an external task that ended before discovery is recorded with its end (%s)',
    async (identifier) => {
      const stage = await createStage({ discoverIn: ['SANDBOX'] });
      await externalClient(stage)(fromOpportunity({ identifier }));
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

  test('external tasks enter the log in the order in which they began', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    const start = externalClient(stage);
    const ids = [await start(fromOpportunity())];
    await stage.pass(SECOND);
    ids.push(await start(fromOpportunity()));
    await stage.pass(MINUTE);
    const found = (await allTasks(stage.tasks)).sort((a, b) => a.position - b.position);
    expect(found.map((task) => task.details.taskId)).toEqual(ids);
  });

  test('an external task is found once, across restarts and by two workers at the same time', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'], dataDir: await directory() });
    const start = externalClient(stage);
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

  test('an external task that AWS lists twice, in one page or in two, is recorded once and hides no other task', async () => {
    const twice = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const result = await sdk.listTasks(query);
        if (result.type !== 'ok') return result;
        return { type: 'ok', value: { ...result.value, answers: [...result.value.answers, ...result.value.answers] } };
      },
    });
    const stage = await createStage({ discoverIn: ['SANDBOX'], around: twice });
    const start = externalClient(stage);
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

  test('an external task that the database refuses hides none of the others on its page', async () => {
    const stage = await createStage({ discoverIn: ['SANDBOX'] });
    await sql`create trigger poison before insert on tasks when new.identifier = 'O666' begin select raise(abort, 'poisoned'); end`.execute(
      stage.db.sql,
    );
    const start = externalClient(stage);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await start(fromOpportunity({ identifier: `O${count + 1}` })));
    await start(fromOpportunity({ identifier: 'O666' }));
    await stage.pass(3 * MINUTE);
    expect((await allTasks(stage.tasks)).map((task) => String(task.details.taskId)).toSorted()).toEqual(ids.toSorted());
    expect(new Set(takeUnexpected())).toEqual(new Set([expect.stringMatching(/^discoverer: .*poisoned/)]));
  });

  test('a worker that does not lead any more records no external task', async () => {
    const stage = await createStage();
    const epoch = await stage.db.write(beginEpoch);
    await stage.db.write(beginEpoch);
    await importExternal(stage.db, stage.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', [
      { ...answerWith(), taskId: 'task-1' },
    ]);
    expect(await allTasks(stage.tasks)).toEqual([]);
  });
});
