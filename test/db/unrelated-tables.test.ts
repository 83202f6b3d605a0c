/** Tables of another program stay unchanged, and nothing is written beside them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { sql as raw } from 'kysely';
import Libsql from 'libsql';
import { systemClock } from '../../src/runtime/clock.js';
import { CopyRefusedError, openTarget } from '../../src/db/copy.js';
import { openDatabase } from '../../src/db/open.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';

const clock = systemClock;
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** A database with the tables of another program, and the ways to open it. */
async function occupied(store: string, statements: readonly string[]) {
  if (store === 'PostgreSQL') {
    const databaseUrl = await postgres.createDatabase();
    for (const statement of statements) await postgres.query(statement, [], databaseUrl);
    const names = async () =>
      (
        await postgres.query(
          `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', ` +
            `'v') order by 1`,
          [],
          databaseUrl,
        )
      ).map(({ name }) => name);
    return { open: () => openDatabase({ databaseUrl, dataDir: '', clock }), names };
  }
  const dataDir = temporaryDirectory();
  const withFile = (work: (file: InstanceType<typeof Libsql>) => unknown) => {
    const file = new Libsql(join(dataDir, 'gateway.db'));
    const answer = work(file);
    file.close();
    return answer;
  };
  withFile((file) => statements.forEach((statement) => file.exec(statement)));
  const names = async () => withFile((file) => file.prepare('select name from sqlite_master order by 1').pluck().all());
  return { open: () => openDatabase({ dataDir, clock }), names };
}

describe.each(['SQLite', 'PostgreSQL'])('a database on %s', (store) => {
  test.each([
    ['tasks', 'create table tasks (title text)'],
    ['log_head', 'create view log_head as select 1 as one'],
    [
      'kysely_migration',
      `create table kysely_migration (name text); insert into kysely_migration values ('2020-users')`,
    ],
  ])('a database in which another program has a table named %s is refused unchanged', async (table, statement) => {
    const { open, names } = await occupied(store, [statement]);
    const before = await names();
    await expect(open()).rejects.toThrow(
      new RegExp(`has a table named ${table} that is not the gateway's: give it an empty database$`),
    );
    expect(await names()).toEqual(before);
  });

  test('a database in which another program has tables of other names is shared', async () => {
    const { open, names } = await occupied(store, [
      'create table users (name text, weight real)',
      "insert into users values ('ann', 61.5)",
    ]);
    await (await open()).close();
    expect(await names()).toEqual(expect.arrayContaining(['tasks', 'users']));
    await (await open()).close();
  });
});

describe('the target of a copy', () => {
  async function target(...statements: string[]): Promise<{ url: string; tables: () => Promise<number> }> {
    const url = await postgres.createDatabase();
    for (const statement of statements) await postgres.query(statement, [], url);
    const tables = async () =>
      (
        await postgres.query(
          `select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`,
          [],
          url,
        )
      ).length;
    return { url, tables };
  }

  test.each([
    [['orders'], 'orders'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['d', 'c', 'b', 'a', 'tasks'], 'a, b, c and 1 more'],
  ])('a target with the tables %j is refused, and they stay unchanged', async (names, named) => {
    const { url, tables } = await target(...names.map((name) => `create table ${name} (id integer)`));
    const opening = openTarget({ url, clock });
    await expect(opening).rejects.toBeInstanceOf(CopyRefusedError);
    await expect(opening).rejects.toThrow(
      `is not empty (it has other tables: ${named}). Create a new database (createdb) and give its URL to --to`,
    );
    expect(await tables()).toBe(names.length);
  });

  test('a target that a gateway shares with another program is refused', async () => {
    const { url } = await target();
    await (await openDatabase({ databaseUrl: url, dataDir: '', clock })).close();
    await postgres.query('create view orders as select 1 as id', [], url);
    await expect(openTarget({ url, clock })).rejects.toThrow('other tables: orders');
  });

  test('an empty target is accepted, also with empty tables of the gateway', async () => {
    const { url } = await target();
    for (let time = 0; time < 2; time += 1) {
      const opened = await openTarget({ url, clock });
      expect((await raw<{ count: number }>`select count(*) as count from tasks`.execute(opened.sql)).rows).toEqual([
        { count: 0 },
      ]);
      await opened.close();
    }
  });

  test('a target is accepted beside tables in a schema outside search_path', async () => {
    const { url } = await target('create schema others', 'create table others.tasks (id integer)');
    await (await openTarget({ url, clock })).close();
  });
});
