/** A database of an earlier version is migrated when it is opened, and keeps every row. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Migrator, sql as raw } from 'kysely';
import { systemClock } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import * as firstMigration from '../../src/db/migrations/0001-tasks.js';
import { openDatabase } from '../../src/db/open.js';
import { acceptStart } from '../support/harness/record-one.js';
import { findRetry, findTask } from '../../src/tasks/store/task-queries.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { EVERYBODY, fromOpportunity, openTaskHarness, taskWith } from '../support/harness/task-harness.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';

const TABLES = ['log_head', 'transitions', 'tasks', 'quota_calls', 'quota_totals'] as const;
const LATER_COLUMNS = {
  tasks: { retry_of: null, batch_id: null, hurried_at: null },
  // The cursors of the only position are valid.
  log_head: { pruned_mark: '', unmarked_through: 1, events_awaited_since: 0, led_since: 0 },
};

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Leaves the tables of the version with one migration, each with a row. */
async function leaveFirstVersion(db: Database): Promise<void> {
  for (const table of [
    ...TABLES,
    'task_lists',
    'write_turns',
    'edited_records',
    'kysely_migration',
    'kysely_migration_lock',
  ])
    await db.sql.schema.dropTable(table).execute();
  const { error } = await new Migrator({
    db: db.sql,
    provider: { getMigrations: async () => ({ '0001-tasks': firstMigration }) },
  }).migrateToLatest();
  expect(error).toBeUndefined();
  const {
    retryOf: _retryOf,
    batchId: _batchId,
    ...task
  } = taskWith({ id: 'old', clientToken: 'token', subject: 'ann' });
  await raw`insert into log_head (id, log_id, position, worker_epoch) values (1, 'abcdef', 1, 7)`.execute(db.sql);
  await raw`insert into tasks (id, position, kind, catalog, subject, client_token, aws_client_token, identifier, input, trace, status, sequence, aws_task_id,
      answer, failure, created_at, updated_at, started_at, due_at, attempt_count, first_attempt_at, may_have_reached)
    values ('old', 1, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', 'ann', 'token', 'aws-token', 'O1000001', ${JSON.stringify(task.input)}, null, 'QUEUED', 1, null,
      ${JSON.stringify(task.details)}, null, 1, 2, null, 3, 4, 5, 1)`.execute(db.sql);
  await raw`insert into transitions (position, task_id, sequence, terminal, recorded_at, facts)
    values (1, 'old', 1, 0, 1, ${JSON.stringify({ previousStatus: null, task })})`.execute(db.sql);
  await raw`insert into quota_calls (quota, id, taken_at) values ('reads', 1, 1)`.execute(db.sql);
  await raw`insert into quota_totals (quota, last_id, call_count, blocked_until) values ('reads', 1, 1, 0)`.execute(
    db.sql,
  );
}

async function rowsOf(db: Database): Promise<Record<string, unknown[]>> {
  const entries = TABLES.map(async (table) => [table, await db.sql.selectFrom(table).selectAll().execute()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

test.each(['SQLite', 'PostgreSQL'])(
  'a database of the first version on %s keeps every row and can store retries and batches',
  async (store) => {
    const where =
      store === 'SQLite'
        ? { dataDir: temporaryDirectory() }
        : { databaseUrl: await postgres.createDatabase(), dataDir: '' };
    const earlier = await openDatabase({ ...where, clock: systemClock });
    await leaveFirstVersion(earlier);
    const before = await rowsOf(earlier);
    await earlier.close();

    const db = await openDatabase({ ...where, clock: systemClock });
    const { tasks = [], log_head = [], ...others } = before;
    const withLater = (rows: unknown[], later: object) => rows.map((row) => Object.assign({}, row, later));
    expect(await rowsOf(db)).toEqual({
      ...others,
      tasks: withLater(tasks, LATER_COLUMNS.tasks),
      log_head: withLater(log_head, LATER_COLUMNS.log_head),
    });
    expect(await findTask(db.sql, 'old')).toMatchObject({ id: 'old', subject: 'ann', retryOf: null, batchId: null });

    const harness = await openTaskHarness({ db, clock: systemClock });
    const feedAfter = (position: number) => harness.tasks.feed(EVERYBODY, {}, cursorWithoutMark('abcdef', position));
    expect(await feedAfter(1)).toHaveProperty('next');

    const telemetry = createTelemetry({ level: 'silent' });
    const retry = {
      subject: 'ann',
      input: fromOpportunity(),
      clientToken: 'a retry',
      retryOf: 'old',
      batchId: 'a batch',
    };
    const { task } = await acceptStart(db, telemetry, retry);
    expect(task).toMatchObject({ position: 2, retryOf: 'old', batchId: 'a batch' });
    expect(await findRetry(db.sql, 'old')).toEqual(task);
    // The index itself prevents a second retry, without the check of a statement.
    await expect(
      db.sql.updateTable('tasks').set({ retry_of: 'old' }).where('id', '=', 'old').execute(),
    ).rejects.toThrow(/unique/i);
    // An earlier version has issued this cursor only if it ran beside this one, and nothing shows its transition.
    expect(await feedAfter(2)).toEqual({ type: 'bad-cursor', message: expect.stringMatching(/earlier version/) });
    await harness.close();
  },
);

/** A cursor in the format of versions before the fourth migration. */
function cursorWithoutMark(logId: string, position: number): string {
  const body = `n.${logId}.${position.toString(36)}`;
  return Buffer.from(`${body}.${hash('sha256', body, 'base64url').slice(0, 6)}`).toString('base64url');
}
