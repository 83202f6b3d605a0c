/** A token that expires during a stream, or on an open socket, gives no further right. */
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const FOLLOW = { query: 'subscription { follow { text } }' };

const begin = async () => {
  const issuer = await createIssuer();
  const clock = createManualClock(Date.now());
  const server = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE }, clock });
  const token = await issuer.token({}, { expiresAt: clock.now() + 30_000 });
  return { ...server, clock, token };
};

describe('a token that expires in the middle of a stream', () => {
  test('the socket is closed with 4403 within a second, and delivers nothing more', async () => {
    const { url, log, clock, token } = await begin();
    const raw = openRawSocket(url);
    await raw.init(bearer(token));
    raw.send({ id: '1', type: 'subscribe', payload: FOLLOW });
    log.append('before');
    expect(await raw.next()).toMatchObject({ type: 'next' });
    await clock.advance(30_500);
    log.append('after');
    expect(await raw.closed).toEqual({ code: 4403, reason: 'The token has expired' });
    expect(await raw.next()).toBeUndefined();
    expect(log.following()).toBe(0);
  });

  test('an event between the expiry and the close is not delivered', async () => {
    const { url, log, clock, token, metric } = await begin();
    const raw = openRawSocket(url);
    await raw.init(bearer(token));
    raw.send({ id: '1', type: 'subscribe', payload: FOLLOW });
    await until(() => log.following() === 1);
    // The time is exactly the expiry, before the loop has visited the connection.
    clock.now = () => Number.MAX_SAFE_INTEGER;
    log.append('after');
    expect((await raw.closed).code).toBe(4403);
    expect(await raw.next()).toBeUndefined();
    expect(await metric('gateway_subscription_ends_total', { transport: 'websocket', reason: 'expired' })).toBe(1);
  });

  test('a result that is incomplete at the expiry is not delivered', async () => {
    const { url, log, clock, token, finishSlow } = await begin();
    const raw = openRawSocket(url);
    await raw.init(bearer(token));
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { follow { text slow } }' } });
    await until(() => log.following() === 1);
    log.append('before');
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    clock.now = () => Number.MAX_SAFE_INTEGER;
    finishSlow();
    expect(await raw.next()).toBeUndefined();
    expect((await raw.closed).code).toBe(4403);
  });

  test('Server-Sent Events end with a typed error', async () => {
    const { url, log, clock, token, metric } = await begin();
    const stream = await openSse(url, FOLLOW, bearer(token));
    await stream.next();
    log.append('before');
    expect(await stream.next()).toMatchObject({ id: 'c1' });
    await clock.advance(30_500);
    log.append('after');
    let message = await stream.next();
    while (message?.comment === true) message = await stream.next();
    expect(message?.data).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await stream.next()).toMatchObject({ event: 'complete' });
    expect(await stream.next()).toBeUndefined();
    expect(await until(() => metric('gateway_subscription_ends_total', { transport: 'sse', reason: 'expired' }))).toBe(
      1,
    );
  });

  test('a multipart stream ends with a typed error at the top', async () => {
    const { url, clock, token } = await begin();
    const stream = await openMultipart(url, FOLLOW, bearer(token));
    expect(await stream.next()).toEqual({});
    await clock.advance(30_500);
    let part = await stream.next();
    while (part?.payload === undefined) part = await stream.next();
    expect(part).toMatchObject({ payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await stream.next()).toBe('closing boundary');
  });
});

test('an expired token starts nothing on a socket that is still open', async () => {
  const { url, log, clock, token } = await begin();
  const raw = openRawSocket(url);
  await raw.init(bearer(token));
  // The time is exactly the expiry, before the loop has visited the connection.
  clock.now = () => Number.MAX_SAFE_INTEGER;
  raw.send({ id: '1', type: 'subscribe', payload: { query: 'mutation { append(text: "x") }' } });
  expect(await raw.next()).toMatchObject({
    id: '1',
    type: 'error',
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(log.events).toEqual([]);
});
