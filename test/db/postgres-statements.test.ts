/** How statements reach PostgreSQL: those that come often are prepared, and what is prepared outlives a newer version's migration. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CompiledQuery, sql as raw, type DatabaseConnection } from 'kysely';
import { Pool } from 'pg';
import { systemClock } from '../../src/clock.js';
import type { Database } from '../../src/db/database.js';
import { createPostgresDriver } from '../../src/db/postgres-driver.js';
import { openPostgres } from '../../src/db/postgres.js';
import { findTask, tasksInProgress } from '../../src/tasks/store.js';
import { quotaUsage } from '../../src/partner-central/quota.js';
import { readAllAfter, takeTurn } from '../../src/transitions/log.js';
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
  const statements = (): Promise<unknown> =>
    Promise.all([
      everything(),
      db.sql.selectFrom('log_head').selectAll('log_head').execute(),
      db.sql.selectFrom('log_head').select('position as before').selectAll().execute(),
      db.sql.updateTable('log_head').set({ upstream: '' }).returningAll().execute(),
      readAllAfter(db.sql, 0, 10),
      tasksInProgress(db.sql, 10),
      db.write((tx) => appendTransition(tx)),
    ]);
  await times(20, statements);
  expect((await prepared()).filter((statement) => /(?<!1000 )\*/.test(statement))).toEqual([]);
  expect((await prepared()).length).toBeGreaterThan(3);
  for (const table of ['log_head', 'transitions', 'tasks']) await raw`alter table ${raw.table(table)} add column added_later text`.execute(db.sql);
  await statements();
  expect(await everything()).toEqual([expect.objectContaining({ added_later: null })]);
});

test('a statement that multiplies, as each does that asks for the time, is prepared', async () => {
  await times(20, () => db.write((tx) => takeTurn(db, tx, null, 1)));
  await times(20, () => quotaUsage(db, 'reads', { perSecond: 1, perDay: 1 }));
  expect((await prepared()).filter((statement) => statement.includes('1000 *'))).toHaveLength(2);
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

test('a statement with a long list is not prepared, however often it comes', async () => {
  const listOf = (length: number) => db.sql.selectFrom('tasks').select('id').where('id', 'in', Array<string>(length).fill('none')).execute();
  await times(20, () => listOf(1_000));
  expect(await prepared()).toEqual([]);
  await times(20, () => listOf(200));
  expect(await prepared()).toHaveLength(1);
});

test('a write one of whose statements failed is rejected, whatever became of the error', async () => {
  const swallowing = db.write(async (tx) => {
    await appendTransition(tx);
    await raw`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('the write was rolled back, because one of its statements had failed');
  expect(await readAllAfter(db.sql, 0, 10)).toEqual([]);
});

describe('statements that are made together', () => {
  let pool: Pool;
  let answers = 0;
  let dropped = 0;
  beforeEach(() => {
    pool = new Pool({ connectionString: postgres.url, max: 1, pipeline: true });
    pool.on('connect', (client) => {
      client.on('error', () => {});
      client.connection.on('readyForQuery', () => (answers += 1));
    });
    pool.on('remove', () => (dropped += 1));
    answers = dropped = 0;
  });
  afterEach(() => pool.end());

  const ask = (connection: DatabaseConnection, text: string, ...values: unknown[]) => connection.executeQuery<any>(CompiledQuery.raw(text, values));
  /** The outcomes of statements that are made together in a write. */
  async function outcomesOf(...statements: readonly (readonly [string, ...unknown[]])[]): Promise<unknown[]> {
    const told: Promise<unknown>[] = [];
    const written = createPostgresDriver(pool, systemClock).transact(async (connection) => {
      const asked = statements.map(([text, ...values]) => ask(connection, text, ...values));
      for (const each of asked) told.push(each.then(({ rows }) => rows, String));
      await Promise.all(asked);
      return { result: null, last: [], farewell: null };
    });
    const write = await written.then(() => 'committed', String);
    return [...(await Promise.all(told)), write];
  }

  test('are answered in one message, each with its own rows', async () => {
    const driver = createPostgresDriver(pool, systemClock);
    const before = await pool.connect();
    before.release();
    answers = 0;
    const rows = await driver.transact(async (connection) => {
      const asked = [ask(connection, 'select 1 as one'), ask(connection, 'select $1::text as two, null as nothing', 'zwei'), ask(connection, 'select g from generate_series(1, 3) as g')];
      return { result: (await Promise.all(asked)).map((answer) => answer.rows), last: [], farewell: null };
    });
    expect(rows).toEqual([[{ one: 1 }], [{ two: 'zwei', nothing: null }], [{ g: 1 }, { g: 2 }, { g: 3 }]]);
    // The beginning travels with the statements, and the commit by itself.
    expect(answers).toBe(2);
  });

  test('fail with the error of the first that fails, and none after it is run', async () => {
    expect(await outcomesOf(['create table t (id int)'], ['select 1 / 0'], ['insert into t values (1)'], ['nonsense'])).toEqual([
      [],
      'error: division by zero',
      'error: division by zero',
      'error: division by zero',
      'error: division by zero',
    ]);
    expect(await outcomesOf(["select to_regclass('t') as t"])).toEqual([[{ t: null }], 'committed']);
  });

  test('can be made again, as prepared ones, after the server has passed over them', async () => {
    const often: readonly [string] = ['select 7 as seven'];
    const failing: readonly [string, unknown] = ['select 1 / $1::int as part', 0];
    const driver = createPostgresDriver(pool, systemClock);
    const both = (divisor: number): Promise<unknown> =>
      driver.transact(async (connection) => {
        const asked = [ask(connection, failing[0], divisor), ask(connection, often[0])];
        const [, seven] = await Promise.all(asked);
        return { result: seven?.rows, last: [], farewell: null };
      });
    for (let index = 0; index < 8; index += 1) await both(1);
    // These are the first for which they have names, which the server does not learn.
    for (let index = 0; index < 5; index += 1) await expect(both(0)).rejects.toThrow('division by zero');
    for (let index = 0; index < 5; index += 1) expect(await both(1)).toEqual([{ seven: 7 }]);
    expect(dropped).toBe(0);
  });

  test('keep their names apart from those of one that cannot be written', async () => {
    const driver = createPostgresDriver(pool, systemClock);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const three = (value: unknown): Promise<unknown> =>
      driver.transact(async (connection) => {
        const asked = [ask(connection, 'select $1::json as one', value), ask(connection, 'select 2 as two'), ask(connection, '')];
        const outcomes = await Promise.allSettled(asked);
        return { result: outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.rows : 'failed')), last: [], farewell: null };
      });
    for (let index = 0; index < 9; index += 1) expect(await three('{}')).toEqual([[{ one: {} }], [{ two: 2 }], []]);
    for (let index = 0; index < 3; index += 1) expect(await three(circular)).toEqual(['failed', [{ two: 2 }], []]);
    for (let index = 0; index < 3; index += 1) expect(await three('{}')).toEqual([[{ one: {} }], [{ two: 2 }], []]);
    expect(dropped).toBe(0);
  });

  test('fail when a row cannot be read, and the others do not', async () => {
    pool.on('connect', (client) => client.setTypeParser(25, (text) => JSON.parse(text)));
    const [first, second] = await outcomesOf(["select 'no json'::text as one"], ['select 2 as two']);
    expect(first).toMatch(/^SyntaxError/);
    expect(second).toEqual([{ two: 2 }]);
  });

  test('leave no limit of time behind when they have been answered', async () => {
    const limited = new Pool({ connectionString: postgres.url, max: 1, pipeline: true, query_timeout: 100 });
    let broken = 0;
    limited.on('connect', (client) => client.on('error', () => {}));
    limited.on('remove', () => (broken += 1));
    const driver = createPostgresDriver(limited, systemClock);
    await driver.transact(async (connection) => ({ result: await ask(connection, 'select 1 as one'), last: [], farewell: null }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(broken).toBe(0);
    await limited.end();
  });

  test('are all rejected when the connection breaks, and so is the write', async () => {
    const broken = outcomesOf(['select pg_terminate_backend(pg_backend_pid())'], ['select 1']);
    expect(await broken).toEqual(Array(3).fill('error: terminating connection due to administrator command'));
    expect(await outcomesOf(['select 1 as one'])).toEqual([[{ one: 1 }], 'committed']);
  });

  test('are each told of a value that cannot be written, without a word to the others, and the write is undone', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const [first, second, third, write] = await outcomesOf(['select 1 as one'], ['select $1::json as two', circular], ['select 3 as three']);
    expect([first, third]).toEqual([[{ one: 1 }], [{ three: 3 }]]);
    expect(second).toMatch(/circular/i);
    expect(write).toBe(second);
    expect(dropped).toBe(0);
  });
});

test('a connection whose rollback failed is not used again', async () => {
  const pool = new Pool({ connectionString: postgres.url, max: 1, pipeline: true });
  pool.on('connect', (client) => {
    const { connection } = client;
    const parse = connection.parse.bind(connection);
    Object.assign(connection, { parse: (asked: Parameters<typeof parse>[0]) => parse(asked.text === 'rollback' ? { ...asked, text: 'select 1 / 0' } : asked, false) });
  });
  const backend = async (): Promise<unknown> => {
    const client = await pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    client.release();
    return rows[0];
  };
  const before = await backend();
  await expect(createPostgresDriver(pool, systemClock).transact(async () => Promise.reject(new Error('the work failed')))).rejects.toThrow('the work failed');
  expect(await backend()).not.toEqual(before);
  await pool.end();
});
