/** Tokens of the shapes of real providers: the gateway reads each, and none gives more rights than its issuer meant. */
import { describe, expect, test } from '@jest/globals';
import type { AuthOptions } from '../../../src/server/security/auth.js';
import {
  BASE,
  NOW,
  jwkOf,
  newKey,
  openAuthenticator,
  rightsOf,
  seconds,
  signed,
  type Claims,
  type Pair,
} from '../../support/server/authenticator.js';

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
  permissions: ['tasks:read', 'tasks:start', 'records:read', 'records:write'],
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
  ['Auth0, by permissions', prefixed('', 'permissions'), AUTH0, 'reads all, starts, records, edits'],
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
  [
    'Entra, for an app that only edits',
    prefixed('', 'roles'),
    { ...ENTRA, roles: ['records:write'] },
    'reads none, edits',
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
  ['an audience that is not a text', {}, { ...BASE, aud: { api: 'api' } }, /^401: .*"aud" is not what/],
];

describe('a token', () => {
  let key: Pair | null = null;
  test.each(CASES)(
    'the rights of a token are those that its issuer gave: %s',
    async (_what, options, claims, rights) => {
      key ??= await newKey();
      const { ask } = await openAuthenticator({ keys: [await jwkOf(key, 'k')] }, options);
      const found = rightsOf(await ask(await signed(claims, key, 'k')));
      if (typeof rights === 'string') expect(found).toBe(rights);
      else expect(found).toMatch(rights);
    },
  );

  test.each([
    ['that expired five seconds ago', { exp: seconds(NOW) - 5 }, /^401: The token has expired/],
    ['that expired four seconds ago', { exp: seconds(NOW) - 4 }, /^reads all/],
    ['that is valid in five seconds', { nbf: seconds(NOW) + 5 }, /^reads all/],
    ['that is valid in seven seconds', { nbf: seconds(NOW) + 7 }, /^401: The token is not valid yet/],
  ])('the times of a token have five seconds of tolerance: one %s', async (_what, times, rights) => {
    const pair = await newKey();
    const { ask, clock } = await openAuthenticator({ keys: [await jwkOf(pair, 'k')] });
    const outcome = await ask(await signed({ ...BASE, scope: 'tasks:read', ...times }, pair, 'k'));
    expect(rightsOf(outcome)).toMatch(rights);
    // The caller expires no earlier than the tolerance ends.
    if (outcome.kind === 'caller') expect(outcome.caller.expiresAt).toBeGreaterThan(clock.now());
  });
});
