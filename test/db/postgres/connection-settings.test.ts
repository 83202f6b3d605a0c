/**
 * Each connection has the settings that the gateway relies on, and gateways of two schemas in one database are
 * independent.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import { notifyOnCommit } from '../../../src/db/database.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import {
  appendTransition,
  listenTo,
  openingDatabases,
  positionsAfter,
  settingIn,
} from '../../support/database/database-probes.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

const open = openingDatabases();

const NOT_ASCII = '“quoted” – 日本語 🚀 \\n \\';

describe('the settings of a connection', () => {
  test.each([
    ['client_encoding', "'LATIN1'", 'UTF8'],
    ['standard_conforming_strings', 'off', 'on'],
    ['default_transaction_isolation', "'serializable'", 'read committed'],
    ['row_security', 'on', 'off'],
    ['lock_timeout', "'1ms'", '0'],
    ['statement_timeout', "'100ms'", '10s'],
    ['idle_in_transaction_session_timeout', "'1h'", '3s'],
    ['idle_session_timeout', "'1s'", '0'],
    ['transaction_timeout', "'200ms'", '0'],
  ])('the default %s = %s becomes %s for the gateway', async (name, value, expected) => {
    const url = await postgres.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await postgres.query(`alter database ${database} set ${name} = ${value}`);
    const db = await open(url);
    expect(await settingIn(db.sql, name)).toBe(expected);
    expect(await db.write((tx) => settingIn(tx, name))).toBe(expected);
    const facts = JSON.stringify({ text: NOT_ASCII });
    await Promise.all([1, 2, 3, 4].map(() => db.write((tx) => appendTransition(tx, facts))));
    expect(await db.sql.selectFrom('transitions').select('facts').execute()).toEqual(
      Array.from({ length: 4 }, () => ({ facts })),
    );
  });

  test('PGCLIENTENCODING and a date style change nothing', async () => {
    const url = await postgres.createDatabase();
    await postgres.query(`alter database ${new URL(url).pathname.slice(1)} set datestyle = 'German'`);
    process.env['PGCLIENTENCODING'] = 'LATIN1';
    try {
      const db = await open(url);
      await db.write((tx) => appendTransition(tx, JSON.stringify({ text: NOT_ASCII })));
      expect(await db.sql.selectFrom('transitions').select('facts').execute()).toEqual([
        { facts: JSON.stringify({ text: NOT_ASCII }) },
      ]);
      expect(Math.abs((await db.now()) - Date.now())).toBeLessThan(60_000);
    } finally {
      delete process.env['PGCLIENTENCODING'];
    }
  });

  test('a collation that differs from the order of bytes changes no position', async () => {
    await postgres.query(
      "create database ordered locale_provider icu icu_locale 'en-US' encoding 'UTF8' template template0",
    );
    const db = await open(postgres.url.replace(/postgres$/, 'ordered'));
    for (let count = 0; count < 12; count += 1) await db.write((tx) => appendTransition(tx));
    expect(await positionsAfter(0, db.sql)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  test('a policy that would hide rows is an error and never shortens a result', async () => {
    const url = await postgres.createDatabase();
    await (await open(url)).write((tx) => appendTransition(tx));
    await postgres.query("create role reader login password 'word'");
    await postgres.query('grant all on all tables in schema public to reader', [], url);
    await postgres.query('alter table transitions enable row level security', [], url);
    const as = new URL(url);
    as.username = 'reader';
    as.password = 'word';
    const db = await open(as.href);
    await expect(positionsAfter(0, db.sql)).rejects.toThrow(/row-level security/);
  });
});

describe('gateways of two schemas in one database', () => {
  test('gateways of two schemas migrate, write, notify and hold leases independently', async () => {
    const url = await postgres.createDatabase();
    const long = `s${'x'.repeat(62)}`;
    for (const schema of ['"First one"', long]) await postgres.query(`create schema ${schema}`, [], url);
    const at = (path: string): string =>
      `${url}?options=${encodeURIComponent(`-c search_path=${path.replaceAll(' ', '\\ ')}`)}`;
    const databases = await Promise.all([url, at('"First one"'), at(long), at('"First one"'), at(long)].map(open));
    const [inPublic, first, second, firstAgain, secondAgain] = databases;
    if (!inPublic || !first || !second || !firstAgain || !secondAgain) throw new Error('not all are open');

    expect(
      await postgres.query(
        "select count(distinct schemaname)::int as count from pg_tables where tablename in ('log_head', " +
          "'kysely_migration')",
        [],
        url,
      ),
    ).toEqual([{ count: 3 }]);
    const logs = await Promise.all(
      databases.map((db) => db.sql.selectFrom('log_head').select('log_id').executeTakeFirstOrThrow()),
    );
    expect(new Set(logs.map(({ log_id }) => log_id)).size).toBe(3);
    expect(logs[1]).toEqual(logs[3]);

    const heard = databases.map(listenTo);
    await first.write(async (tx) => {
      await appendTransition(tx);
      notifyOnCommit(tx, 'of the first');
    });
    await second.write(async (tx) => notifyOnCommit(tx, 'of the second'));
    await inPublic.write(async (tx) => notifyOnCommit(tx, 'of the public one'));
    await Promise.all(heard.map((each) => each.until((payloads) => payloads.length > 0)));
    expect(heard.map(({ notifications }) => notifications)).toEqual([
      ['of the public one'],
      ['of the first'],
      ['of the second'],
      ['of the first'],
      ['of the second'],
    ]);
    expect(await Promise.all(databases.map((db) => positionsAfter(0, db.sql)))).toEqual([[], [1], [], [1], []]);

    const never = new AbortController().signal;
    const leases = await Promise.all([inPublic, first, second].map((db) => db.lease('worker', never)));
    expect(leases).toHaveLength(3);
    let isTaken = false;
    const waiting = firstAgain.lease('worker', never).then(() => (isTaken = true));
    await clock.sleep(200);
    expect(isTaken).toBe(false);
    await leases[1]?.release();
    await waiting;
  });

  test('a gateway finds its tables again after another schema comes first in the search path', async () => {
    const url = await postgres.createDatabase();
    await (await open(url)).write((tx) => appendTransition(tx));
    await postgres.query('create schema postgres', [], url);
    expect(await positionsAfter(0, (await open(url)).sql)).toEqual([1]);
  });
});
