/** The settings that are accepted, and the configuration that they give. */
import { describe, expect, test } from '@jest/globals';
import { parseConfig, type Config } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { isLoopback } from '../../src/runtime/loopback.js';

type Env = Readonly<Record<string, string | undefined>>;

function right(env: Env): Config {
  const result = parseConfig(env);
  if (result.type !== 'ok') throw new Error(`Refused: ${result.problems.join(' ')}`);
  return result.config;
}

const JWT = { AUTH: 'jwt', JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'gateway' };

describe('the defaults', () => {
  test('without settings, the gateway serves this machine alone, calls no other service and stores its data in a file', () => {
    const { host, auth, upstream, catalogs, databaseUrl, hintsSecret } = right({});
    expect(isLoopback(host)).toBe(true);
    expect([auth.mode, upstream.type, catalogs]).toEqual(['none', 'simulator', ['SANDBOX']]);
    expect([databaseUrl, hintsSecret]).toEqual([null, null]);
  });

  test('empty settings, and settings at their defaults, give the same configuration', () => {
    const names = Object.keys(SETTINGS);
    expect(right(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(right({}));
    expect(right(Object.fromEntries(names.map((name) => [name, '  '])))).toEqual(right({}));
    // Three defaults are described in words, because they follow from other settings.
    const inWords = ['BOARD', 'EXPLORER', 'CORS_ORIGINS'];
    const literal = Object.entries(SETTINGS).filter(([name]) => !inWords.includes(name));
    expect(right(Object.fromEntries(literal.map(([name, setting]) => [name, setting.default])))).toEqual(right({}));
  });
});

describe('accepted values', () => {
  const cases: readonly (readonly [Env, Partial<Config>])[] = [
    [
      { HOST: '0.0.0.0', ...JWT },
      { host: '0.0.0.0', explorer: false, corsOrigins: [] },
    ],
    [
      { HOST: '127.0.0.1', ...JWT },
      { explorer: false, corsOrigins: [] },
    ],
    [
      { ...JWT, EXPLORER: 'on' },
      { explorer: true, corsOrigins: ['https://studio.apollographql.com'] },
    ],
    [{ HOST: '::1' }, { host: '::1', explorer: true, corsOrigins: ['https://studio.apollographql.com'] }],
    [{ HOST: 'localhost' }, { explorer: true }],
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: ' 65535 ' }, { port: 65535 }],
    [{ UPSTREAM: 'aws' }, { upstream: { type: 'aws', endpoint: null } }],
    [{ UPSTREAM: 'AWS' }, { upstream: { type: 'aws', endpoint: null } }],
    [
      { PARTNER_CENTRAL_ENDPOINT: 'http://127.0.0.1:1' },
      { upstream: { type: 'other', endpoint: 'http://127.0.0.1:1' } },
    ],
    [
      { UPSTREAM: 'aws', PARTNER_CENTRAL_ENDPOINT: 'https://x.example' },
      { upstream: { type: 'aws', endpoint: 'https://x.example' } },
    ],
    [{ AWS_USER_AGENT: ' Acme|Portal|HubSpot|1.2 ' }, { awsUserAgent: ['Acme|Portal|HubSpot|1.2'] }],
    [{ AWS_USER_AGENT: 'Acme-Portal/1.2  Sync' }, { awsUserAgent: ['Acme-Portal/1.2', 'Sync'] }],
    [{ CATALOGS: 'AWS' }, { catalogs: ['AWS'] }],
    [{ CATALOGS: ' sandbox , aws ,' }, { catalogs: ['AWS', 'SANDBOX'] }],
    [{ DATABASE_URL: 'postgres://u:p@h/d' }, { databaseUrl: 'postgres://u:p@h/d' }],
    [{ DATABASE_URL: 'postgresql://h/d' }, { databaseUrl: 'postgresql://h/d' }],
    [{ DATABASE_POOL_SIZE: '2' }, { databasePoolSize: 2 }],
    [{ DATA_DIR: ':memory:' }, { dataDir: ':memory:' }],
    [{ READS_PER_SECOND: '0.5', READS_PER_DAY: '7' }, { reads: { perSecond: 0.5, perDay: 7 } }],
    [{ WRITES_PER_SECOND: '2.5', WRITES_PER_DAY: '1' }, { writes: { perSecond: 2.5, perDay: 1 } }],
    [
      { POLL_MIN_MS: '50', POLL_MAX_MS: '50' },
      { pollMinMs: 50, pollMaxMs: 50 },
    ],
    [{ START_WAIT_MS: '0' }, { startWaitMs: 0 }],
    [{ SUBMIT_RETRY_MS: '1000' }, { submitRetryMs: 1000 }],
    [{ DISCOVER: 'ON' }, { discover: true }],
    [{ HINTS_SECRET: ' sixteen-signs-16 ' }, { hintsSecret: 'sixteen-signs-16' }],
    [
      JWT,
      {
        auth: {
          mode: 'jwt',
          issuer: 'https://login.example.com/',
          audience: ['gateway'],
          jwksUrl: null,
          scopeRules: { claims: ['scope', 'scp'], prefix: '' },
        },
      },
    ],
    [
      { ...JWT, JWT_AUDIENCE: 'one, two ,', JWT_SCOPE_CLAIM: 'permissions', JWT_SCOPE_PREFIX: 'gateway/' },
      {
        auth: {
          mode: 'jwt',
          issuer: 'https://login.example.com/',
          audience: ['one', 'two'],
          jwksUrl: null,
          scopeRules: { claims: ['permissions'], prefix: 'gateway/' },
        },
      },
    ],
    [
      { ...JWT, JWKS_URL: 'https://k.example/jwks' },
      {
        auth: {
          mode: 'jwt',
          issuer: 'https://login.example.com/',
          audience: ['gateway'],
          jwksUrl: 'https://k.example/jwks',
          scopeRules: { claims: ['scope', 'scp'], prefix: '' },
        },
      },
    ],
    [{ EXPLORER: 'off' }, { explorer: false, corsOrigins: [] }],
    [{ BOARD: 'off' }, { board: null }],
    [{ HOST: '0.0.0.0', ...JWT }, { board: null }],
    [{ ...JWT, BOARD: 'on' }, { board: { client: null } }],
    [
      { ...JWT, BOARD: 'on', BOARD_CLIENT_ID: 'board', JWT_SCOPE_PREFIX: 'gateway/' },
      {
        board: {
          client: {
            id: 'board',
            scopes: 'openid gateway/tasks:read gateway/tasks:start gateway/records:read gateway/records:write',
            chosenScopes: null,
          },
        },
      },
    ],
    [
      { HOST: '0.0.0.0', ...JWT, EXPLORER: 'on' },
      { explorer: true, corsOrigins: ['https://studio.apollographql.com'] },
    ],
    [
      { PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: 'm.json' },
      { persistedOperations: 'only', operationsManifest: 'm.json' },
    ],
    [
      { CORS_ORIGINS: 'https://a.example, http://localhost:3000' },
      { corsOrigins: ['https://a.example', 'http://localhost:3000'] },
    ],
    [
      { LIMIT_MUTATIONS_BURST: '5', LIMIT_ROOT_FIELDS: '5' },
      { limits: expect.objectContaining({ rootFields: 5, mutations: { perSecond: 20, burst: 5 } }) as never },
    ],
    [{ DRAIN_MS: '0' }, { drainMs: 0 }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  ];
  test.each(cases)('%j is accepted', (env, expected) => {
    expect(right(env)).toMatchObject(expected);
  });
});
