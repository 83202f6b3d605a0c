import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig, type Config } from '../../src/config/config.js';
import { SETTINGS, type SettingName } from '../../src/config/settings.js';
import { isLoopback } from '../../src/runtime/loopback.js';

type Env = Readonly<Record<string, string | undefined>>;

function right(env: Env): Config {
  const result = parseConfig(env);
  if (result.type !== 'ok') throw new Error(`Refused: ${result.problems.join(' ')}`);
  return result.config;
}

function problemsOf(env: Env): readonly string[] {
  const result = parseConfig(env);
  return result.type === 'ok' ? [] : result.problems;
}

const JWT = { AUTH: 'jwt', JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'gateway' };

describe('without any setting', () => {
  test('the gateway is a simulator for this machine alone', () => {
    expect(right({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      upstream: { type: 'simulator' },
      catalogs: ['SANDBOX'],
      databaseUrl: null,
      databasePoolSize: 10,
      dataDir: './data',
      reads: { perSecond: 10, perDay: 100_000 },
      writes: { perSecond: 1, perDay: 10_000 },
      pollMinMs: 1000,
      pollMaxMs: 30_000,
      startWaitMs: 8000,
      submitRetryMs: 600_000,
      limits: {
        socketsPerCaller: 500,
        operationsPerSocket: 100,
        streams: { perSecond: 50, burst: 1000 },
        mutations: { perSecond: 20, burst: 200 },
        cost: 5000,
        tokens: 1000,
        depth: 12,
        aliases: 15,
        rootFields: 10,
        directives: 50,
        bodyBytes: 262_144,
        pipelinedRequests: 32,
      },
      retentionMs: 90 * 86_400_000,
      discover: false,
      hintsSecret: null,
      auth: { mode: 'none' },
      explorer: true,
      persistedOperations: 'off',
      operationsManifest: null,
      corsOrigins: ['https://studio.apollographql.com'],
      drainMs: 5000,
      logLevel: 'info',
    });
  });

  test('it is the same as with every setting empty, or at its default', () => {
    const names = Object.keys(SETTINGS);
    expect(right(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(right({}));
    expect(right(Object.fromEntries(names.map((name) => [name, '  '])))).toEqual(right({}));
    // Two defaults are said in words, because they follow from other settings.
    const literal = Object.entries(SETTINGS).filter(([name]) => name !== 'EXPLORER' && name !== 'CORS_ORIGINS');
    expect(right(Object.fromEntries(literal.map(([name, setting]) => [name, setting.default])))).toEqual(right({}));
  });
});

describe('right values', () => {
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
  test.each(cases)('%j are taken', (env, expected) => {
    expect(right(env)).toMatchObject(expected);
  });
});

const NOT_WHOLE = ['x', '1.5', '-1', 'NaN', 'Infinity', '1,000', '10s', '1 0'];
const WRONG: Partial<Record<SettingName, { values: readonly string[]; expected: string }>> = {
  PORT: { values: [...NOT_WHOLE, '65536', '80 80'], expected: 'a whole number from 0 to 65535' },
  UPSTREAM: { values: ['amazon', 'simulator,aws'], expected: 'one of simulator, aws' },
  CATALOGS: {
    values: ['Sandbox2', 'AWS;SANDBOX', 'AWS,x', ',', ' , '],
    expected: 'a list of AWS, SANDBOX, separated by commas',
  },
  DATABASE_POOL_SIZE: { values: [...NOT_WHOLE, '1', '1001'], expected: 'a whole number from 2 to 1000' },
  READS_PER_SECOND: { values: ['x', '0', '-1', '1001', 'NaN', 'Infinity'], expected: 'a number from 0.01 to 1000' },
  WRITES_PER_SECOND: { values: ['x', '0', '0.001', '1001'], expected: 'a number from 0.01 to 1000' },
  READS_PER_DAY: { values: [...NOT_WHOLE, '0', '100000001'], expected: 'a whole number from 1 to 100000000' },
  WRITES_PER_DAY: { values: [...NOT_WHOLE, '0', '100000001'], expected: 'a whole number from 1 to 100000000' },
  POLL_MIN_MS: { values: [...NOT_WHOLE, '49', '86400001'], expected: 'a whole number from 50 to 86400000' },
  POLL_MAX_MS: { values: [...NOT_WHOLE, '49', '86400001'], expected: 'a whole number from 50 to 86400000' },
  START_WAIT_MS: { values: [...NOT_WHOLE, '300001'], expected: 'a whole number from 0 to 300000' },
  SUBMIT_RETRY_MS: { values: [...NOT_WHOLE, '999', '86400001'], expected: 'a whole number from 1000 to 86400000' },
  LIMIT_STREAMS_PER_CALLER: { values: [...NOT_WHOLE, '0', '100001'], expected: 'a whole number from 1 to 100000' },
  LIMIT_OPERATIONS_PER_SOCKET: { values: ['0', '10001'], expected: 'a whole number from 1 to 10000' },
  LIMIT_SUBSCRIPTIONS_PER_SECOND: { values: ['0', '10001'], expected: 'a whole number from 1 to 10000' },
  LIMIT_SUBSCRIPTIONS_BURST: { values: ['0', '1000001'], expected: 'a whole number from 1 to 1000000' },
  LIMIT_MUTATIONS_PER_SECOND: { values: ['0', '0.5', '10001'], expected: 'a whole number from 1 to 10000' },
  LIMIT_MUTATIONS_BURST: { values: ['0', '1000001'], expected: 'a whole number from 1 to 1000000' },
  LIMIT_COST: { values: ['1499', '1000001'], expected: 'a whole number from 1500 to 1000000' },
  LIMIT_TOKENS: { values: ['199', '100001'], expected: 'a whole number from 200 to 100000' },
  LIMIT_DEPTH: { values: ['7', '51'], expected: 'a whole number from 8 to 50' },
  LIMIT_ALIASES: { values: ['-1', '1001'], expected: 'a whole number from 0 to 1000' },
  LIMIT_ROOT_FIELDS: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  LIMIT_DIRECTIVES: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  LIMIT_BODY_BYTES: { values: ['16383', '16777217', '256KB'], expected: 'a whole number from 16384 to 16777216' },
  LIMIT_PIPELINED_REQUESTS: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  DISCOVER: { values: ['true', 'yes'], expected: 'one of on, off' },
  AUTH: { values: ['basic', 'true', 'jwt!'], expected: 'one of none, jwt' },
  EXPLORER: { values: ['true', '1', 'yes'], expected: 'one of on, off' },
  PERSISTED_OPERATIONS: { values: ['on', 'true'], expected: 'one of off, only' },
  DRAIN_MS: { values: [...NOT_WHOLE, '300001'], expected: 'a whole number from 0 to 300000' },
  LOG_LEVEL: { values: ['verbose', '30'], expected: 'one of fatal, error, warn, info, debug, trace, silent' },
};
const WRONG_VALUES = Object.entries(WRONG).flatMap(([name, { values, expected }]) =>
  values.map((value) => ({ name, value, expected })),
);
const WRONG_URLS = (['DATABASE_URL', 'PARTNER_CENTRAL_ENDPOINT', 'JWT_ISSUER', 'JWKS_URL'] as const).flatMap((name) =>
  ['nonsense', 'mysql://u:secret@h/d', 'file:///etc', 'http//x', '//x'].map((value) => ({ name, value })),
);

describe('a wrong value', () => {
  test.each(WRONG_VALUES)('$name=$value is refused, alone, with what would be right', ({ name, value, expected }) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name} is ${JSON.stringify(value)}. Expected ${expected}.`]);
  });

  test.each(WRONG_URLS)('$name=$value is refused, alone, without being shown', ({ name, value }) => {
    const protocols = name === 'DATABASE_URL' ? 'postgres:// or postgresql://' : 'http:// or https://';
    const others = name.startsWith('JW') ? { ...JWT, [name]: value } : { [name]: value };
    expect(problemsOf(others)).toEqual([
      `${name} is not a URL that can be used. Expected one that begins with ${protocols}.`,
    ]);
  });

  test.each([
    [
      { JWT_SCOPE_CLAIM: ' , ' },
      'JWT_SCOPE_CLAIM is " , ". Expected names of claims, separated by commas, such as scope,scp.',
    ],
    [{ JWT_SCOPE_PREFIX: 'a b' }, 'JWT_SCOPE_PREFIX is "a b". Expected a text without spaces, such as gateway/.'],
    [{ JWT_AUDIENCE: ',' }, 'JWT_AUDIENCE is not set. AUTH=jwt needs the audience that the tokens are made for.'],
  ])('of tokens is refused: %j', (env, problem) => {
    expect(problemsOf({ ...JWT, ...env })).toEqual([problem]);
  });

  test.each(['fifteen-signs-1', 'has blanks in between', 'nonbreaking\u00a0space', 'x'.repeat(513)])(
    'HINTS_SECRET=%s is refused, alone, without being shown',
    (value) => {
      expect(problemsOf({ HINTS_SECRET: value })).toEqual([
        'HINTS_SECRET is not a secret that can be used. Expected 16 to 512 letters, digits or signs of ASCII, without spaces.',
      ]);
    },
  );

  test('is refused together with all others, each named once', () => {
    const env = Object.fromEntries(Object.entries(WRONG).map(([name, { values }]) => [name, values[0] ?? '']));
    const problems = problemsOf({ ...env, HOST: '0.0.0.0', DATABASE_URL: 'x', CORS_ORIGINS: 'x' });
    const wrong = [...Object.keys(WRONG), 'CORS_ORIGINS', 'DATABASE_URL'];
    expect(problems).toHaveLength(wrong.length);
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(wrong));
  });

  test('of any kind is answered with sentences, never with a throw', () => {
    const names = Object.keys(SETTINGS);
    const anEnv = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.constantFrom('0', '1', 'on', 'off', 'aws', 'jwt', 'none', '-1', 'https://x.example')),
    );
    fc.assert(
      fc.property(anEnv, (env) => {
        for (const problem of problemsOf(env)) {
          expect(names.some((name) => problem.startsWith(name))).toBe(true);
          expect(problem).toMatch(/Expected .+\.$|needs .+\.$/s);
        }
      }),
      { verbose: 1 },
    );
  });
});

describe('settings that cannot work together', () => {
  const pairs: readonly (readonly [string, Env, readonly (string | RegExp)[]])[] = [
    [
      'POLL_MIN_MS above POLL_MAX_MS',
      { POLL_MIN_MS: '2000', POLL_MAX_MS: '1000' },
      [/^POLL_MIN_MS is 2000 and POLL_MAX_MS is 1000\. Expected/],
    ],
    [
      'POLL_MIN_MS above the default of POLL_MAX_MS',
      { POLL_MIN_MS: '40000' },
      [/^POLL_MIN_MS is 40000 and POLL_MAX_MS is 30000\. Expected/],
    ],
    [
      'no authentication where others can reach it',
      { HOST: '0.0.0.0' },
      [/^AUTH is none and HOST is "0\.0\.0\.0".*Expected AUTH=jwt, or a loopback HOST/],
    ],
    [
      'no authentication, said aloud, where others can reach it',
      { HOST: '::', AUTH: 'none' },
      [/^AUTH is none and HOST is "::"/],
    ],
    [
      'the simulator and an endpoint',
      { UPSTREAM: 'simulator', PARTNER_CENTRAL_ENDPOINT: 'http://x.example' },
      [/^UPSTREAM is simulator and PARTNER_CENTRAL_ENDPOINT is set\./],
    ],
    ['jwt without issuer and audience', { AUTH: 'jwt' }, [/^JWT_ISSUER is not set\./, /^JWT_AUDIENCE is not set\./]],
    ['jwt without audience', { AUTH: 'jwt', JWT_ISSUER: 'https://x.example' }, [/^JWT_AUDIENCE is not set\./]],
    [
      'settings of jwt without it',
      { JWT_ISSUER: 'https://x.example', JWKS_URL: 'https://x.example' },
      [/^JWT_ISSUER and JWKS_URL would have no effect, because AUTH is none\. Expected AUTH=jwt/],
    ],
    [
      'more mutations in a document than at once',
      { LIMIT_MUTATIONS_BURST: '5' },
      [/^LIMIT_MUTATIONS_BURST is 5 and LIMIT_ROOT_FIELDS is 10: .*Expected LIMIT_ROOT_FIELDS to be no larger\.$/],
    ],
    [
      'scopes of jwt without it',
      { JWT_SCOPE_CLAIM: 'permissions', JWT_SCOPE_PREFIX: 'gateway/' },
      [/^JWT_SCOPE_CLAIM and JWT_SCOPE_PREFIX would have no effect, because AUTH is none\. Expected AUTH=jwt/],
    ],
    [
      'a manifest that nobody asks for',
      { OPERATIONS_MANIFEST: 'm.json' },
      [
        /^OPERATIONS_MANIFEST would have no effect, because PERSISTED_OPERATIONS is off\. Expected PERSISTED_OPERATIONS=only/,
      ],
    ],
  ];
  test.each(pairs)('%s: are refused in one sentence that names both', (_, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  });

  test('are not guessed from a value that is itself wrong', () => {
    expect(problemsOf({ POLL_MIN_MS: '2000', POLL_MAX_MS: 'x' })).toHaveLength(1);
    expect(problemsOf({ POLL_MIN_MS: 'x', POLL_MAX_MS: '60' })).toHaveLength(1);
    expect(problemsOf({ AUTH: 'x', HOST: '0.0.0.0' })).toHaveLength(1);
    expect(problemsOf({ AUTH: 'x', JWT_AUDIENCE: 'a' })).toHaveLength(1);
    expect(problemsOf({ UPSTREAM: 'x', PARTNER_CENTRAL_ENDPOINT: 'http://x.example' })).toHaveLength(1);
  });
});

describe('a variable that is almost a setting', () => {
  const misspeltIn = (env: Env): readonly string[] => parseConfig(env).misspelt;

  test.each<[string, SettingName]>([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['CATALOG', 'CATALOGS'],
    ['JWT_ISUSER', 'JWT_ISSUER'],
    ['READ_PER_DAY', 'READS_PER_DAY'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ])('%s is told apart from %s, also beside what is refused', (name, meant) => {
    const sentence = `${name} is not a setting, and has no effect. Is ${meant} meant?`;
    expect(misspeltIn({ [name]: 'x' })).toEqual([sentence]);
    expect(misspeltIn({ [name]: 'x', PORT: 'x' })).toEqual([sentence]);
  });

  test('is nothing to speak of where the setting itself is given', () => {
    expect(misspeltIn({ DATABASE_URI: 'postgres://other', DATABASE_URL: 'postgres://h/d' })).toEqual([]);
  });

  test('is no setting itself, and nothing that an ordinary environment has', () => {
    expect(misspeltIn(Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ''])))).toEqual([]);
    const ordinary = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'USER',
      'LANG',
      'PORTS',
      'POST',
      'HOSTS',
      'OAUTH',
      'TERM',
      'NODE_ENV',
      'NODE_OPTIONS',
      'AWS_REGION',
      'AWS_PROFILE',
      'XDG_DATA_DIRS',
      'XDG_DATA_HOME',
      'PGDATA',
      'PGHOST',
      'npm_config_loglevel',
      'KUBERNETES_PORT',
    ];
    expect(misspeltIn(Object.fromEntries(ordinary.map((name) => [name, 'x'])))).toEqual([]);
  });
});

describe('a proxy of the environment', () => {
  const unheededIn = (env: Env) => {
    const parsed = parseConfig(env);
    return parsed.type === 'ok' ? parsed.unheeded : null;
  };
  const sentence = (name: string, called: string) =>
    `${name} has no effect: the gateway calls ${called} directly. The README says what to do behind a proxy.`;

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    'named by %s is said to have no effect, without its address',
    (name) => {
      const proxy = { [name]: 'http://u:hidden@proxy:3128' };
      expect(unheededIn({ ...proxy, UPSTREAM: 'aws' })).toEqual([sentence(name, 'Partner Central')]);
      expect(unheededIn({ ...proxy, ...JWT })).toEqual([sentence(name, 'the issuer of tokens')]);
      expect(unheededIn({ ...proxy, ...JWT, PARTNER_CENTRAL_ENDPOINT: 'https://x.example' })).toEqual([
        sentence(name, 'Partner Central and the issuer of tokens'),
      ]);
    },
  );

  test('is nothing to speak of where nothing outside is called, or none is named', () => {
    expect(unheededIn({ HTTPS_PROXY: 'http://proxy:3128' })).toEqual([]);
    expect(unheededIn({ UPSTREAM: 'aws', HTTPS_PROXY: ' ', NO_PROXY: '*' })).toEqual([]);
  });
});

describe('the password of DATABASE_URL', () => {
  const PASSWORD = 'hunter2-S3cret';
  test.each([
    `mysql://u:${PASSWORD}@h/d`,
    `u:${PASSWORD}@h`,
    `postgres//u:${PASSWORD}@h/d`,
    PASSWORD,
    `postgres://u:${PASSWORD}@h:99999/d`,
    `postgres://u:${PASSWORD}@h/d`,
  ])('is in no message: %s', (url) => {
    const problems = problemsOf({ DATABASE_URL: url, PORT: 'x', HOST: '0.0.0.0', POLL_MIN_MS: '40000' });
    expect(problems.length).toBeGreaterThan(2);
    expect(problems.join(' ')).not.toContain(PASSWORD);
  });
});

describe('a loopback host', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '128.0.0.1',
    '',
    '127.0.0',
    'x127.0.0.1',
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
