/** How statements reach PostgreSQL: those that come often are prepared, and what is prepared outlives a newer version's migration. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { Pool, type QueryConfig } from 'pg';
import { systemClock } from '../../src/clock.js';
import type { Database } from '../../src/db/database.js';
import { createPostgresDriver } from '../../src/db/postgres-driver.js';
import { openPostgres } from '../../src/db/postgres.js';
import { findTask, tasksInProgress } from '../../src/tasks/store.js';
import { readAllAfter } from '../../src/transitions/log.js';
import { startPostgres, type Postgres } from '../support/postgres.js';
import { appendTransition } from './witness.js';

let postgres: Postgres;
let db: Database;
beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  // One connection, whose prepared statements are therefore all there are.
  db = await openPostgres({ url: await postgres.createDatabase(), clock: systemClock, poolSize: 1 });
});
afterEach(() => db.close());
afterAll(() => postgres.stop());

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work();
}

async function prepared(): Promise<string[]> {
  const { rows } = await raw<{ statement: string }>`select statement from pg_prepared_statements`.execute(db.sql);
  return rows.map(({ statement }) => statement);
}

test('a statement is prepared when it has come often, and not before', async () => {
  await times(5, () => findTask(db.sql, 'none'));
  expect(await prepared()).toEqual([]);
  await times(10, () => findTask(db.sql, 'none'));
  expect(await prepared()).toEqual([expect.stringMatching(/^select "id".* from "tasks" where "id" in \(\$1\)$/)]);
});

test('a statement that leaves its columns open is never prepared, so that it goes on when a newer version adds one', async () => {
  const everything = (): Promise<unknown> => db.sql.selectFrom('log_head').selectAll().execute();
  const statements = (): Promise<unknown> => Promise.all([everything(), readAllAfter(db.sql, 0, 10), tasksInProgress(db.sql, 10), db.write((tx) => appendTransition(tx))]);
  await times(20, statements);
  expect((await prepared()).some((statement) => statement.includes('*'))).toBe(false);
  expect((await prepared()).length).toBeGreaterThan(3);
  for (const table of ['log_head', 'transitions', 'tasks']) await raw`alter table ${raw.table(table)} add column added_later text`.execute(db.sql);
  await statements();
  expect(await everything()).toEqual([expect.objectContaining({ added_later: null })]);
});

test('no more statements are prepared than the server is to keep', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `task ${index}`);
  await times(12, async () => {
    for (let length = 1; length <= ids.length; length += 1) {
      await db.sql.selectFrom('tasks').select('id').where('id', 'in', ids.slice(0, length)).execute();
    }
  });
  expect(await prepared()).toHaveLength(200);
}, 60_000);

test('a write one of whose statements failed is rejected, whatever became of the error', async () => {
  const swallowing = db.write(async (tx) => {
    await appendTransition(tx);
    await raw`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('the write was rolled back, because one of its statements had failed');
  expect(await readAllAfter(db.sql, 0, 10)).toEqual([]);
});

test('a connection whose rollback failed is not used again', async () => {
  const pool = new Pool({ connectionString: postgres.url, max: 1, pipeline: true });
  pool.on('connect', (client) => {
    const query = client.query.bind(client);
    Object.assign(client, { query: (asked: string | QueryConfig) => query(asked === 'rollback' ? 'select 1 / 0' : asked) });
  });
  const backend = async (): Promise<unknown> => {
    const client = await pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    client.release();
    return rows[0];
  };
  const before = await backend();
  await expect(createPostgresDriver(pool).transact(async () => Promise.reject(new Error('the work failed')))).rejects.toThrow('the work failed');
  expect(await backend()).not.toEqual(before);
  await pool.end();
});
