import { describe, expect, test } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { AUDIENCE, createIssuer, serve, type Issuer } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { ASK } from '../../support/clients/ask.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/harness/server.js';

const jwt = (issuer: Issuer) => ({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } as const });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const WHO = { query: '{ whoAmI }' };
const FOLLOW = { query: 'subscription { follow { text } }' };

describe.each(Object.keys(ASK))('a token over %s', (transport) => {
  const ask = async (url: string, token: string, params = WHO) => ASK[transport]?.(url, params, bearer(token));

  test('says who asks', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    const expiresAt = Math.floor(Date.now() / 1000) * 1000 + 60_000;
    const token = await issuer.token({ scope: 'other tasks:read:own', catalogs: ['SANDBOX'] }, { expiresAt });
    expect(JSON.parse((await ask(url, token))?.data.whoAmI)).toEqual({
      subject: 'alice',
      reads: 'own',
      starts: false,
      records: false,
      catalogs: ['SANDBOX'],
      expiresAt,
    });
  });

  test.each([
    [{ scp: 'tasks:start tasks:read' }],
    [{ scp: ['tasks:read', 'tasks:start'] }],
    [{ scope: 'tasks:read tasks:start', scp: 'other' }],
  ])('has the scopes of %j', async (claims) => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    expect(JSON.parse((await ask(url, await issuer.token(claims)))?.data.whoAmI)).toMatchObject({
      reads: 'all',
      starts: true,
      records: false,
    });
  });

  test('without the scope to read reads nothing, and may still ask for the schema', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    const token = await issuer.token({ scope: 'tasks:start' });
    expect(await ask(url, token)).toMatchObject({
      errors: [
        {
          message:
            'The token lacks the scope tasks:read or tasks:read:own. Scopes are the words of its claim "scope", or "scp".',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(
      await ask(url, token, { query: '{ __typename ...F } fragment F on Query { __schema { queryType { name } } }' }),
    ).toMatchObject({ data: { __typename: 'Query' } });
  });
});

describe.each(['POST', 'WebSocket', 'SSE', 'multipart'])('a mutation over %s', (transport) => {
  test('needs the scope to start', async () => {
    const issuer = await createIssuer();
    const { url, log } = await startServer(jwt(issuer));
    const append = { query: 'mutation { append(text: "x") }' };
    expect(await ASK[transport]?.(url, append, bearer(await issuer.token({ scope: 'tasks:read' })))).toMatchObject({
      errors: [
        {
          message: 'The token lacks the scope tasks:start. Scopes are the words of its claim "scope", or "scp".',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(log.events).toEqual([]);
    expect(await ASK[transport]?.(url, append, bearer(await issuer.token({ scope: 'tasks:start' })))).toEqual({
      data: { append: 1 },
    });
  });
});

describe('a request that is not let in', () => {
  const cases: { name: string; message: string; token: (issuer: Issuer) => Promise<string> | string }[] = [
    { name: 'has no token', message: 'Send a bearer token', token: () => '' },
    { name: 'has something else for a token', message: 'Only bearer tokens', token: () => 'Basic YTpi' },
    { name: 'has a token that is no JWT', message: 'not a signed JWT', token: () => 'Bearer a.b.c' },
    {
      name: 'has an expired token',
      message: 'expired',
      token: async (issuer) => `Bearer ${await issuer.token({}, { expiresAt: Date.now() - 5000 })}`,
    },
    {
      name: 'has a token of the future',
      message: 'is not valid yet, but from 2100-01-01T00:00:00.000Z on. If that is wrong, check the clocks',
      token: async (issuer) => `Bearer ${await issuer.token({ nbf: Date.UTC(2100, 0) / 1000 })}`,
    },
    {
      name: 'has a token of no time at all',
      message: 'is not valid yet. If that is wrong',
      token: async (issuer) => `Bearer ${await issuer.token({ nbf: 1e300 })}`,
    },
    {
      name: 'has a token for somebody else',
      message: '"aud" is not what the operator has set as JWT_AUDIENCE',
      token: async (issuer) => `Bearer ${await issuer.token({}, { audience: 'another' })}`,
    },
    {
      name: 'has a token from somebody else',
      message: '"iss" is not what the operator has set as JWT_ISSUER',
      token: async (issuer) => `Bearer ${await issuer.token({}, { issuer: 'https://evil.example' })}`,
    },
    {
      name: 'has a token without an expiry',
      message: 'lacks the claim "exp"',
      token: async (issuer) => `Bearer ${await issuer.token({}, { expiresAt: null })}`,
    },
    {
      name: 'has a token without a subject',
      message: 'lacks the claim "sub"',
      token: async (issuer) => `Bearer ${await issuer.token({}, { subject: null })}`,
    },
    ...['', 'a\0b', 'a\ud800', 's'.repeat(256)].map((subject) => ({
      name: `has a token whose subject is ${JSON.stringify(subject).slice(0, 12)}`,
      message: '"sub" must be a text of 1 to 255 characters',
      token: async (issuer: Issuer) => `Bearer ${await issuer.token({}, { subject })}`,
    })),
    {
      name: 'has a token whose subject is a number',
      message: '"sub" must be a text',
      token: async (issuer) => `Bearer ${await issuer.token({ sub: 7 }, { subject: null })}`,
    },
    {
      name: 'has a token signed by another key',
      message: 'signature',
      token: async (issuer) => `Bearer ${await issuer.token({}, { key: (await generateKeyPair('ES256')).privateKey })}`,
    },
    {
      name: 'has a token signed with the public key as a secret',
      message: 'algorithm',
      token: async (issuer) =>
        `Bearer ${await issuer.token({}, { alg: 'HS256', key: new TextEncoder().encode('x'.repeat(64)) })}`,
    },
    {
      name: 'has an unsigned token',
      message: 'algorithm',
      token: () =>
        `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"eve"}').toString('base64url')}.`,
    },
    {
      name: 'has a token whose key id is a list',
      message: 'not a signed JWT',
      token: () => `Bearer ${Buffer.from('{"alg":"ES256","kid":["key-1"]}').toString('base64url')}.e30.AA`,
    },
    {
      name: 'has a claim catalogs that is no list',
      message: '"catalogs"',
      token: async (issuer) => `Bearer ${await issuer.token({ catalogs: { AWS: true } })}`,
    },
  ];
  describe.each(cases)('$name', ({ message, token }) => {
    test.each([undefined, 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
      'gets 401 and why (Accept: %s)',
      async (accept) => {
        const issuer = await createIssuer();
        const { url, metric } = await startServer(jwt(issuer));
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

    test('has its socket closed with 4403 and why', async () => {
      const issuer = await createIssuer();
      const { url } = await startServer(jwt(issuer));
      const raw = openRawSocket(url);
      raw.send({ type: 'connection_init', payload: { authorization: await token(issuer) } });
      const { code, reason } = await raw.closed;
      expect(code).toBe(4403);
      expect(reason).toContain(message);
    });
  });
});

describe('on WebSocket the token', () => {
  test.each([
    ['Authorization', (token: string) => ({ Authorization: `Bearer ${token}` })],
    ['authorization', (token: string) => ({ authorization: `bearer ${token}` })],
    ['headers.Authorization', (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })],
    ['authToken', (token: string) => ({ authToken: token })],
    ['token', (token: string) => ({ token })],
  ])('may come in connection_init as %s', async (_name, payload) => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    await openRawSocket(url).init(payload(await issuer.token()));
  });

  test('may come in the upgrade request, and the one in connection_init wins', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    await openRawSocket(url, { headers: bearer(await issuer.token()) }).init();
    const raw = openRawSocket(url, { headers: bearer(await issuer.token()) });
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer x.y.z' } });
    expect((await raw.closed).code).toBe(4403);
  });
});

describe("the issuer's keys", () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('may be for %s', async (algorithm) => {
    const issuer = await createIssuer(algorithm);
    const { url } = await startServer(jwt(issuer));
    expect((await post(url, WHO, bearer(await issuer.token()))).status).toBe(200);
  });

  test('are fetched once, from where discovery says or JWKS_URL does', async () => {
    const issuer = await createIssuer();
    for (const auth of [jwt(issuer).auth, { ...jwt(issuer).auth, jwksUrl: issuer.jwksUrl }]) {
      const before = issuer.fetches();
      const { url } = await startServer({ auth });
      const token = await issuer.token();
      for (let times = 0; times < 5; times += 1) expect((await post(url, WHO, bearer(token))).status).toBe(200);
      expect(issuer.fetches()).toBe(before + 1);
    }
  });

  test('may be rotated: tokens of the new key are accepted, those of the old one no longer', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    const old = await issuer.token();
    expect((await post(url, WHO, bearer(old))).status).toBe(200);
    await issuer.rotate();
    const fresh = await issuer.token();
    await until(async () => (await post(url, WHO, bearer(fresh))).status === 200);
    const statuses: number[] = [];
    await until(async () => statuses.push((await post(url, WHO, bearer(old))).status) > 0 && statuses.at(-1) === 401);
    expect(statuses).not.toContain(200);
  });

  test('are not looked for again and again while the issuer does not say where they are', async () => {
    let discoveries = 0;
    const issuer = await createIssuer();
    const dead = await serve((_request, response) => {
      discoveries += 1;
      response.writeHead(500).end();
    });
    const { url } = await startServer({
      auth: { ...jwt(issuer).auth, issuer: dead },
      clock: createManualClock(Date.now()),
    });
    const token = await issuer.token({}, { issuer: dead });
    for (let times = 0; times < 20; times += 1) expect((await post(url, WHO, bearer(token))).status).toBe(503);
    expect(discoveries).toBeLessThan(3);
  });

  test('are not looked for where a redirect leads, although what it leads to speaks for the issuer', async () => {
    const issuer = await createIssuer();
    let own = '';
    own = await serve((request, response) => {
      if (request.url === '/elsewhere')
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ issuer: own, jwks_uri: issuer.jwksUrl }));
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { url } = await startServer({ auth: { ...jwt(issuer).auth, issuer: own } });
    expect((await post(url, WHO, bearer(await issuer.token({}, { issuer: own })))).status).toBe(503);
  });

  test('that cannot be read let nobody in, are no fault of the token, and are read once they can be', async () => {
    const issuer = await createIssuer();
    const token = await issuer.token();
    await issuer.stop();
    const { url } = await startServer(jwt(issuer));
    for (const headers of [{}, { accept: 'text/event-stream' }, { accept: 'multipart/mixed;subscriptionSpec=1.0' }]) {
      const response = await post(url, FOLLOW, { ...bearer(token), ...headers });
      expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, 2]);
      expect((await answerOf(response)).errors?.[0]?.extensions).toMatchObject({
        code: 'AUTHENTICATION_UNAVAILABLE',
        retryAfterMs: 2000,
      });
    }
    const raw = openRawSocket(url);
    raw.send({ type: 'connection_init', payload: bearer(token) });
    expect((await raw.closed).code).toBe(1013);
    await issuer.start();
    await until(async () => (await post(url, WHO, bearer(token))).status === 200);
  });

  test('of a discovery document that speaks for somebody else are not used', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer({ auth: { mode: 'jwt', issuer: `${issuer.url}/`, audience: AUDIENCE } });
    expect((await post(url, WHO, bearer(await issuer.token()))).status).toBe(503);
  });
});
