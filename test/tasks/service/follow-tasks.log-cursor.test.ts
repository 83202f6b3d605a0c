/** The cursor of the end of the log: what is read later and what follows the cursor together miss nothing. */
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { deleteTasks } from '../../../src/tasks/store/task-queries.js';
import type { Tasks } from '../../../src/tasks/tasks.js';
import { beginEpoch, prune, reservePositions } from '../../../src/transitions/log.js';
import { onBothDatabases } from '../../support/database/both-databases.js';
import { contextWith } from '../../support/fakes/fake-tasks.js';
import { recordObservation } from '../../support/harness/record-one.js';
import { EVERYBODY, accepted, fromOpportunity, openTaskHarness } from '../../support/harness/task-harness.js';
import { COMPLETE, IN_PROGRESS, streamOf, take } from '../../support/harness/tasks.js';
import { run } from '../../support/server/run-operation.js';

onBothDatabases((name, open) => {
  describe(`The log cursor on ${name}`, () => {
    async function opened() {
      const harness = await openTaskHarness({ db: await open(), startWaitMs: 0 });
      const { db, telemetry, tasks } = harness;
      const epoch = await db.write(beginEpoch);
      const start = async () => (await accepted(tasks, fromOpportunity())).id;
      const record = (id: string, observation = IN_PROGRESS) =>
        recordObservation(db, telemetry, epoch, id, observation);
      return { db, tasks, start, record };
    }

    async function followed(tasks: Tasks, after: string, count: number): Promise<string[]> {
      const stream = streamOf(await tasks.feed(EVERYBODY, {}, after));
      const seen = (await take(stream, count)).map(({ task }) => `${task.id} ${task.status}`);
      await stream.return?.();
      return seen;
    }

    test.each(['before', 'after'] as const)(
      'a start that commits just %s the read of the tasks follows the log cursor of the list',
      async (when) => {
        const { tasks, start, record } = await opened();
        const first = await start();
        let second = '';
        const interleaved: Tasks = {
          ...tasks,
          async list(...request) {
            if (when === 'before') second = await start();
            const page = await tasks.list(...request);
            if (when === 'after') second = await start();
            return page;
          },
        };
        const { data }: { data?: any } = await run('{ tasks { logCursor nodes { id } } }', contextWith(interleaved));
        const { logCursor, nodes } = data.tasks;
        expect(nodes.map(({ id }: { id: string }) => id)).toEqual(when === 'before' ? [second, first] : [first]);
        await record(second);
        expect(await followed(tasks, logCursor, 2)).toEqual([`${second} QUEUED`, `${second} IN_PROGRESS`]);
      },
    );

    test('a start that commits during the read of the status follows its log cursor', async () => {
      const { tasks, start } = await opened();
      await start();
      let second = '';
      const context = contextWith(tasks);
      const partnerCentral = async () => {
        second = await start();
        return context.partnerCentral();
      };
      const { data }: { data?: any } = await run('{ partnerCentral { logCursor } }', { ...context, partnerCentral });
      expect(await followed(tasks, data.partnerCentral.logCursor, 1)).toEqual([`${second} QUEUED`]);
    });

    test('the log cursor of an empty log leads to the first start', async () => {
      const { tasks, start } = await opened();
      const cursor = await tasks.logCursor();
      const id = await start();
      expect(await followed(tasks, cursor, 1)).toEqual([`${id} QUEUED`]);
    });

    test('the log cursor is valid after all transitions were pruned, and with an unused position at the end', async () => {
      const { db, tasks, start, record } = await opened();
      const ended = await start();
      await record(ended, COMPLETE);
      await db.write((tx) => reservePositions(db, tx, null, 3));
      const beforePruning = await tasks.logCursor();
      await pruneAll(db, [ended]);
      const afterPruning = await tasks.logCursor();
      const id = await start();
      expect(await followed(tasks, beforePruning, 1)).toEqual([`${id} QUEUED`]);
      expect(await followed(tasks, afterPruning, 1)).toEqual([`${id} QUEUED`]);
    });

    test('a feed without a cursor begins at the log cursor that it names', async () => {
      const { tasks, start } = await opened();
      await start();
      const feed = streamOf(await tasks.feed(EVERYBODY, {}, null));
      await feed.return?.();
      const id = await start();
      expect(await followed(tasks, feed.cursor ?? '', 1)).toEqual([`${id} QUEUED`]);
      expect(streamOf(await tasks.feed(EVERYBODY, {}, feed.cursor)).cursor).toBeNull();
    });
  });
});

async function pruneAll(db: Database, ids: readonly string[]): Promise<void> {
  await db.write(async (tx) => {
    await prune(tx, ids);
    await deleteTasks(tx, ids);
  });
}
