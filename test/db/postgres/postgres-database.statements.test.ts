/**
 * Statements on their way to PostgreSQL: frequent ones are prepared, and prepared ones survive the migration of a newer
 * version.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CompiledQuery, sql as raw, type DatabaseConnection } from 'kysely';
import { Pool, type QueryConfig } from 'pg';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { createPostgresDriver } from '../../../src/db/postgres/postgres-driver.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { isUnavailable } from '../../../src/db/errors/unavailable.js';
import { findTask, inProgressByIds } from '../../../src/tasks/store/task-queries.js';
import { quotaUsage } from '../../../src/partner-central/quota/quota.js';
import { readAllAfter, reservePositions } from '../../../src/transitions/log.js';
import { startPostgres, startProxy, type Postgres } from '../../support/programs/postgres.js';
import { appendTransition } from '../../support/database/database-probes.js';

let postgres: Postgres;
let db: Database;
beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  // A pool of one connection, whose prepared statements are therefore all.
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

test('a statement is prepared after frequent use, and not before', async () => {
  await times(5, () => findTask(db.sql, 'none'));
  expect(await prepared()).toEqual([]);
  await times(10, () => findTask(db.sql, 'none'));
  expect(await prepared()).toEqual([expect.stringMatching(/^select "id".* from "tasks" where "id" in \(\$1\)$/)]);
});

test('a statement that does not name its columns is never prepared, so that it works after a newer version adds a column', async () => {
  const everything = (): Promise<unknown> => db.sql.selectFrom('log_head').selectAll().execute();
  const statements = (): Promise<unknown> =>
    Promise.all([
      everything(),
      db.sql.selectFrom('log_head').selectAll('log_head').execute(),
      db.sql.selectFrom('log_head').select('position as before').selectAll().execute(),
      db.sql.updateTable('log_head').set({ upstream: '' }).returningAll().execute(),
      readAllAfter(db.sql, 0, 10),
      inProgressByIds(db.sql, ['none']),
      db.write((tx) => appendTransition(tx)),
    ]);
  await times(20, statements);
  expect((await prepared()).filter((statement) => /(?<!1000 )\*/.test(statement))).toEqual([]);
  expect((await prepared()).length).toBeGreaterThan(3);
  for (const table of ['log_head', 'transitions', 'tasks'])
    await raw`alter table ${raw.table(table)} add column added_later text`.execute(db.sql);
  await statements();
  expect(await everything()).toEqual([expect.objectContaining({ added_later: null })]);
});

test('a statement that multiplies, as each query of the time does, is prepared', async () => {
  await times(20, () => db.write((tx) => reservePositions(db, tx, null, 1)));
  await times(20, () => quotaUsage(db, 'reads', { perSecond: 1, perDay: 1 }));
  expect((await prepared()).filter((statement) => statement.includes('1000 *'))).toHaveLength(2);
});

test('the number of prepared statements has a limit', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `task ${index}`);
  await times(12, async () => {
    for (let length = 1; length <= ids.length; length += 1) {
      await db.sql.selectFrom('tasks').select('id').where('id', 'in', ids.slice(0, length)).execute();
    }
  });
  expect(await prepared()).toHaveLength(200);
});

test('a statement with a long list is not prepared, even after frequent use', async () => {
  const listOf = (length: number) =>
    db.sql.selectFrom('tasks').select('id').where('id', 'in', Array<string>(length).fill('none')).execute();
  await times(20, () => listOf(1_000));
  expect(await prepared()).toEqual([]);
  await times(20, () => listOf(200));
  expect(await prepared()).toHaveLength(1);
});

test('a write with a failed statement is rejected, even if its error was caught', async () => {
  const swallowing = db.write(async (tx) => {
    await appendTransition(tx);
    await raw`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('the write was rolled back, because one of its statements had failed');
  expect(await readAllAfter(db.sql, 0, 10)).toEqual([]);
});

test('a write whose commit is not answered is rejected, although it may be committed', async () => {
  const url = await postgres.createDatabase();
  let whenItCommits: () => void = () => {};
  // The proxy forwards the commit and holds back the response.
  const proxy = await startProxy(url, (sent) => /\bcommit\0/.test(sent) && queueMicrotask(whenItCommits));
  const [writer, reader] = [
    await openPostgres({ url: proxy.url, clock: systemClock }),
    await openPostgres({ url, clock: systemClock }),
  ];
  whenItCommits = () => proxy.cut();
  const writing = writer.write((tx) => appendTransition(tx)).then(() => 'committed', isUnavailable);
  while ((await readAllAfter(reader.sql, 0, 10)).length === 0);
  whenItCommits = () => {};
  proxy.restore();
  expect(await writing).toBe(true);
  await Promise.all([writer.close(), reader.close()]);
  await proxy.close();
});

const execute = (connection: DatabaseConnection, text: string, ...values: unknown[]) =>
  connection.executeQuery<any>(CompiledQuery.raw(text, values));

describe('statements that are made together', () => {
  let pool: Pool;
  let dropped = 0;
  beforeEach(() => {
    pool = new Pool({ connectionString: postgres.url, max: 1, pipeline: true });
    pool.on('connect', (client) => client.on('error', () => {}));
    pool.on('remove', () => (dropped += 1));
    dropped = 0;
  });
  afterEach(() => pool.end());

  /** The outcomes of statements that are made together in a write, and of the write. */
  async function outcomesOf(...statements: readonly (readonly [string, ...unknown[]])[]): Promise<unknown[]> {
    const outcomes: Promise<unknown>[] = [];
    const written = createPostgresDriver(pool, systemClock).transact(async (connection) => {
      const executed = statements.map(([text, ...values]) => execute(connection, text, ...values));
      for (const each of executed) outcomes.push(each.then(({ rows }) => rows, String));
      await Promise.all(executed);
      return { result: null, lastStatement: null };
    });
    const write = await written.then(() => 'committed', String);
    return [...(await Promise.all(outcomes)), write];
  }

  test('statements made together each get their own rows', async () => {
    const statements = [
      ['select 1 as one'],
      ['select $1::text as two, null as nothing', 'zwei'],
      ['select g from generate_series(1, 3) as g'],
    ] as const;
    expect(await outcomesOf(...statements)).toEqual([
      [{ one: 1 }],
      [{ two: 'zwei', nothing: null }],
      [{ g: 1 }, { g: 2 }, { g: 3 }],
      'committed',
    ]);
  });

  test('statements made together are sent before the first response', async () => {
    const sent: string[] = [];
    const proxy = await startProxy(postgres.url, (text) => sent.push(text));
    const database = await openPostgres({ url: proxy.url, clock: systemClock });
    const writing = database.write(async (tx) => {
      proxy.cut();
      await Promise.all([11, 22, 33].map((number) => raw`select ${raw.lit(number)}`.execute(tx)));
    });
    const outcome = writing.then(
      () => 'committed',
      () => 'rejected',
    );
    while (!/select 11.*select 22.*select 33/s.test(sent.join(''))) await systemClock.sleep(10);
    proxy.restore();
    expect(await outcome).toBe('rejected');
    await database.close();
    await proxy.close();
  });

  test('statements after a failed one do not run, and the write fails with its error', async () => {
    const [made, failed, ...others] = await outcomesOf(
      ['create table t (id int)'],
      ['select 1 / 0'],
      ['insert into t values (1)'],
      ['nonsense'],
    );
    const aborted = expect.stringMatching(/current transaction is aborted|syntax error/);
    expect([made, failed, ...others]).toEqual([
      [],
      'error: division by zero',
      aborted,
      aborted,
      'error: division by zero',
    ]);
    expect(await outcomesOf(["select to_regclass('t') as t"])).toEqual([[{ t: null }], 'committed']);
    expect(dropped).toBe(0);
  });

  test('statements that the server skipped can be repeated as prepared ones', async () => {
    const driver = createPostgresDriver(pool, systemClock);
    const both = (divisor: number): Promise<unknown> =>
      driver.transact(async (connection) => {
        const executed = [
          execute(connection, 'select 1 / $1::int as part', divisor),
          execute(connection, 'select 7 as seven'),
        ];
        const [, seven] = await Promise.all(executed);
        return { result: seven?.rows, lastStatement: null };
      });
    for (let index = 0; index < 8; index += 1) await both(1);
    // These are the first executions with a name, which the server does not learn.
    for (let index = 0; index < 5; index += 1) await expect(both(0)).rejects.toThrow('division by zero');
    for (let index = 0; index < 5; index += 1) expect(await both(1)).toEqual([{ seven: 7 }]);
    expect(dropped).toBe(0);
  });

  test('a statement whose row cannot be read fails, and the others succeed', async () => {
    pool.on('connect', (client) => client.setTypeParser(25, (text) => JSON.parse(text)));
    const [first, second] = await outcomesOf(["select 'no json'::text as one"], ['select 2 as two']);
    expect(first).toMatch(/^SyntaxError/);
    expect(second).toEqual([{ two: 2 }]);
  });

  test('statements and their write are all rejected when the connection breaks', async () => {
    const [first, second, write] = await outcomesOf(['select pg_terminate_backend(pg_backend_pid())'], ['select 1']);
    expect([first, second, write]).toEqual([
      write,
      expect.stringMatching(/terminat|ECONNRESET|EPIPE/),
      'error: terminating connection due to administrator command',
    ]);
    expect(await outcomesOf(['select 1 as one'])).toEqual([[{ one: 1 }], 'committed']);
  });

  test('statements are rolled back when one of them has a value that cannot be sent', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const [, , write] = await outcomesOf(['create table t (id int)'], ['select $1::json as two', circular]);
    expect(write).toMatch(/circular/i);
    expect(await outcomesOf(["select to_regclass('t') as t"])).toEqual([[{ t: null }], 'committed']);
  });
});

describe('a connection', () => {
  /** A pool of one connection on which `statement` fails before it is sent; `backend` is its server process. */
  function poolThatCannot(statement: string) {
    const pool = new Pool({ connectionString: postgres.url, max: 1, pipeline: true });
    pool.on('connect', (client) => {
      const query = client.query.bind(client);
      const refuse = (config: QueryConfig, callback?: (error: Error) => void) => {
        if (callback === undefined) return query(config);
        if (!config.text.startsWith(statement)) return query(config, callback);
        return callback(new Error(`no ${statement}`));
      };
      Object.assign(client, { query: refuse });
    });
    const backend = async (): Promise<unknown> => {
      const client = await pool.connect();
      const { rows } = await client.query({ text: 'select pg_backend_pid() as pid' });
      client.release();
      return rows[0];
    };
    return { pool, backend };
  }

  test('a connection whose rollback failed is not used again', async () => {
    const { pool, backend } = poolThatCannot('rollback');
    const before = await backend();
    await expect(
      createPostgresDriver(pool, systemClock).transact(async () => Promise.reject(new Error('the work failed'))),
    ).rejects.toThrow('the work failed');
    expect(await backend()).not.toEqual(before);
    await pool.end();
  });

  test('a connection that cannot begin a transaction does none of the work of a write', async () => {
    const { pool } = poolThatCannot('start transaction');
    let isDone = false;
    const write = createPostgresDriver(pool, systemClock).transact(async (connection) => {
      isDone = true;
      return { result: await execute(connection, 'select 1'), lastStatement: null };
    });
    await expect(write).rejects.toThrow('no start transaction');
    expect(isDone).toBe(false);
    await pool.end();
  });
});
