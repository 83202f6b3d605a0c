/** Each way in which PostgreSQL or its surroundings refuse the gateway is named for what it is, with what to do, and without the password. */
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { makeCertificates, OPENSSL, type Certificates } from '../../support/programs/certificates.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

const SECRET = 'hunter2/#?%@:';
const owner = process.getuid?.() === 0 ? 65_534 : null;
const withOpenssl = OPENSSL === null ? describe.skip : describe;

/** Why a gateway with this URL does not start; '' when it does. */
async function refusalOf(url: string, poolSize = 2): Promise<string> {
  const refusal = await openPostgres({ url, clock, poolSize }).then(
    async (db) => {
      await db.close();
      return '';
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  for (const password of [SECRET, encodeURIComponent(SECRET), 'hunter2']) expect(refusal).not.toContain(password);
  return refusal;
}

function change(
  url: string,
  parts: { user?: string; password?: string; host?: string; database?: string; query?: Record<string, string> },
): string {
  const changed = new URL(url);
  if (parts.user !== undefined) changed.username = parts.user;
  if (parts.password !== undefined) changed.password = encodeURIComponent(parts.password);
  if (parts.host !== undefined) changed.hostname = parts.host;
  if (parts.database !== undefined) changed.pathname = `/${parts.database}`;
  for (const [name, value] of Object.entries(parts.query ?? {})) changed.searchParams.set(name, value);
  return changed.href.replaceAll('+', '%20');
}

describe('a server', () => {
  let postgres: Postgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    whenDone(() => postgres.stop());
    url = await postgres.createDatabase();
    await postgres.query(`create role gateway login password '${SECRET}'`);
  }, 60_000);

  const relations = async (on: string): Promise<unknown> =>
    postgres.query("select relname from pg_class where relnamespace = 'public'::regnamespace", [], on);

  test('takes a password with every sign that a URL gives a meaning to, percent-encoded', async () => {
    await postgres.query('grant create on schema public to gateway', [], url);
    expect(await refusalOf(change(url, { user: 'gateway', password: SECRET }))).toBe('');
    await postgres.query('revoke create on schema public from gateway', [], url);
  });

  test('that stores no Unicode is refused, and what the refusal says to create is taken', async () => {
    for (const encoding of ['LATIN1', 'SQL_ASCII']) {
      await postgres.query(`create database in_${encoding} encoding '${encoding}' template template0`);
      const at = change(url, { database: `in_${encoding.toLowerCase()}` });
      const refusal = await refusalOf(at);
      expect(refusal).toMatch(new RegExp(`stores text as ${encoding}.*Expected UTF8`));
      expect(await relations(at)).toEqual([]);
      const [, statement = '', name = ''] = /(CREATE DATABASE (\w+) .*?),/.exec(refusal) ?? [];
      await postgres.query(statement);
      expect(await refusalOf(change(url, { database: name }))).toBe('');
    }
  });

  test('to a role that may not create tables says which right is missing, and works once it is granted', async () => {
    const at = change(await postgres.createDatabase(), { user: 'gateway', password: SECRET });
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

  test('is taken for an update where the role may create tables in the schema that has them, and not in an earlier one of search_path', async () => {
    const at = await postgres.createDatabase();
    for (const statement of [
      'create schema earlier',
      'grant usage on schema earlier to gateway',
      'create schema home authorization gateway',
    ])
      await postgres.query(statement, [], at);
    const own = (path: string) =>
      change(at, { user: 'gateway', password: SECRET, query: { options: `-c search_path=${path}` } });
    expect(await refusalOf(own('home'))).toBe('');
    // The state before an update.
    await postgres.query('alter table home.log_head drop column pruned_mark, drop column unmarked_through', [], at);
    await postgres.query("delete from home.kysely_migration where name = '0004-marked-cursors'", [], at);
    expect(await refusalOf(own('earlier,home'))).toBe('');
    await postgres.query("delete from home.kysely_migration where name = '0004-marked-cursors'", [], at);
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

  test('without a schema for the tables says what search_path is', async () => {
    const at = change(await postgres.createDatabase(), { query: { options: '-c search_path=nowhere' } });
    expect(await refusalOf(at)).toMatch(
      /has no schema for the gateway's tables: search_path is nowhere\. Create the schema/,
    );
  });

  test('that gives a role, a database or itself too few connections says which limit it is', async () => {
    const at = await postgres.createDatabase();
    const database = new URL(at).pathname.slice(1);
    await postgres.query(`grant create on schema public to gateway`, [], at);
    const as = change(at, { user: 'gateway', password: SECRET });
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

  test('that takes no writes is refused at the start', async () => {
    const at = await postgres.createDatabase();
    await postgres.query(`alter database ${new URL(at).pathname.slice(1)} set default_transaction_read_only = on`);
    expect(await refusalOf(at)).toMatch(
      /PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on/,
    );
  });

  test('is refused with what to correct: the user, the password, the database, the host, the port, an option', async () => {
    expect(await refusalOf(change(url, { password: SECRET }))).toMatch(
      /\(28P01\): it refuses the user; check the user and the password in DATABASE_URL .*percent-encoded: % is %25/,
    );
    expect(await refusalOf(change(url, { user: 'nemo', password: SECRET }))).toMatch(/\(28P01\): .*"nemo"/);
    expect(await refusalOf(url.replace(/:[^:@/]+@/, '@'))).toMatch(/\(28P01\): .*check the user and the password/);
    expect(await refusalOf(change(url, { database: 'nothing' }))).toMatch(
      /\(3D000\): database "nothing" does not exist; create it, or check the name in DATABASE_URL/,
    );
    expect(await refusalOf(change(url, { host: 'nowhere.invalid' }))).toMatch(
      /\((ENOTFOUND|EAI_AGAIN)\): the host name is not known; check the host in DATABASE_URL/,
    );
    expect(await refusalOf('postgres://u:hunter2@127.0.0.1:1/d')).toMatch(/\(ECONNREFUSED\): nothing listens there/);
    expect(await refusalOf('postgres://u:hunter2@/d?host=/nowhere')).toMatch(/\(ENOENT\): there is no such socket/);
    expect(await refusalOf(change(url, { query: { options: '-c serch_path=x' } }))).toMatch(
      /\(42704\): unrecognized configuration parameter "serch_path"; correct the options in DATABASE_URL/,
    );
    await postgres.query('create database closed');
    await postgres.query('revoke connect on database closed from public');
    expect(await refusalOf(change(url, { user: 'gateway', password: SECRET, database: 'closed' }))).toMatch(
      /\(42501\): permission denied for database "closed"; grant/,
    );
  });

  test('that offers no TLS is not written to without it', async () => {
    expect(await refusalOf(change(url, { query: { sslmode: 'require' } }))).toMatch(
      /: the server offers no TLS; turn it on there, or set sslmode=disable in DATABASE_URL/,
    );
  });

  test('that takes the connection and says nothing is given up', async () => {
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

withOpenssl('a server that demands TLS', () => {
  let postgres: Postgres;
  let files: Certificates;
  let directory: string;
  let url: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
    chmodSync(directory, 0o755);
    whenDone(() => rmSync(directory, { recursive: true, force: true }));
    files = makeCertificates(join(directory, 'files'), 'postgres', owner);
    const rules = join(directory, 'pg_hba.conf');
    // The server's own database is for the test itself.
    writeFileSync(
      rules,
      [
        'hostnossl postgres all all scram-sha-256',
        'hostssl certified all all cert',
        'hostssl all all all scram-sha-256',
        '',
      ].join('\n'),
    );
    for (const name of ['pem', 'key'])
      writeFileSync(join(directory, `serving.${name}`), '', { mode: name === 'key' ? 0o600 : 0o644 });
    if (owner !== null) chownSync(join(directory, 'serving.key'), owner, owner);
    present(files.server);
    postgres = await startPostgres({
      ssl: 'on',
      ssl_cert_file: join(directory, 'serving.pem'),
      ssl_key_file: join(directory, 'serving.key'),
      ssl_ca_file: files.ca,
      hba_file: rules,
    });
    whenDone(() => postgres.stop());
    url = await postgres.createDatabase();
    await postgres.query('create database certified');
  }, 60_000);

  const present = ({ certificate, key }: { certificate: string; key: string }): void => {
    copyFileSync(certificate, join(directory, 'serving.pem'));
    copyFileSync(key, join(directory, 'serving.key'));
  };

  const refusalWith = (
    query: Record<string, string>,
    parts: { host?: string; database?: string } = {},
  ): Promise<string> => {
    const bare = new URL(url);
    bare.search = '';
    return refusalOf(change(bare.href, { ...parts, query }));
  };

  test('says so to a gateway that connects without it', async () => {
    for (const query of [{}, { sslmode: 'disable' }]) {
      expect(await refusalWith(query as Record<string, string>)).toMatch(
        /\(28000\): it refuses this user without TLS \(.*no encryption\)\. If the server demands TLS, add sslmode=verify-full to DATABASE_URL, with sslrootcert/,
      );
    }
  });

  test.each(['require', 'verify-full'])('with sslmode=%s is trusted only through its CA', async (sslmode) => {
    expect(await refusalWith({ sslmode })).toMatch(
      /\(UNKNOWN_CA\): no CA that is known here has signed its certificate .*sslrootcert=<path> in DATABASE_URL, or .*sslmode=no-verify/,
    );
    expect(await refusalWith({ sslmode, sslrootcert: files.ca })).toBe('');
  });

  test('of a private CA works with verify-ca and its certificate, and with no-verify', async () => {
    expect(await refusalWith({ sslmode: 'verify-ca', sslrootcert: files.ca })).toBe('');
    expect(await refusalWith({ sslrootcert: files.ca })).toBe('');
    expect(await refusalWith({ sslmode: 'no-verify' })).toBe('');
    expect(await refusalWith({ sslmode: 'no-verify', channel_binding: 'require' })).toBe('');
  });

  test('is named for a file that is missing, is no certificate or does not belong to its key', async () => {
    expect(await refusalWith({ sslmode: 'verify-full', sslrootcert: '/nowhere/ca.pem' })).toMatch(
      /^sslrootcert in DATABASE_URL leads to \/nowhere\/ca\.pem, which cannot be read \(ENOENT\)\. Expected/,
    );
    const other = join(directory, 'other');
    writeFileSync(other, 'nothing');
    expect(await refusalWith({ sslmode: 'verify-full', sslrootcert: other })).toMatch(
      /holds no certificate in PEM form/,
    );
    expect(
      await refusalWith({ sslmode: 'require', sslcert: files.client.certificate, sslkey: files.server.key }),
    ).toMatch(/^the files of sslrootcert, sslcert and sslkey in DATABASE_URL cannot be used/);
  });

  test('and a certificate of the client says so, and takes one', async () => {
    const query = { sslmode: 'verify-full', sslrootcert: files.ca };
    expect(await refusalWith(query, { database: 'certified' })).toMatch(
      /wants a certificate of the client .*sslcert and sslkey in DATABASE_URL/,
    );
    expect(
      await refusalWith(
        { ...query, sslcert: files.client.certificate, sslkey: files.client.key },
        { database: 'certified' },
      ),
    ).toBe('');
  });

  test('with a certificate for another host, or one that has expired, is named for it', async () => {
    const until = async (
      certificate: keyof Certificates & ('server' | 'elsewhere' | 'expired'),
      sslmode: string,
      refusal: RegExp,
    ): Promise<void> => {
      present(files[certificate]);
      await postgres.query('select pg_reload_conf()');
      while (!refusal.test(await refusalWith({ sslmode, sslrootcert: files.ca })));
    };
    await until(
      'elsewhere',
      'verify-full',
      /\(ERR_TLS_CERT_ALTNAME_INVALID\): its certificate is for another host .*sslmode=verify-ca/,
    );
    await until('elsewhere', 'verify-ca', /^$/);
    await until('expired', 'verify-full', /\(CERT_HAS_EXPIRED\): its certificate is not valid at this time .*renew it/);
    await until('server', 'verify-full', /^$/);
  });
});
