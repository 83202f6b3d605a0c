/** The readiness probe fails if a start could not be stored, sent or pruned: for each table and each right. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import { openPostgres } from '../../src/db/postgres/postgres-database.js';
import { probeWrite } from '../../src/db/probe.js';
import { openSqlite } from '../../src/db/sqlite/sqlite-database.js';
import { explainDatabaseError } from '../../src/db/errors/explain.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';

/** The rights that the gateway uses on each table. */
const RIGHTS = {
  log_head: ['select', 'update'],
  transitions: ['select', 'insert', 'delete'],
  tasks: ['select', 'insert', 'update', 'delete'],
  quota_calls: ['select', 'insert', 'update', 'delete'],
  quota_totals: ['select', 'insert', 'update'],
  task_lists: ['select', 'insert', 'update'],
  write_turns: ['select', 'insert', 'update', 'delete'],
  edited_records: ['select', 'insert', 'update', 'delete'],
} as const;
const TABLES = Object.keys(RIGHTS);
const RIGHTS_ON_TABLES = Object.entries(RIGHTS).flatMap(([table, rights]) =>
  rights.map((right) => [right, table] as const),
);

/** The explanation of the probe's failure; null when it succeeds. */
async function failureOn(db: Database): Promise<string | null> {
  return probeWrite(db).then(
    () => null,
    (error: unknown) => explainDatabaseError(error) ?? `no known cause: ${String(error)}`,
  );
}

describe('the probe on SQLite', () => {
  test.each(TABLES)('a probe without the table %s fails and names it', async (table) => {
    const db = await openSqlite({ directory: ':memory:', clock: systemClock });
    expect(await failureOn(db)).toBeNull();
    await raw`alter table ${raw.table(table)} rename to hidden`.execute(db.sql);
    expect(await failureOn(db)).toContain(`A table of the gateway is missing (no such table: ${table})`);
    await raw`alter table hidden rename to ${raw.table(table)}`.execute(db.sql);
    expect(await failureOn(db)).toBeNull();
    await db.close();
  });

  test('a probe without a column fails and names it', async () => {
    const db = await openSqlite({ directory: ':memory:', clock: systemClock });
    await raw`alter table quota_totals rename column last_id to hidden`.execute(db.sql);
    expect(await failureOn(db)).toMatch(/A column of the gateway's tables is missing \(.*last_id\)/);
    await db.close();
  });

  test('a probe without the row of the head fails and names the table', async () => {
    const db = await openSqlite({ directory: ':memory:', clock: systemClock });
    await raw`delete from log_head`.execute(db.sql);
    expect(await failureOn(db)).toContain('The table log_head of the gateway has lost its row');
    await db.close();
  });
});

describe('the probe on PostgreSQL', () => {
  let postgres: Postgres;
  let owner: string;
  let db: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    owner = await postgres.createDatabase();
    await (await openPostgres({ url: owner, clock: systemClock })).close();
    await postgres.query("create role gateway login password 'word'");
    await postgres.query('grant select on all tables in schema public to gateway', [], owner);
    for (const [right, table] of RIGHTS_ON_TABLES) {
      await postgres.query(`grant ${right} on ${table} to gateway`, [], owner);
    }
    await postgres.query('grant delete on quota_totals to gateway', [], owner);
    const url = new URL(owner);
    url.username = 'gateway';
    url.password = 'word';
    db = await openPostgres({ url: url.href, clock: systemClock });
  });
  afterAll(async () => {
    await db.close();
    await postgres.stop();
  });

  test.each(TABLES)('a probe without the table %s fails and names it', async (table) => {
    await postgres.query(`alter table ${table} rename to hidden`, [], owner);
    expect(await failureOn(db)).toContain(`A table of the gateway is missing (relation "${table}" does not exist)`);
    await postgres.query(`alter table hidden rename to ${table}`, [], owner);
    expect(await failureOn(db)).toBeNull();
  });

  test.each(RIGHTS_ON_TABLES)(
    'a probe of a role without the right to %s on %s fails and names the table',
    async (right, table) => {
      await postgres.query(`revoke ${right} on ${table} from gateway`, [], owner);
      expect(await failureOn(db)).toContain(`forbids the gateway to write (permission denied for table ${table})`);
      await postgres.query(`grant ${right} on ${table} to gateway`, [], owner);
      expect(await failureOn(db)).toBeNull();
    },
  );

  test('a probe of a role that may not send notifications fails and names the function', async () => {
    await postgres.query('revoke execute on function pg_notify(text, text) from public', [], owner);
    expect(await failureOn(db)).toContain('permission denied for function pg_notify');
    await postgres.query('grant execute on function pg_notify(text, text) to public', [], owner);
    expect(await failureOn(db)).toBeNull();
  });

  test('a probe without a column fails and names it', async () => {
    await postgres.query('alter table tasks rename column status to hidden', [], owner);
    expect(await failureOn(db)).toContain(`A column of the gateway's tables is missing (column "status"`);
    await postgres.query('alter table tasks rename column hidden to status', [], owner);
    expect(await failureOn(db)).toBeNull();
  });

  test('a probe without the row of the head fails and names the table', async () => {
    await postgres.query('create table kept_head as select * from log_head', [], owner);
    await postgres.query('delete from log_head', [], owner);
    expect(await failureOn(db)).toContain('The table log_head of the gateway has lost its row');
    await postgres.query('insert into log_head select * from kept_head', [], owner);
    await postgres.query('drop table kept_head', [], owner);
    expect(await failureOn(db)).toBeNull();
  });

  test('fifty concurrent probes all succeed and leave no row', async () => {
    await Promise.all(Array.from({ length: 50 }, () => probeWrite(db)));
    for (const table of ['quota_totals', 'quota_calls']) {
      expect(await postgres.query(`select * from ${table}`, [], owner)).toEqual([]);
    }
  });
});
