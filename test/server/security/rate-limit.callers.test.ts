/** Each caller has its own limits, which other callers do not share. */
import { describe, expect, test } from '@jest/globals';
import type { Limits } from '../../../src/server/security/limits.js';
import { deferred } from '../../support/harness/deferred.js';
import { AUDIENCE, createIssuer, serve, type Issuer } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { ASK } from '../../support/clients/ask.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const jwt = (issuer: Issuer) => ({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } as const });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const FOLLOW = { query: 'subscription { follow { text } }' };

describe('the limits of a caller', () => {
  const rate = { perSecond: 1, burst: 2 };
  /** A bucket fills up with the time, so the time stands still. */
  const limitedTo = async (limits: Partial<Limits>) => {
    const issuer = await createIssuer();
    const server = await startServer({ ...jwt(issuer), limits, clock: createManualClock(Date.now()) });
    return { ...server, issuer, alice: bearer(await issuer.token()) };
  };

  test.each(['POST', 'WebSocket', 'SSE', 'multipart'])(
    'mutations above the rate are refused over %s, with the time to wait',
    async (transport) => {
      const { url, metric, issuer, alice } = await limitedTo({ mutations: rate });
      const append = { query: 'mutation { append(text: "x") }' };
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
  ])('the rate of mutations counts %s', async (_name, query) => {
    const { url, alice } = await limitedTo({ mutations: rate });
    expect(await ASK['POST']?.(url, { query }, alice)).toEqual({ data: { a: 1, b: 2 } });
    const refused = await ASK['POST']?.(url, { query: 'mutation { append(text: "x") }' }, alice);
    expect(refused?.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('new streams above the rate are refused with Retry-After', async () => {
    const { url, alice } = await limitedTo({ streams: rate });
    for (let times = 0; times < 2; times += 1) expect((await openSse(url, FOLLOW, alice)).response.status).toBe(200);
    const refused = await openSse(url, FOLLOW, alice);
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test.each([
    ['a part of a second', { perSecond: 4, burst: 1 }, '1', /\(limit 4 a second, 1 at once\): try again in 1 s\.$/],
    ['many seconds', { perSecond: 0.1, burst: 1 }, '10', /\(limit 0\.1 a second, 1 at once\): try again in 10 s\.$/],
  ])('the message and Retry-After give the same time: %s', async (_name, mutations, retryAfter, words) => {
    const { url, alice } = await limitedTo({ mutations });
    const append = { query: 'mutation { append(text: "x") }' };
    expect((await post(url, append, alice)).status).toBe(200);
    const refused = await post(url, append, alice);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, retryAfter]);
    const [error] = (await answerOf(refused)).errors ?? [];
    expect(error?.message).toMatch(words);
    expect(error?.extensions['retryAfterMs']).toBe(1000 / mutations.perSecond);
  });

  test('connections of all transports count together, and closed ones stop counting', async () => {
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
    // Retry-After is absent, because connections do not close by time.
    expect([streamed.response.status, streamed.response.headers.get('retry-after')]).toEqual([429, null]);
    expect(await streamed.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'socketsPerCaller', maximum: 2 } }] },
    });
    // The log names the setting, and the response does not.
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

  test('a back end with one service account can open two hundred streams', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer));
    const account = bearer(await issuer.token());
    const opened = await Promise.all(Array.from({ length: 200 }, () => openSse(url, FOLLOW, account)));
    expect(new Set(opened.map(({ response }) => response.status))).toEqual(new Set([200]));
  });

  test('a stream whose source is refused does not count', async () => {
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

  test("a socket that closes while it waits for the issuer's keys does not count", async () => {
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
    // The pong comes after the server has started to read the keys.
    expect(await gone.next()).toEqual({ type: 'pong' });
    gone.socket.terminate();
    await until(async () => (await metric('gateway_connections_open', { transport: 'websocket' })) === 0);
    release();
    await until(() => metric('gateway_authentications_total', { outcome: 'accepted' }));
    await openRawSocket(url).init(alice);
  });
});
