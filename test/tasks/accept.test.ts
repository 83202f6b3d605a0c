/** An accepted start in the task, in the log and in notifications, on both databases. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../src/db/database.js';
import { readPayload } from '../../src/tasks/store/transition-payload.js';
import type { Start } from '../../src/tasks/start.js';
import { findTask } from '../../src/tasks/store/task-queries.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { readAllAfter } from '../../src/transitions/log.js';
import { listenTo } from '../support/database/database-probes.js';
import { onBothDatabases } from '../support/database/both-databases.js';
import { closeLater, fromOpportunity } from '../support/harness/task-harness.js';
import { acceptStart } from '../support/harness/record-one.js';

const telemetry = createTelemetry({ level: 'silent' });
const START: Start = { subject: 'ann', input: fromOpportunity(), clientToken: 'a token' };

function onDatabase(name: string, open: () => Promise<Database>): void {
  const opened = async (): Promise<Database> => {
    const db = await open();
    closeLater(() => db.close());
    return db;
  };
  const logged = async (db: Database) =>
    (await readAllAfter(db.sql, 0, 100)).map((transition) => ({ ...readPayload(transition), ...transition }));

  describe(`acceptStarts on ${name}`, () => {
    test('an accepted start is equal in the task, in the log, in the result and in the local append', async () => {
      const db = await opened();
      const appended: unknown[] = [];
      db.onLocalAppend((rows) => appended.push(...rows));
      const heard = listenTo(db);
      const before = await db.now();
      const { task } = await acceptStart(db, telemetry, { ...START, trace: '00-1-2-03', batchId: 'a batch' });
      expect(task).toMatchObject({
        position: 1,
        status: 'QUEUED',
        sequence: 1,
        trace: '00-1-2-03',
        batchId: 'a batch',
        updatedAt: task.createdAt,
      });
      expect(task.createdAt).toBeGreaterThanOrEqual(before);
      expect(await findTask(db.sql, task.id)).toEqual(task);
      expect(await logged(db)).toMatchObject([
        { previousStatus: null, task, position: 1, sequence: 1, terminal: false, recordedAt: task.createdAt },
      ]);
      await heard.until((notifications) => notifications.includes('log 1'));
      expect(appended).toEqual(await db.sql.selectFrom('transitions').selectAll().execute());
      expect(
        await db.sql
          .selectFrom('tasks')
          .select(['due_at', 'attempt_count', 'first_attempt_at', 'may_have_reached'])
          .execute(),
      ).toEqual([{ due_at: task.createdAt, attempt_count: 0, first_attempt_at: null, may_have_reached: 0 }]);
    });

    test('a start with any text is read back from the log as it was written', async () => {
      const db = await opened();
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
          async (text) => {
            const input = fromOpportunity({ tags: [{ key: text, value: `'${text}",:` }] });
            const { task } = await acceptStart(db, telemetry, { ...START, input, clientToken: `${Math.random()}` });
            const [transition] = await readAllAfter(db.sql, task.position - 1, 1);
            expect(transition && readPayload(transition)).toEqual({ previousStatus: null, task });
          },
        ),
        { numRuns: 30, verbose: 1 },
      );
    });

    test('a start under a known token writes nothing, with the same input or another', async () => {
      const db = await opened();
      const { task } = await acceptStart(db, telemetry, START);
      expect(await acceptStart(db, telemetry, START)).toMatchObject({
        type: 'accepted',
        replayed: true,
        task: { id: task.id },
      });
      expect(
        await acceptStart(db, telemetry, { ...START, input: fromOpportunity({ identifier: 'O2' }) }),
      ).toMatchObject({ type: 'token-reused', task: { id: task.id } });
      expect(await logged(db)).toHaveLength(1);
      expect(await db.sql.selectFrom('tasks').select('id').execute()).toHaveLength(1);
      expect(await db.sql.selectFrom('log_head').select('position').execute()).toEqual([{ position: 1 }]);
    });

    test('a retry of a task that has a retry is replayed for another subject too', async () => {
      const db = await opened();
      const { task } = await acceptStart(db, telemetry, { ...START, retryOf: 'a task' });
      expect(task.retryOf).toBe('a task');
      const again = { ...START, subject: 'bob', clientToken: 'another', retryOf: 'a task' };
      expect(await acceptStart(db, telemetry, again)).toMatchObject({
        type: 'accepted',
        replayed: true,
        task: { id: task.id },
      });
    });

    test('a start that cannot be logged is not stored either', async () => {
      const db = await opened();
      await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
      await expect(acceptStart(db, telemetry, START)).rejects.toThrow('transitions');
      expect(await db.sql.selectFrom('tasks').select('id').execute()).toEqual([]);
    });
  });
}

onBothDatabases(onDatabase);
