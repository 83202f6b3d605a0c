/**
 * Each way in which PostgreSQL or its network refuses the gateway has a message with the cause and the remedy, and
 * without the password.
 */
import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { SECRET, refusalOf, urlWith } from '../../support/database/postgres-refusal.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

describe('openPostgres', () => {
  let postgres: Postgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    whenDone(() => postgres.stop());
    url = await postgres.createDatabase();
    await postgres.query(`create role gateway login password '${SECRET}'`);
  });

  const relations = async (on: string): Promise<unknown> =>
    postgres.query("select relname from pg_class where relnamespace = 'public'::regnamespace", [], on);

  test('a percent-encoded password may have every character that has a meaning in a URL', async () => {
    await postgres.query('grant create on schema public to gateway', [], url);
    expect(await refusalOf(urlWith(url, { user: 'gateway', password: SECRET }))).toBe('');
    await postgres.query('revoke create on schema public from gateway', [], url);
  });

  test('a database without Unicode is refused, and the database that the refusal says to create is accepted', async () => {
    for (const encoding of ['LATIN1', 'SQL_ASCII']) {
      await postgres.query(`create database in_${encoding} encoding '${encoding}' template template0`);
      const at = urlWith(url, { database: `in_${encoding.toLowerCase()}` });
      const refusal = await refusalOf(at);
      expect(refusal).toMatch(new RegExp(`stores text as ${encoding}.*Expected UTF8`));
      expect(await relations(at)).toEqual([]);
      const [, statement = '', name = ''] = /(CREATE DATABASE (\w+) .*?),/.exec(refusal) ?? [];
      await postgres.query(statement);
      expect(await refusalOf(urlWith(url, { database: name }))).toBe('');
    }
  });

  test('a role that may not create tables is refused with the missing right, and works once it is granted', async () => {
    const at = urlWith(await postgres.createDatabase(), { user: 'gateway', password: SECRET });
    const refusal = await refusalOf(at);
    expect(refusal).toMatch(/the role gateway may not create tables in the schema public of .* \(42501\)/);
    const [, grant = ''] = /: (GRANT .*?)\./.exec(refusal) ?? [];
    const [, create = ''] = /(CREATE SCHEMA .*?),/.exec(refusal) ?? [];
    const [, query = ''] = /with (\?options=\S+)/.exec(refusal) ?? [];
    const withPowers = url.replace(/[^/]*$/, new URL(at).pathname.slice(1));
    await postgres.query(create, [], withPowers);
    expect(await refusalOf(at + query)).toBe('');
    expect(await relations(withPowers)).toEqual([]);
    await postgres.query(grant, [], withPowers);
    expect(await refusalOf(at)).toBe('');
  });

  test('an update needs the right to create tables in the schema that has them, not in an earlier one of search_path', async () => {
    const at = await postgres.createDatabase();
    for (const statement of [
      'create schema earlier',
      'grant usage on schema earlier to gateway',
      'create schema home authorization gateway',
    ])
      await postgres.query(statement, [], at);
    const own = (path: string) =>
      urlWith(at, { user: 'gateway', password: SECRET, query: { options: `-c search_path=${path}` } });
    expect(await refusalOf(own('home'))).toBe('');
    // The state before an update.
    await postgres.query(
      'alter table home.log_head drop column pruned_mark, drop column unmarked_through, drop column events_awaited_since, ' +
        'drop column led_since',
      [],
      at,
    );
    await postgres.query('drop table home.task_lists, home.write_turns, home.edited_records', [], at);
    await postgres.query("delete from home.kysely_migration where name >= '0004'", [], at);
    expect(await refusalOf(own('earlier,home'))).toBe('');
    await postgres.query("delete from home.kysely_migration where name >= '0004'", [], at);
    for (const statement of [
      'alter schema home owner to postgres',
      'grant usage on schema home to gateway',
      'create schema gateway authorization gateway',
    ])
      await postgres.query(statement, [], at);
    expect(await refusalOf(own('gateway,home'))).toMatch(
      /the role gateway may not create tables in the schema home of .* \(42501\)/,
    );
  });

  test('a database without a schema for the tables is refused with its search_path', async () => {
    const at = urlWith(await postgres.createDatabase(), { query: { options: '-c search_path=nowhere' } });
    expect(await refusalOf(at)).toMatch(
      /has no schema for the gateway's tables: search_path is nowhere\. Create the schema/,
    );
  });

  test('too few connections of the role, the database or the server are refused with the limit that is too low', async () => {
    const at = await postgres.createDatabase();
    const database = new URL(at).pathname.slice(1);
    await postgres.query(`grant create on schema public to gateway`, [], at);
    const as = urlWith(at, { user: 'gateway', password: SECRET });
    await postgres.query('alter role gateway connection limit 12');
    expect(await refusalOf(as, 10)).toMatch(
      /the role gateway is limited to 12, and a gateway takes up to 13 \(DATABASE_POOL_SIZE and 3 more\)\. Raise the limit \(ALTER ROLE gateway CONNECTION LIMIT 13\)/,
    );
    expect(await relations(at)).toEqual([]);
    expect(await refusalOf(as, 9)).toBe('');
    await postgres.query('alter role gateway connection limit 1');
    expect(await refusalOf(as, 9)).toMatch(
      /\(53300\): too many connections for role "gateway"\. .*lower DATABASE_POOL_SIZE/,
    );
    await postgres.query('alter role gateway connection limit -1');
    await postgres.query(`alter database ${database} connection limit 4`);
    expect(await refusalOf(as, 2)).toMatch(new RegExp(`the database ${database} is limited to 4`));
    expect(await refusalOf(as, 1000)).toMatch(/limited to (4|200)/);
  });

  test('a server that takes no writes is refused at the start', async () => {
    const at = await postgres.createDatabase();
    await postgres.query(`alter database ${new URL(at).pathname.slice(1)} set default_transaction_read_only = on`);
    expect(await refusalOf(at)).toMatch(
      /PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on/,
    );
  });

  test('a wrong user, password, database, host, port or option is refused with the part to correct', async () => {
    expect(await refusalOf(urlWith(url, { password: SECRET }))).toMatch(
      /\(28P01\): it refuses the user; check the user and the password in DATABASE_URL .*Percent-encode characters .*: % is %25/,
    );
    expect(await refusalOf(urlWith(url, { user: 'nemo', password: SECRET }))).toMatch(/\(28P01\): .*"nemo"/);
    expect(await refusalOf(url.replace(/:[^:@/]+@/, '@'))).toMatch(/\(28P01\): .*check the user and the password/);
    expect(await refusalOf(urlWith(url, { database: 'nothing' }))).toMatch(
      /\(3D000\): database "nothing" does not exist; create it, or check the name in DATABASE_URL/,
    );
    expect(await refusalOf(urlWith(url, { host: 'nowhere.invalid' }))).toMatch(
      /\((ENOTFOUND|EAI_AGAIN)\): the host name is not known; check the host in DATABASE_URL/,
    );
    expect(await refusalOf('postgres://u:hunter2@127.0.0.1:1/d')).toMatch(/\(ECONNREFUSED\): no server listens there/);
    expect(await refusalOf('postgres://u:hunter2@/d?host=/nowhere')).toMatch(/\(ENOENT\): there is no such socket/);
    expect(await refusalOf(urlWith(url, { query: { options: '-c serch_path=x' } }))).toMatch(
      /\(42704\): unrecognized configuration parameter "serch_path"; correct the options in DATABASE_URL/,
    );
    await postgres.query('create database closed');
    await postgres.query('revoke connect on database closed from public');
    expect(await refusalOf(urlWith(url, { user: 'gateway', password: SECRET, database: 'closed' }))).toMatch(
      /\(42501\): permission denied for database "closed"; grant/,
    );
  });

  test('a server without TLS is refused if the URL demands TLS', async () => {
    expect(await refusalOf(urlWith(url, { query: { sslmode: 'require' } }))).toMatch(
      /: the server offers no TLS; turn it on there, or set sslmode=disable in DATABASE_URL/,
    );
  });

  test('a server that accepts the connection and stays silent is refused after a timeout', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refusalOf(`postgres://u:hunter2@127.0.0.1:${port}/d`)).toMatch(
      /\(ETIMEDOUT\): it does not answer; check the host and port in DATABASE_URL/,
    );
    silent.close();
  });
});
