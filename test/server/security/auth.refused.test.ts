/** Each wrong token is refused on each transport, with its reason. */
import { describe, expect, test } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { createIssuer, type Issuer } from '../../support/fakes/issuer.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { FOLLOW, WHO, jwt } from '../../support/server/authentication.js';
import { startServer } from '../../support/server/server.js';

describe('a request without a valid token', () => {
  const cases: { name: string; message: string; token: (issuer: Issuer) => Promise<string> | string }[] = [
    { name: 'without a token', message: 'Send a bearer token', token: () => '' },
    { name: 'with other credentials', message: 'Only bearer tokens', token: () => 'Basic YTpi' },
    { name: 'with a token that is not a JWT', message: 'not a signed JWT', token: () => 'Bearer a.b.c' },
    {
      name: 'with an expired token',
      message: 'expired',
      token: async (issuer) => `Bearer ${await issuer.token({}, { expiresAt: Date.now() - 5000 })}`,
    },
    {
      name: 'with a token that is not valid yet',
      message: 'is not valid yet, but from 2100-01-01T00:00:00.000Z on. If that is wrong, check the clocks',
      token: async (issuer) => `Bearer ${await issuer.token({ nbf: Date.UTC(2100, 0) / 1000 })}`,
    },
    {
      name: 'with a token whose time is outside the range of dates',
      message: 'is not valid yet. If that is wrong',
      token: async (issuer) => `Bearer ${await issuer.token({ nbf: 1e300 })}`,
    },
    {
      name: 'with a token for another audience',
      message: '"aud" is not what the operator has set as JWT_AUDIENCE',
      token: async (issuer) => `Bearer ${await issuer.token({}, { audience: 'another' })}`,
    },
    {
      name: 'with a token of another issuer',
      message: '"iss" is not what the operator has set as JWT_ISSUER',
      token: async (issuer) => `Bearer ${await issuer.token({}, { issuer: 'https://evil.example' })}`,
    },
    {
      name: 'with a token without an expiry',
      message: 'lacks the claim "exp"',
      token: async (issuer) => `Bearer ${await issuer.token({}, { expiresAt: null })}`,
    },
    {
      name: 'with a token without a subject',
      message: 'lacks the claim "sub"',
      token: async (issuer) => `Bearer ${await issuer.token({}, { subject: null })}`,
    },
    ...['', 'a\0b', 'a\ud800', 's'.repeat(256)].map((subject) => ({
      name: `with a token whose subject is ${JSON.stringify(subject).slice(0, 12)}`,
      message: '"sub" must be a text of 1 to 255 characters',
      token: async (issuer: Issuer) => `Bearer ${await issuer.token({}, { subject })}`,
    })),
    {
      name: 'with a token whose subject is a number',
      message: '"sub" must be a text',
      token: async (issuer) => `Bearer ${await issuer.token({ sub: 7 }, { subject: null })}`,
    },
    {
      name: 'with a token signed by another key',
      message: 'signature',
      token: async (issuer) => `Bearer ${await issuer.token({}, { key: (await generateKeyPair('ES256')).privateKey })}`,
    },
    {
      name: 'with a token signed by the public key as a secret',
      message: 'algorithm',
      token: async (issuer) =>
        `Bearer ${await issuer.token({}, { alg: 'HS256', key: new TextEncoder().encode('x'.repeat(64)) })}`,
    },
    {
      name: 'with an unsigned token',
      message: 'algorithm',
      token: () =>
        `Bearer ` +
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"eve"}').toString('base64url')}.`,
    },
    {
      name: 'with a token whose key id is a list',
      message: 'not a signed JWT',
      token: () => `Bearer ${Buffer.from('{"alg":"ES256","kid":["key-1"]}').toString('base64url')}.e30.AA`,
    },
    {
      name: 'with a token whose claim catalogs is not a list',
      message: '"catalogs"',
      token: async (issuer) => `Bearer ${await issuer.token({ catalogs: { AWS: true } })}`,
    },
  ];
  describe.each(cases)('a request $name', ({ message, token }) => {
    test.each([undefined, 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
      'the response is 401 with the reason (Accept: %s)',
      async (accept) => {
        const issuer = await createIssuer();
        const { url, metric } = await startServer(jwt(issuer.url));
        const authorization = await token(issuer);
        const response = await post(url, accept === undefined ? WHO : FOLLOW, {
          ...(authorization === '' ? {} : { authorization }),
          ...(accept === undefined ? {} : { accept }),
        });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
        const { errors } = await answerOf(response);
        expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
        expect(errors?.[0]?.message).toContain(message);
        expect(await metric('gateway_authentications_total', { outcome: 'refused' })).toBe(1);
      },
    );

    test('the socket is closed with 4403 and the reason', async () => {
      const issuer = await createIssuer();
      const { url } = await startServer(jwt(issuer.url));
      const raw = openRawSocket(url);
      raw.send({ type: 'connection_init', payload: { authorization: await token(issuer) } });
      const { code, reason } = await raw.closed;
      expect(code).toBe(4403);
      expect(reason).toContain(message);
    });
  });
});
