/** The settings for signing in, from an issuer's discovery document. */
import { describe, expect, test } from '@jest/globals';
import { createSignIn, type SignInOptions } from '../../../../src/server/security/issuer/sign-in.js';
import { serve } from '../../../support/fakes/issuer.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';

const OPTIONS = { audience: 'gateway', clientId: 'board', scopes: 'openid tasks:read', chosenScopes: null };

describe('createSignIn', () => {
  /** Serves a discovery document. @returns what reads it, and the number of its reads */
  async function issuerWith(document: object, options: Partial<SignInOptions> = {}) {
    let reads = 0;
    const issuer = await serve((_request, response) => {
      reads += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    });
    const clock = createManualClock();
    const read = createSignIn({ ...OPTIONS, issuer: `${issuer}/`, ...options }, { clock });
    return { issuer, read, reads: () => reads, clock };
  }
  const DOCUMENT = {
    issuer: 'https://login.example.com/',
    authorization_endpoint: 'https://login.example.com/authorize',
    token_endpoint: 'https://token.example.com/token',
  };

  test('the endpoints come from the document, which is read once', async () => {
    const { read, reads } = await issuerWith(DOCUMENT);
    expect(await read()).toEqual({
      signIn: {
        clientId: 'board',
        scopes: 'openid tasks:read',
        issuer: 'https://login.example.com/',
        audience: 'gateway',
        authorizationEndpoint: 'https://login.example.com/authorize',
        tokenEndpoint: 'https://token.example.com/token',
      },
      problem: null,
    });
    await read();
    expect(reads()).toBe(1);
  });

  test.each([
    ['is asked for where the issuer offers it', ['openid', 'offline_access'], null, 'openid tasks:read offline_access'],
    ['is not asked for where the issuer does not offer it', ['openid'], null, 'openid tasks:read'],
    ['is not added to the scopes of the operator', ['offline_access'], 'openid api://x/read', 'openid api://x/read'],
  ])('the scope for renewal %s', async (_title, offered, chosenScopes, expected) => {
    const { read } = await issuerWith({ ...DOCUMENT, scopes_supported: offered }, { chosenScopes });
    expect((await read()).signIn?.scopes).toBe(expected);
  });

  test.each([
    ['no token endpoint', { ...DOCUMENT, token_endpoint: undefined }, 'it has no token_endpoint'],
    [
      'a script as an endpoint',
      { ...DOCUMENT, authorization_endpoint: 'javascript:1' },
      'its authorization_endpoint is not a URL',
    ],
  ])('a document with %s is a problem that names its address', async (_title, document, cause) => {
    const { issuer, read } = await issuerWith(document);
    expect(await read()).toEqual({
      signIn: null,
      problem: `The issuer's endpoints cannot be read from ${issuer}/.well-known/openid-configuration: ${cause}.`,
    });
  });

  test('a document that could not be read is read again after a second, and not before', async () => {
    const { read, reads, clock } = await issuerWith({});
    await Promise.all([read(), read()]);
    await clock.advance(999);
    await read();
    expect(reads()).toBe(1);
    await clock.advance(1);
    await read();
    expect(reads()).toBe(2);
  });

  test('requests that come together after a failed read share the next one', async () => {
    const document = {};
    const { read, reads, clock } = await issuerWith(document);
    await read();
    Object.assign(document, DOCUMENT);
    await clock.advance(1000);
    const answers = await Promise.all([read(), read()]);
    expect(answers.map(({ problem }) => problem)).toEqual([null, null]);
    expect(reads()).toBe(2);
  });
});
