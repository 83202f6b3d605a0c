/** One start by itself is accepted by statements that read nothing first, and are right all the same, on both databases. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql as raw } from 'kysely';
import type { Database } from '../../src/db/database.js';
import { acceptAlone } from '../../src/tasks/accept-alone.js';
import { readFacts } from '../../src/tasks/facts.js';
import type { NewStart, Offer } from '../../src/tasks/sender.js';
import type { Start } from '../../src/tasks/start.js';
import { findTask } from '../../src/tasks/store.js';
import type { Task } from '../../src/tasks/task.js';
import { createTelemetry } from '../../src/telemetry.js';
import { readAllAfter } from '../../src/transitions/log.js';
import { listenTo } from '../db/witness.js';
import { onBothDatabases } from '../support/both-databases.js';
import { closeLater, fromOpportunity } from '../support/core.js';
import { recordStatements } from '../support/query-plans.js';
import { acceptStart } from '../support/record.js';

const telemetry = createTelemetry({ level: 'silent' });
const START: Start = { subject: 'ann', input: fromOpportunity(), clientToken: 'a token' };

type Said = 'sent' | 'withdrawn';

/** Offers that an attempt is or is not made of, and what then became of each. */
function offering(attempt: Offer['attempt']) {
  const said: (readonly [Said, Task | null])[] = [];
  const offer = ({ task }: NewStart): Offer => ({
    lock: async () => {},
    attempt,
    async send(stored) {
      said.push(['sent', stored]);
      return { ...task, status: 'COMPLETE' };
    },
    withdraw: () => said.push(['withdrawn', null]),
  });
  return { said, sender: { offer } };
}

function onDatabase(name: string, open: () => Promise<Database>): void {
  const opened = async (): Promise<Database> => {
    const db = await open();
    closeLater(() => db.close());
    return db;
  };
  const logged = async (db: Database) => (await readAllAfter(db.sql, 0, 100)).map((transition) => ({ ...readFacts(transition), ...transition }));

  describe(`a start by itself, on ${name},`, () => {
    test('reads nothing first', async () => {
      const recorder = recordStatements(await opened());
      await acceptAlone(recorder.db, START, null);
      expect(recorder.take().map(({ sql }) => sql.split(' ').slice(0, 3).join(' '))).toEqual(['update "log_head" set', 'insert into "tasks"', 'insert into "transitions"']);
    });

    test('is the same in the task, in the log, in what is returned and in what the process is told', async () => {
      const db = await opened();
      const told: unknown[] = [];
      db.watch((rows) => told.push(...rows));
      const heard = listenTo(db);
      const before = await db.now();
      const task = (await acceptAlone(db, { ...START, trace: '00-1-2-03', batchId: 'a batch' }, null))?.task;
      if (task === undefined) throw new Error('it was not accepted');
      expect(task).toMatchObject({ position: 1, status: 'QUEUED', sequence: 1, trace: '00-1-2-03', batchId: 'a batch', updatedAt: task.createdAt });
      expect(task.createdAt).toBeGreaterThanOrEqual(before);
      expect(await findTask(db.sql, task.id)).toEqual(task);
      expect(await logged(db)).toMatchObject([{ previousStatus: null, task, position: 1, sequence: 1, terminal: false, recordedAt: task.createdAt }]);
      await heard.until((hints) => hints.includes('log 1'));
      expect(told).toEqual(await db.sql.selectFrom('transitions').selectAll().execute());
      expect(await db.sql.selectFrom('tasks').select(['due_at', 'attempt_count', 'first_attempt_at', 'may_have_reached']).execute()).toEqual([
        { due_at: task.createdAt, attempt_count: 0, first_attempt_at: null, may_have_reached: 0 },
      ]);
    });

    test('is logged as it is read back, whatever texts are in it', async () => {
      const db = await opened();
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')), async (text) => {
          const input = fromOpportunity({ tags: [{ key: text, value: `'${text}",:` }] });
          const task = (await acceptAlone(db, { ...START, input, clientToken: `${Math.random()}` }, null))?.task;
          const [transition] = await readAllAfter(db.sql, (task?.position ?? 0) - 1, 1);
          expect(transition && readFacts(transition)).toEqual({ previousStatus: null, task });
        }),
        { numRuns: 30, verbose: 1 },
      );
    });

    test('whose token is known is none: nothing is written, and whoever made it ready is told not to send it', async () => {
      const db = await opened();
      await acceptAlone(db, START, null);
      const { said, sender } = offering(async () => false);
      expect(await acceptAlone(db, { ...START, input: fromOpportunity({ identifier: 'O2' }) }, sender)).toBeNull();
      expect(said).toEqual([['withdrawn', null]]);
      expect(await logged(db)).toHaveLength(1);
      expect(await db.sql.selectFrom('tasks').select('identifier').execute()).toHaveLength(1);
    });

    test('that tries a task again is none when another has', async () => {
      const db = await opened();
      const first = await acceptAlone(db, { ...START, retryOf: 'a task' }, null);
      expect(first?.task.retryOf).toBe('a task');
      const again = { ...START, subject: 'bob', clientToken: 'another', retryOf: 'a task' };
      expect(await acceptAlone(db, again, null)).toBeNull();
      expect(await acceptStart(db, telemetry, again)).toMatchObject({ type: 'accepted', replayed: true, task: { id: first?.task.id } });
    });

    test('is sent as it was stored once that is committed, and not before', async () => {
      const db = await opened();
      const { said, sender } = offering(async () => true);
      const write: Database['write'] = async (work) => {
        const result = await db.write(work);
        expect(said).toEqual([]);
        return result;
      };
      const accepted = await acceptAlone({ ...db, write }, START, sender);
      expect(said).toEqual([['sent', accepted?.task]]);
      expect(await accepted?.sent).toMatchObject({ status: 'COMPLETE' });
      expect(await findTask(db.sql, accepted?.task.id ?? '')).toEqual(accepted?.task);
    });

    test.each<[string, Offer['attempt'], string | null]>([
      ['must not be sent now', async () => false, null],
      ['could not be written', async (tx) => (await raw`select 1 from nowhere`.execute(tx)).rows.length > 0, 'nowhere'],
    ])('is withdrawn from whoever made it ready when it %s', async (_, attempt, error) => {
      const db = await opened();
      const { said, sender } = offering(attempt);
      const accepting = acceptAlone(db, START, sender);
      if (error === null) expect((await accepting)?.sent).toBeUndefined();
      else await expect(accepting).rejects.toThrow(error);
      expect(said).toEqual([['withdrawn', null]]);
      expect(await logged(db)).toHaveLength(error === null ? 1 : 0);
    });

    test('that cannot be logged is not stored either', async () => {
      const db = await opened();
      await db.sql.schema.alterTable('transitions').renameTo('gone').execute();
      await expect(acceptAlone(db, START, null)).rejects.toThrow('transitions');
      expect(await db.sql.selectFrom('tasks').select('id').execute()).toEqual([]);
    });
  });
}

onBothDatabases(onDatabase);
