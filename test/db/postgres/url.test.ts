import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mistakeInUrl, readPostgresUrl, withSslMode } from '../../../src/db/postgres/url.js';
import { parseConfig } from '../../../src/config/config.js';
import { explainConnectionError } from '../../../src/db/postgres/refusal.js';
import { parseServer } from '../../../src/db/postgres/postgres-connection.js';
import { Client } from 'pg';

const SECRET = 'hunter2';

describe('the URL of PostgreSQL', () => {
  test.each([
    [`postgres://u:${SECRET}#x@h/d`, /^has a # .*%23/],
    [`postgres://u:1#${SECRET}@h/d`, /^has a # .*%23/],
    [`postgres://u:${SECRET}/x@h/d`, /^has a \/ .*%2F/],
    [`postgres://u:12/${SECRET}@h/d`, /^has a \/ .*%2F/],
    [`postgres://u:${SECRET}@x/y@h/d`, /^has a \/ .*%2F/],
    [`postgres://u:12?${SECRET}@h/d`, /^has a \? .*%3F/],
    [`postgres://u:${SECRET}%@h/d`, /^has a % .*%25/],
    [`postgres://u:${SECRET}%zz@h/d`, /^has a % .*%25/],
    [`postgres://u:${SECRET} x@h/d`, /^has a space .*%20/],
    [`postgres://u:${SECRET}%ff@h/d`, /^has a percent-encoded character that is not UTF-8/],
    [`postgres://u:${SECRET}@a:1,b:2/d`, /^lists several hosts\. Expected one that always leads to the primary/],
    [`postgres://u:${SECRET}@a,b/d`, /^lists several hosts/],
    [`postgres://u:${SECRET}@/d?host=a,b`, /^lists several hosts/],
    [`postgres://u:${SECRET}@h:99999/d`, /^has a port/],
    [`postgres://u:${SECRET}/d`, /^has a port/],
    [`postgres://u:${SECRET}@h/d?port=x`, /^has a port/],
    [`postgres://u:${SECRET}@h/d?ssl_mode=require`, /^has a parameter that has no meaning here\. Known are: .*sslmode/],
    [`postgres://u:${SECRET}@h/d?schema=gateway`, /^has a parameter that has no meaning here\. Known are: .*options/],
    [`postgres://u:${SECRET}@h/d?sslmode=allow`, /^has sslmode=allow, which falls back/],
    [`postgres://u:${SECRET}@h/d?sslmode=prefer`, /^has sslmode=prefer, which falls back/],
    [
      `postgres://u:${SECRET}@h/d?sslmode=verify_full`,
      /^has an sslmode that does not exist\. Expected one of disable, require/,
    ],
    [`postgres://u:${SECRET}@h/d?sslmode=verify-ca`, /^has sslmode=verify-ca without a CA/],
    [`postgres://u:${SECRET}@h/d?sslmode=verify-ca&sslrootcert=system`, /^has sslmode=verify-ca without a CA/],
    [`postgres://u:${SECRET}@h/d?sslcert=x`, /^has only one of sslcert and sslkey/],
    [`postgres://u:${SECRET}@h/d?ssl=yes`, /^has an unknown value of ssl/],
    [`postgres://u:${SECRET}@h/d?options=search_path`, /^has options that cannot be read/],
    [`postgres://u:${SECRET}@h/d?options=-c`, /^has options that cannot be read/],
    [`postgres://u:${SECRET}@h/d?client_encoding=LATIN1`, /^has a client_encoding/],
    [`postgres://u:${SECRET}@h/d?target_session_attrs=standby`, /^has target_session_attrs/],
    [`mysql://u:${SECRET}@h/d`, /^is not a URL that can be used/],
    [SECRET, /^is not a URL that can be used/],
  ])('%s is refused with the mistake and the correction, without the password', (url, sentence) => {
    const mistake = mistakeInUrl(url);
    expect(mistake).toMatch(sentence);
    expect(mistake).not.toContain(SECRET);
    expect(() => parseServer(url)).toThrow(`DATABASE_URL ${mistake}`);
  });

  test('a URL passes any percent-encoded user, password and database unchanged', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\0]/.test(text));
    fc.assert(
      fc.property(word, word, (user, password) => {
        const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h/d`;
        expect(mistakeInUrl(url)).toBeNull();
        const client = new Client(parseServer(url).config);
        expect([client.user, client.password, client.host, client.database]).toEqual([user, password, 'h', 'd']);
      }),
    );
  });

  test.each([
    ['postgresql://h/d', 'h:5432'],
    ['postgres://u:p@[::1]:5433/d', '::1:5433'],
    ['postgres://u:p@/d?host=/run/postgresql', '/run/postgresql:5432'],
    ['postgres://u@%2Frun%2Fpostgresql/d', '/run/postgresql:5432'],
    ['postgres://u:p@h/d?port=6432', 'h:6432'],
    ['postgres://h/d?user=u@server&password=p', 'h:5432'],
    [
      'postgres://u:p@h/d?connect_timeout=3&target_session_attrs=read-write&application_name=x&channel_binding=require',
      'h:5432',
    ],
  ])('%s leads to the address %s', (url, address) => {
    expect(mistakeInUrl(url)).toBeNull();
    expect(parseServer(url).address).toBe(address);
  });

  test.each([
    ['', []],
    ['-c search_path=gateway', [['search_path', 'gateway']]],
    [
      '-csearch_path=a,b --work-mem=8MB',
      [
        ['search_path', 'a,b'],
        ['work_mem', '8MB'],
      ],
    ],
    [
      '-c search_path=a,\\ b -c x.y=',
      [
        ['search_path', 'a, b'],
        ['x.y', ''],
      ],
    ],
  ])('a URL with the options "%s" sets %j', (options, settings) => {
    expect(readPostgresUrl(`postgres://h/d?options=${encodeURIComponent(options)}`).settings).toEqual(settings);
  });

  test('a URL without TLS parameters takes PGSSLMODE from the environment of the gateway', () => {
    const configOf = (url: string, mode: string) => parseConfig({ DATABASE_URL: url, PGSSLMODE: mode });
    expect(configOf('postgres://h/d', 'verify-full')).toMatchObject({
      config: { databaseUrl: 'postgres://h/d?sslmode=verify-full' },
    });
    expect(configOf('postgres://h/d?sslmode=disable', 'require')).toMatchObject({
      config: { databaseUrl: 'postgres://h/d?sslmode=disable' },
    });
    expect(configOf('postgres://h/d', 'prefer')).toMatchObject({
      problems: [expect.stringMatching(/^DATABASE_URL leaves TLS to .*PGSSLMODE/)],
    });
    expect(configOf('', 'prefer')).toMatchObject({ type: 'ok' });
  });

  test('a URL without a user, in an environment without one, is refused with the form of a URL', () => {
    const refusal = Object.assign(new Error('no PostgreSQL user name specified in startup packet'), { code: '28000' });
    expect(explainConnectionError(refusal, parseServer('postgres://h/d'))).toMatchObject({
      message:
        'cannot use PostgreSQL at h:5432 (28000): DATABASE_URL names no user. Expected postgres://user:password@host:5432/database',
    });
  });

  test.each([
    ['', 'disable'],
    ['sslmode=disable', 'disable'],
    ['sslmode=require', 'require'],
    ['sslmode=verify-full', 'verify-full'],
    ['sslmode=no-verify', 'no-verify'],
    ['sslmode=verify-ca&sslrootcert=/x', 'verify-ca'],
    ['sslrootcert=/x', 'verify-full'],
    ['ssl=true', 'verify-full'],
    ['ssl=false', 'disable'],
    ['ssl=no-verify', 'no-verify'],
  ])('a URL with "%s" has the sslmode %j', (query, mode) => {
    const url = `postgres://h/d?${query}`;
    expect(mistakeInUrl(url)).toBeNull();
    expect(readPostgresUrl(url).sslMode).toBe(mode);
    // PGSSLMODE counts only for a URL without TLS parameters.
    expect(readPostgresUrl(withSslMode(url, 'verify-full')).sslMode).toBe(query === '' ? 'verify-full' : mode);
    expect(mistakeInUrl(url, 'prefer')).toEqual(query === '' ? expect.stringContaining('without TLS') : null);
  });

  test.each([
    ['disable', null],
    ['require', null],
    ['verify-full', null],
    ['no-verify', null],
    [
      'allow',
      /^leaves TLS to .* PGSSLMODE, which is "allow" and falls back to a connection without TLS\. Expected verify-full/,
    ],
    ['prefer', /"prefer" and falls back/],
    ['verify-ca', /"verify-ca" and needs a CA of its own\. Expected sslmode=verify-ca and sslrootcert/],
    ['verify_full', /"verify_full"\. Expected one of disable, require, verify-ca, verify-full, no-verify\./],
  ])('a URL without TLS parameters takes PGSSLMODE=%s, or is refused with the reason', (mode, sentence) => {
    const mistake = mistakeInUrl('postgres://h/d', mode);
    if (sentence === null) {
      expect(mistake).toBeNull();
      expect(readPostgresUrl(withSslMode('postgres://h/d', mode)).sslMode).toBe(mode);
      expect(readPostgresUrl(withSslMode('postgres://h/d?channel_binding=prefer', mode)).sslMode).toBe(mode);
    } else {
      expect(mistake).toMatch(sentence);
    }
  });
});
