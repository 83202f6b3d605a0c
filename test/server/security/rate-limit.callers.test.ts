/** One caller may ask for so much and no more; the others feel nothing of it. */
import { describe, expect, test } from '@jest/globals';
import { deferred } from '../../support/harness/deferred.js';
import { AUDIENCE, createIssuer, serve, type Issuer } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { ASK } from '../../support/clients/ask.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/harness/server.js';

const jwt = (issuer: Issuer) => ({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } as const });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const FOLLOW = { query: 'subscription { follow { text } }' };

describe('limits per subject', () => {
  const rate = { perSecond: 1, burst: 2 };

  test.each(['POST', 'WebSocket', 'SSE', 'multipart'])(
    'hold back mutations over %s, and say for how long',
    async (transport) => {
      const issuer = await createIssuer();
      const { url, metric } = await startServer({ ...jwt(issuer), limits: { mutations: rate } });
      const append = { query: 'mutation { append(text: "x") }' };
      const alice = bearer(await issuer.token());
      for (let times = 0; times < 2; times += 1)
        expect(await ASK[transport]?.(url, append, alice)).toMatchObject({ data: {} });
      const refused = await ASK[transport]?.(url, append, alice);
      expect(refused?.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
      expect(refused?.errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(0);
      expect(await ASK[transport]?.(url, append, bearer(await issuer.token({}, { subject: 'bob' })))).toMatchObject({
        data: {},
      });
      expect(await metric('gateway_rate_limited_total', { what: 'mutation' })).toBe(1);
    },
  );

  test.each([
    ['fields', 'mutation { a: append(text: "a") b: append(text: "b") }'],
    [
      'fields of fragments',
      'mutation { ...A ...B } fragment A on Mutation { a: append(text: "a") } fragment B on Mutation { b: append(text: "b") }',
    ],
  ])('count each of the %s of a mutation', async (_name, query) => {
    const issuer = await createIssuer();
    const { url } = await startServer({ ...jwt(issuer), limits: { mutations: rate } });
    const alice = bearer(await issuer.token());
    expect(await ASK['POST']?.(url, { query }, alice)).toEqual({ data: { a: 1, b: 2 } });
    const refused = await ASK['POST']?.(url, { query: 'mutation { append(text: "x") }' }, alice);
    expect(refused?.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('hold back new streams, with Retry-After', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer({ ...jwt(issuer), limits: { streams: rate } });
    const alice = bearer(await issuer.token());
    for (let times = 0; times < 2; times += 1) expect((await openSse(url, FOLLOW, alice)).response.status).toBe(200);
    const refused = await openSse(url, FOLLOW, alice);
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test.each([
    ['in parts of a second', { perSecond: 4, burst: 1 }, '1', /\(limit 4 a second, 1 at once\): try again in 1 s\.$/],
    ['in many seconds', { perSecond: 0.1, burst: 1 }, '10', /\(limit 0\.1 a second, 1 at once\): try again in 10 s\.$/],
  ])('say the same in words and in Retry-After: %s', async (_name, mutations, retryAfter, words) => {
    const issuer = await createIssuer();
    const { url } = await startServer({ ...jwt(issuer), limits: { mutations }, clock: createManualClock(Date.now()) });
    const alice = bearer(await issuer.token());
    const append = { query: 'mutation { append(text: "x") }' };
    expect((await post(url, append, alice)).status).toBe(200);
    const refused = await post(url, append, alice);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, retryAfter]);
    const [error] = (await answerOf(refused)).errors ?? [];
    expect(error?.message).toMatch(words);
    expect(error?.extensions['retryAfterMs']).toBe(1000 / mutations.perSecond);
  });

  test('count connections over all transports, and give them back', async () => {
    const issuer = await createIssuer();
    const { url, lines } = await startServer({ ...jwt(issuer), limits: { socketsPerCaller: 2 } });
    const alice = bearer(await issuer.token());
    const first = openRawSocket(url);
    await first.init(alice);
    await openSse(url, FOLLOW, alice);
    const second = openRawSocket(url);
    second.send({ type: 'connection_init', payload: alice });
    expect((await second.closed).code).toBe(1013);
    const streamed = await openMultipart(url, FOLLOW, alice);
    // Time alone frees nothing, so that there is none to wait for.
    expect([streamed.response.status, streamed.response.headers.get('retry-after')]).toEqual([429, null]);
    expect(await streamed.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'socketsPerCaller', maximum: 2 } }] },
    });
    // The setting is named in the log alone.
    expect(lines).toContainEqual(
      expect.objectContaining({
        subject: 'alice',
        limit: 'socketsPerCaller',
        msg: expect.stringContaining('LIMIT_STREAMS_PER_CALLER'),
      }),
    );
    await openRawSocket(url).init(bearer(await issuer.token({}, { subject: 'bob' })));
    first.socket.terminate();
    await until(async () => (await openMultipart(url, FOLLOW, alice)).response.status === 200);
  });

  test('let a back end with one service account open a stream for each of two hundred users', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    const account = bearer(await issuer.token());
    const opened = await Promise.all(Array.from({ length: 200 }, () => openSse(url, FOLLOW, account)));
    expect(new Set(opened.map(({ response }) => response.status))).toEqual(new Set([200]));
  });

  test('count no stream whose source is refused', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer({ ...jwt(issuer), limits: { socketsPerCaller: 1 } });
    const alice = bearer(await issuer.token());
    for (let times = 0; times < 2; times += 1) {
      expect(await ASK['SSE']?.(url, { query: 'subscription { refused { text } }' }, alice)).toMatchObject({
        errors: [{ extensions: { code: 'NOT_TODAY' } }],
      });
    }
    expect((await openSse(url, FOLLOW, alice)).response.status).toBe(200);
  });

  test("count no socket that has gone while the issuer's keys were waited for", async () => {
    const issuer = await createIssuer();
    const { promise: released, resolve: release } = deferred();
    const jwksUrl = await serve(async (_request, response) => {
      await released;
      response.setHeader('content-type', 'application/json').end(await (await fetch(issuer.jwksUrl)).text());
    });
    const { url, metric } = await startServer({
      auth: { ...jwt(issuer).auth, jwksUrl },
      limits: { socketsPerCaller: 1 },
    });
    const alice = bearer(await issuer.token());
    const gone = openRawSocket(url);
    gone.send({ type: 'connection_init', payload: alice });
    gone.send({ type: 'ping' });
    // Answered after the server has begun to ask for the keys.
    expect(await gone.next()).toEqual({ type: 'pong' });
    gone.socket.terminate();
    await until(async () => (await metric('gateway_connections_open', { transport: 'websocket' })) === 0);
    release();
    await until(() => metric('gateway_authentications_total', { outcome: 'accepted' }));
    await openRawSocket(url).init(alice);
  });
});
