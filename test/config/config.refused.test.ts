/** The settings that are refused: each mistake is one sentence, all are reported together, and no secret is shown. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig } from '../../src/config/config.js';
import { SETTINGS, type SettingName } from '../../src/config/settings.js';

type Env = Readonly<Record<string, string | undefined>>;

function problemsOf(env: Env): readonly string[] {
  const result = parseConfig(env);
  return result.type === 'ok' ? [] : result.problems;
}

const JWT = { AUTH: 'jwt', JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'gateway' };

const NOT_WHOLE = ['x', '1.5', '-1', 'NaN', 'Infinity', '1,000', '10s', '1 0'];
const WRONG: Partial<Record<SettingName, { values: readonly string[]; expected: string }>> = {
  PORT: { values: [...NOT_WHOLE, '65536', '80 80'], expected: 'a whole number from 0 to 65535' },
  UPSTREAM: { values: ['amazon', 'simulator,aws'], expected: 'one of simulator, aws' },
  AWS_USER_AGENT: {
    values: ['Acme (portal)', 'Acme/Portal/1', 'Acme;1', '/1', 'Acme/', 'Ac\nme', 'Ünïcode/1', 'x'.repeat(201)],
    expected:
      "products such as Company|Product|CRM|1.0 or Product/1.0, separated by spaces, of letters, digits and ! $ % & ' * + " +
      '- . ^ _ ` | ~, with at most 200 characters in all',
  },
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
  LIMIT_TOKENS: { values: ['299', '100001'], expected: 'a whole number from 300 to 100000' },
  LIMIT_DEPTH: { values: ['7', '51'], expected: 'a whole number from 8 to 50' },
  LIMIT_ALIASES: { values: ['1', '1001'], expected: 'a whole number from 2 to 1000' },
  LIMIT_ROOT_FIELDS: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  LIMIT_DIRECTIVES: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  LIMIT_BODY_BYTES: { values: ['16383', '16777217', '256KB'], expected: 'a whole number from 16384 to 16777216' },
  LIMIT_PIPELINED_REQUESTS: { values: ['0', '1001'], expected: 'a whole number from 1 to 1000' },
  DISCOVER: { values: ['true', 'yes'], expected: 'one of on, off' },
  AUTH: { values: ['basic', 'true', 'jwt!'], expected: 'one of none, jwt' },
  EXPLORER: { values: ['true', '1', 'yes'], expected: 'one of on, off' },
  BOARD: { values: ['true', 'yes'], expected: 'one of on, off' },
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
  test.each(WRONG_VALUES)('$name=$value is refused alone, with what would be right', ({ name, value, expected }) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name} is ${JSON.stringify(value)}. Expected ${expected}.`]);
  });

  test.each(WRONG_URLS)('$name=$value is refused alone, and its value is not shown', ({ name, value }) => {
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
  ])('a wrong setting of tokens is refused: %j', (env, problem) => {
    expect(problemsOf({ ...JWT, ...env })).toEqual([problem]);
  });

  test.each(['fifteen-signs-1', 'has blanks in between', 'nonbreaking\u00a0space', 'x'.repeat(513)])(
    'HINTS_SECRET=%s is refused alone, and its value is not shown',
    (value) => {
      expect(problemsOf({ HINTS_SECRET: value })).toEqual([
        'HINTS_SECRET is not a secret that can be used. Expected 16 to 512 letters, digits or signs of ASCII, without spaces.',
      ]);
    },
  );

  test('all wrong values are reported together, each once', () => {
    const env = Object.fromEntries(Object.entries(WRONG).map(([name, { values }]) => [name, values[0] ?? '']));
    const problems = problemsOf({ ...env, HOST: '0.0.0.0', DATABASE_URL: 'x', CORS_ORIGINS: 'x' });
    const wrong = [...Object.keys(WRONG), 'CORS_ORIGINS', 'DATABASE_URL'];
    expect(problems).toHaveLength(wrong.length);
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(wrong));
  });

  test('wrong values of any kind are reported in sentences, and never cause an exception', () => {
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
      'a client of the board without jwt',
      { BOARD_CLIENT_ID: 'board' },
      [/^BOARD_CLIENT_ID would have no effect, because AUTH is none\. Expected BOARD=on and AUTH=jwt with it\.$/],
    ],
    [
      'scopes of the board without a client',
      { BOARD_SCOPES: 'openid' },
      [/^BOARD_SCOPES would have no effect, because BOARD_CLIENT_ID is not set\. Expected BOARD_CLIENT_ID with it\.$/],
    ],
    [
      'a manifest that has no effect',
      { OPERATIONS_MANIFEST: 'm.json' },
      [
        /^OPERATIONS_MANIFEST would have no effect, because PERSISTED_OPERATIONS is off\. Expected PERSISTED_OPERATIONS=only/,
      ],
    ],
  ];
  test.each(pairs)('%s: the combination is refused in one sentence that names both', (_, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  });

  test('a wrong value causes no second problem by its combination with other settings', () => {
    expect(problemsOf({ POLL_MIN_MS: '2000', POLL_MAX_MS: 'x' })).toHaveLength(1);
    expect(problemsOf({ POLL_MIN_MS: 'x', POLL_MAX_MS: '60' })).toHaveLength(1);
    expect(problemsOf({ AUTH: 'x', HOST: '0.0.0.0' })).toHaveLength(1);
    expect(problemsOf({ AUTH: 'x', JWT_AUDIENCE: 'a' })).toHaveLength(1);
    expect(problemsOf({ UPSTREAM: 'x', PARTNER_CENTRAL_ENDPOINT: 'http://x.example' })).toHaveLength(1);
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
  ])('no message contains the password: %s', (url) => {
    const problems = problemsOf({ DATABASE_URL: url, PORT: 'x', HOST: '0.0.0.0', POLL_MIN_MS: '40000' });
    expect(problems.length).toBeGreaterThan(2);
    expect(problems.join(' ')).not.toContain(PASSWORD);
  });
});
