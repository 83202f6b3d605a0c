/** A server that demands TLS: each refusal names its cause and its remedy, and no message holds the password. */
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { refusalOf, urlWith } from '../../support/database/postgres-refusal.js';
import { makeCertificates, OPENSSL, type Certificates } from '../../support/programs/certificates.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

const owner = process.getuid?.() === 0 ? 65_534 : null;
const withOpenssl = OPENSSL === null ? describe.skip : describe;

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
    // The database `postgres` of the server is for the test itself.
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
  });

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
    return refusalOf(urlWith(bare.href, { ...parts, query }));
  };

  test('a connection without TLS is refused with the TLS settings to add', async () => {
    for (const query of [{}, { sslmode: 'disable' }]) {
      expect(await refusalWith(query as Record<string, string>)).toMatch(
        /\(28000\): it refuses this user without TLS \(.*no encryption\)\. If the server demands TLS, add sslmode=verify-full to DATABASE_URL, with sslrootcert/,
      );
    }
  });

  test.each(['require', 'verify-full'])('a server is trusted with sslmode=%s only through its CA', async (sslmode) => {
    expect(await refusalWith({ sslmode })).toMatch(
      /\(UNKNOWN_CA\): no CA that is known here has signed its certificate .*sslrootcert=<path> in DATABASE_URL, or .*sslmode=no-verify/,
    );
    expect(await refusalWith({ sslmode, sslrootcert: files.ca })).toBe('');
  });

  test('a server of a private CA works with verify-ca and its certificate, and with no-verify', async () => {
    expect(await refusalWith({ sslmode: 'verify-ca', sslrootcert: files.ca })).toBe('');
    expect(await refusalWith({ sslrootcert: files.ca })).toBe('');
    expect(await refusalWith({ sslmode: 'no-verify' })).toBe('');
    expect(await refusalWith({ sslmode: 'no-verify', channel_binding: 'require' })).toBe('');
  });

  test('a file that is missing, is not a certificate or does not belong to its key is refused by name', async () => {
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

  test('a server that demands a certificate of the client refuses without one and accepts one', async () => {
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

  test('a server with a certificate for another host, or an expired one, is refused with the cause', async () => {
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
