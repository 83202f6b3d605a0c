/** Tokens in the shapes of real providers, and the keys that they publish: each is understood, and none opens more than its issuer meant. */
import { describe, expect, test } from '@jest/globals';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { createAuthenticator, type AuthOptions, type AuthOutcome } from '../../../src/server/security/auth.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { closeLater } from '../../support/harness/task-harness.js';
import { serve } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

type Claims = Readonly<Record<string, unknown>>;
type Pair = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };

const NOW = Date.now();
const seconds = (ms: number) => Math.floor(ms / 1000);
const aKey = (): Promise<Pair> => generateKeyPair('ES256', { extractable: true });
const jwkOf = async ({ publicKey }: Pair, kid?: string): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  use: 'sig',
  ...(kid === undefined ? {} : { kid }),
});
const signed = async (claims: Claims, { privateKey }: Pair, kid?: string, header: Claims = {}): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', ...(kid === undefined ? {} : { kid }), ...header })
    .sign(privateKey);

/** An issuer that publishes what `published` holds at the moment. */
async function openIssuer(
  published: { keys: JWK[] },
  options: Partial<Extract<AuthOptions, { mode: 'jwt' }>> = {},
  realClock: Clock | null = null,
) {
  const clock = createManualClock(NOW);
  const reads = { count: 0 };
  const jwksUrl = await serve((_request, response) => {
    reads.count += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(published));
  });
  const issuer = 'https://issuer.example';
  const authenticator = createAuthenticator(
    { mode: 'jwt', issuer, audience: 'api', jwksUrl, ...options },
    { clock: realClock ?? clock, telemetry: createTelemetry({ level: 'silent' }) },
  );
  closeLater(() => authenticator.close());
  const ask = (token: string) => authenticator.authenticate(`Bearer ${token}`);
  return { clock, reads, ask };
}

/** The caller's rights, or the reason for the refusal. */
function rightsOf(outcome: AuthOutcome): string {
  if (outcome.kind !== 'caller') return `${outcome.requestError.status}: ${outcome.requestError.errors[0]?.message}`;
  const { reads, starts, records } = outcome.caller;
  return [`reads ${reads}`, ...(starts ? ['starts'] : []), ...(records ? ['records'] : [])].join(', ');
}

const BASE: Claims = {
  iss: 'https://issuer.example',
  sub: 'alice',
  aud: 'api',
  iat: seconds(NOW),
  exp: seconds(NOW) + 3600,
};
const COGNITO: Claims = {
  ...BASE,
  aud: undefined,
  token_use: 'access',
  client_id: 'app-1',
  username: 'alice',
  version: 2,
  jti: 'j',
  auth_time: seconds(NOW),
};
const AUTH0: Claims = {
  ...BASE,
  sub: 'auth0|1',
  aud: ['api', 'https://tenant.auth0.com/userinfo'],
  azp: 'spa',
  scope: 'openid profile tasks:read',
  permissions: ['tasks:read', 'tasks:start', 'records:read'],
};
const ENTRA: Claims = { ...BASE, oid: 'o', tid: 't', ver: '2.0', azp: 'spa', nbf: seconds(NOW) };
const OKTA: Claims = {
  ...BASE,
  aud: 'api://default',
  ver: 1,
  cid: 'spa',
  uid: 'u',
  scp: ['openid', 'tasks:read', 'tasks:start'],
};
const KEYCLOAK: Claims = {
  ...BASE,
  typ: 'Bearer',
  azp: 'spa',
  aud: ['api', 'account'],
  realm_access: { roles: ['tasks:start'] },
  scope: 'openid email tasks:read:own',
};

type Case = readonly [
  what: string,
  options: Partial<Extract<AuthOptions, { mode: 'jwt' }>>,
  claims: Claims,
  rights: string | RegExp,
];
const prefixed = (prefix: string, ...claims: string[]) => ({
  scopeRules: { claims: claims.length === 0 ? ['scope', 'scp'] : claims, prefix },
});

const CASES: readonly Case[] = [
  [
    'Cognito, an access token',
    { audience: 'app-1', ...prefixed('gateway/') },
    { ...COGNITO, scope: 'openid gateway/tasks:read gateway/tasks:start' },
    'reads all, starts',
  ],
  [
    'Cognito, of one of two clients',
    { audience: ['app-0', 'app-1'], ...prefixed('gateway/') },
    { ...COGNITO, scope: 'gateway/tasks:read' },
    'reads all',
  ],
  [
    'Cognito, of a machine',
    { audience: 'app-1', ...prefixed('gateway/') },
    { ...COGNITO, sub: 'app-1', scope: 'gateway/tasks:start' },
    'reads none, starts',
  ],
  [
    'Cognito, scopes of another server',
    { audience: 'app-1', ...prefixed('gateway/') },
    { ...COGNITO, scope: 'other/tasks:read tasks:start xgateway/records:read' },
    'reads none',
  ],
  [
    'Cognito, of another client',
    { audience: 'app-1' },
    { ...COGNITO, client_id: 'app-2', scope: 'tasks:read' },
    /^401: .*"client_id" is not what the operator has set as JWT_AUDIENCE/,
  ],
  [
    'Cognito, an ID token',
    { audience: 'app-1' },
    { ...BASE, aud: 'app-1', token_use: 'id', scope: 'tasks:read' },
    /^401: The token is not an access token, as its claim "token_use" says/,
  ],
  ['Cognito, bound to an API', {}, { ...COGNITO, aud: 'api', scope: 'tasks:read' }, 'reads all'],
  [
    'Cognito, bound to another API',
    { audience: 'app-1' },
    { ...COGNITO, aud: 'other', scope: 'tasks:read' },
    /^401: .*"aud" is not what/,
  ],
  [
    'any other issuer, without an audience',
    { audience: 'app-1' },
    { ...COGNITO, token_use: undefined, scope: 'tasks:read' },
    /^401: The token lacks the claim "aud"/,
  ],
  ['Auth0, by scope', {}, AUTH0, 'reads all'],
  ['Auth0, by permissions', prefixed('', 'permissions'), AUTH0, 'reads all, starts, records'],
  ['Auth0, without permissions', prefixed('', 'permissions'), { ...AUTH0, permissions: [] }, 'reads none'],
  ['Entra, for a user', {}, { ...ENTRA, scp: 'tasks:read tasks:start' }, 'reads all, starts'],
  ['Entra, an empty scope beside scp', {}, { ...ENTRA, scope: '', scp: 'tasks:read' }, 'reads all'],
  [
    'Entra, for a user that has roles',
    prefixed('', 'scp', 'roles'),
    { ...ENTRA, scp: 'tasks:read', roles: ['tasks:start'] },
    'reads all',
  ],
  [
    'Entra, for an app',
    prefixed('', 'scp', 'roles'),
    { ...ENTRA, sub: 'o', roles: ['tasks:start', 'records:read'] },
    'reads none, starts, records',
  ],
  ['Entra, roles that were not asked for', {}, { ...ENTRA, roles: ['tasks:start'] }, 'reads none'],
  ['Okta', { audience: 'api://default' }, OKTA, 'reads all, starts'],
  ['Keycloak', {}, KEYCLOAK, 'reads own'],
  ['Keycloak, an ID token', {}, { ...KEYCLOAK, typ: 'ID' }, /^401: .*"typ"/],
  ['Keycloak, a refresh token', {}, { ...KEYCLOAK, typ: 'Refresh' }, /^401: .*"typ"/],
  ['OpenID Connect, an ID token', {}, { ...BASE, at_hash: 'x', nonce: 'n', scope: 'tasks:read' }, /^401: .*"at_hash"/],
  ['an empty list beside scp', {}, { ...BASE, scope: [], scp: 'tasks:read' }, 'reads all'],
  ['null beside scp', {}, { ...BASE, scope: null, scp: 'tasks:read' }, 'reads all'],
  ['two claims', {}, { ...BASE, scope: 'tasks:read', scp: 'tasks:start' }, 'reads all'],
  [
    'a claim that cannot be read beside one that can',
    {},
    { ...BASE, scope: { all: true }, scp: 'tasks:read' },
    /^401: The token's claim "scope", or "scp" must be/,
  ],
  [
    'a claim that every object has',
    prefixed('', 'constructor', 'scope'),
    { ...BASE, scope: 'tasks:read' },
    'reads all',
  ],
  [
    'one audience of several',
    { audience: ['other', 'api'] },
    { ...BASE, aud: ['x', 'api'], scope: 'tasks:read' },
    'reads all',
  ],
  [
    'no audience of several',
    { audience: ['other', 'api'] },
    { ...BASE, aud: ['x', 'apis'], scope: 'tasks:read' },
    /^401: .*"aud" is not what/,
  ],
  ['an audience that is no text', {}, { ...BASE, aud: { api: 'api' } }, /^401: .*"aud" is not what/],
];

describe('a token', () => {
  let key: Pair | null = null;
  test.each(CASES)('of %s has the rights that its issuer gave', async (_what, options, claims, rights) => {
    key ??= await aKey();
    const { ask } = await openIssuer({ keys: [await jwkOf(key, 'k')] }, options);
    const found = rightsOf(await ask(await signed(claims, key, 'k')));
    if (typeof rights === 'string') expect(found).toBe(rights);
    else expect(found).toMatch(rights);
  });

  test.each([
    ['that expired five seconds ago', { exp: seconds(NOW) - 5 }, /^401: The token has expired/],
    ['that expired four seconds ago', { exp: seconds(NOW) - 4 }, /^reads all/],
    ['that is valid in five seconds', { nbf: seconds(NOW) + 5 }, /^reads all/],
    ['that is valid in seven seconds', { nbf: seconds(NOW) + 7 }, /^401: The token is not valid yet/],
  ])('%s is judged with five seconds of tolerance', async (_what, times, rights) => {
    const pair = await aKey();
    const { ask, clock } = await openIssuer({ keys: [await jwkOf(pair, 'k')] });
    const outcome = await ask(await signed({ ...BASE, scope: 'tasks:read', ...times }, pair, 'k'));
    expect(rightsOf(outcome)).toMatch(rights);
    // What it opens lasts as long as it would be let in.
    if (outcome.kind === 'caller') expect(outcome.caller.expiresAt).toBeGreaterThan(clock.now());
  });
});

const TOKEN: Claims = { ...BASE, scope: 'tasks:read' };

describe("the issuer's keys", () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['under one id', 'k', 'k'],
    ['without ids', undefined, undefined],
    ['without ids, for tokens that name one', undefined, 'k'],
    ['under one id, for tokens that name none', 'k', undefined],
  ])('may be two %s: tokens of both are accepted, and of a third one not', async (_what, published, named) => {
    const [one, two, third] = await Promise.all([aKey(), aKey(), aKey()]);
    const { ask, clock } = await openIssuer({ keys: [await jwkOf(one, published), await jwkOf(two, published)] });
    for (const pair of [one, two]) expect(rightsOf(await ask(await signed(TOKEN, pair, named)))).toBe('reads all');
    const refused = ask(await signed(TOKEN, third, named));
    await clock.whenAsleep();
    await clock.advance(1000);
    expect(rightsOf(await refused)).toMatch(/^401: .*signature does not match/);
  });

  test('that are two without ids are read again after ten minutes, as others are', async () => {
    const [one, two] = await Promise.all([aKey(), aKey()]);
    const published = { keys: [await jwkOf(one), await jwkOf(two)] };
    const { ask, clock, reads } = await openIssuer(published);
    await ask(await signed(TOKEN, one));
    await clock.advance(10 * 60_000);
    await ask(await signed(TOKEN, one));
    expect(reads.count).toBe(2);
  });

  test('may be replaced under the same id: tokens of the new one are accepted at once, and of the old one refused', async () => {
    const [old, fresh] = await Promise.all([aKey(), aKey()]);
    const published = { keys: [await jwkOf(old, 'k')] };
    const { ask, clock, reads } = await openIssuer(published);
    const oldToken = await signed(TOKEN, old, 'k');
    expect(rightsOf(await ask(oldToken))).toBe('reads all');
    await clock.advance(60_000);
    published.keys = [await jwkOf(fresh, 'k')];
    expect(rightsOf(await ask(await signed(TOKEN, fresh, 'k')))).toBe('reads all');
    expect(reads.count).toBe(2);
    expect(rightsOf(await ask(oldToken))).toMatch(/^401: .*signature/);
    expect(reads.count).toBe(2);
  });

  test('that are replaced just after they were read let the new token wait for the next read', async () => {
    const [old, fresh] = await Promise.all([aKey(), aKey()]);
    const published = { keys: [await jwkOf(old, 'k')] };
    const { ask, clock, reads } = await openIssuer(published);
    await ask(await signed(TOKEN, old, 'k'));
    published.keys = [await jwkOf(fresh, 'k')];
    await clock.advance(400);
    const waiting = ask(await signed(TOKEN, fresh, 'k'));
    await clock.whenAsleep();
    expect(reads.count).toBe(1);
    await clock.advance(600);
    expect(rightsOf(await waiting)).toBe('reads all');
  });

  test('are read once a second at most for many forged tokens, each of which is refused', async () => {
    const [key, forger] = await Promise.all([aKey(), aKey()]);
    const { ask, reads } = await openIssuer({ keys: [await jwkOf(key, 'k')] }, {}, systemClock);
    const begunAt = performance.now();
    await ask(await signed(TOKEN, key, 'k'));
    const forged = await Promise.all(Array.from({ length: 50 }, (_value, n) => signed({ ...TOKEN, n }, forger, 'k')));
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await Promise.all(forged.map(ask));
      expect(outcomes.map(rightsOf)).toEqual(forged.map(() => expect.stringMatching(/^401: .*signature/)));
    }
    expect(reads.count).toBeLessThanOrEqual(2 + (performance.now() - begunAt) / 1000);
  });
});

test('an issuer that cannot be reached is no fault of a token whose signature no known key fits', async () => {
  const [key, other] = await Promise.all([aKey(), aKey()]);
  const published: { keys: JWK[] } = { keys: [await jwkOf(key, 'k')] };
  const { ask, clock } = await openIssuer(published);
  await ask(await signed(TOKEN, key, 'k'));
  await clock.advance(60_000);
  Object.assign(published, { keys: 'gone' });
  expect(rightsOf(await ask(await signed(TOKEN, other, 'k')))).toMatch(/^503: The issuer's keys cannot be read/);
});
