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
import { createWorkerHarness, directory, statusesOf } from '../../support/harness/worker-harness.js';

describe('an external task', () => {
  test('the discoverer finds an external task within a minute, with the details of AWS, and the poller follows it to its end', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const startedAt = harness.clock.now();
    const awsId = await externalClient(harness)(fromOpportunity({ identifier: 'O1000005' }));
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
      // The StartTime of a List differs from that of the Start.
      createdAt: startedAt + 15,
    });
    await harness.untilEnded([task?.id ?? ''], MINUTE);
    expect(await statusesOf(harness, task?.id ?? '')).toEqual(['IN_PROGRESS', 'COMPLETE']);
    expect(harness.calls('Start')).toHaveLength(1);
  });

  test.each(['O1000001', 'O2000013'])(
    'an external task that ended before discovery is recorded with its end (%s)',
    async (identifier) => {
      const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
      await externalClient(harness)(fromOpportunity({ identifier }));
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

  test('external tasks enter the log in the order in which they began', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    const start = externalClient(harness);
    const ids = [await start(fromOpportunity())];
    await harness.pass(SECOND);
    ids.push(await start(fromOpportunity()));
    await harness.pass(MINUTE);
    const found = (await allTasks(harness.tasks)).sort((a, b) => a.position - b.position);
    expect(found.map((task) => task.details.taskId)).toEqual(ids);
  });

  test('an external task is found once, across restarts and by two workers at the same time', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], dataDir: await directory() });
    const start = externalClient(harness);
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
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'], around: twice });
    const start = externalClient(harness);
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
    await importExternal(counted, harness.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', answers);
    expect(await allTasks(harness.tasks)).toHaveLength(102);
    expect(writes).toBe(3);
  });

  test('an external task that the database refuses hides none of the others on its page', async () => {
    const harness = await createWorkerHarness({ discoverIn: ['SANDBOX'] });
    await sql`create trigger poison before insert on tasks when new.identifier = 'O666' begin select raise(abort, 'poisoned'); end`.execute(
      harness.db.sql,
    );
    const start = externalClient(harness);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await start(fromOpportunity({ identifier: `O${count + 1}` })));
    await start(fromOpportunity({ identifier: 'O666' }));
    await harness.pass(3 * MINUTE);
    expect((await allTasks(harness.tasks)).map((task) => String(task.details.taskId)).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(new Set(takeUnexpected())).toEqual(new Set([expect.stringMatching(/^discoverer: .*poisoned/)]));
  });

  test('a worker that does not lead any more records no external task', async () => {
    const harness = await createWorkerHarness();
    const epoch = await harness.db.write(beginEpoch);
    await harness.db.write(beginEpoch);
    await importExternal(harness.db, harness.telemetry, epoch, 'OPPORTUNITY_FROM_ENGAGEMENT', 'SANDBOX', [
      { ...answerWith(), taskId: 'task-1' },
    ]);
    expect(await allTasks(harness.tasks)).toEqual([]);
  });
});
