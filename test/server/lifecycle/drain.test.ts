/** The end of the server: a drain without errors for clients, and a close that leaves nothing open. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { isSettled } from '../../support/harness/task-harness.js';
import { VERSION } from '../../../src/version.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { ASK } from '../../support/clients/ask.js';
import { answerOf, answerOfReady, post } from '../../support/clients/requests.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket, upgradeStatus } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const FOLLOW = { query: 'subscription { follow { text } }' };

afterEach(() => void jest.restoreAllMocks());

function requestOf(query: string): string {
  const body = JSON.stringify({ query });
  return (
    `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ` +
    `${body.length}\r\n\r\n${body}`
  );
}

describe('drain', () => {
  test('sockets are closed with 1012 one by one over the whole time', async () => {
    const clock = createManualClock();
    const { url, server, metric } = await startServer({ clock, drainMs: 10_000 });
    const startedAt = clock.now();
    const closedAt: number[] = [];
    const sockets = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const raw = openRawSocket(url);
        await raw.init();
        return raw;
      }),
    );
    const closes = sockets.map(async (raw) =>
      expect(await raw.closed).toEqual({ code: 1012, reason: 'Service restart' }),
    );
    const drained = server.drain();
    for (let second = 1; second <= 10; second += 1) {
      await clock.advance(1000);
      closedAt.push(await metric('gateway_websocket_closes_total', { code: '1012' }), clock.now() - startedAt);
    }
    await Promise.all(closes);
    await drained;
    const afterHalf = closedAt[8] ?? 0;
    expect(afterHalf).toBeGreaterThan(5);
    expect(afterHalf).toBeLessThan(35);
  });

  test('Server-Sent Events end without a complete event, so that clients reconnect, each after its own delay', async () => {
    const { url, server, log } = await startServer();
    const stream = await openSse(url, FOLLOW);
    await stream.next();
    await server.drain();
    const last = await stream.next();
    expect(last).toMatchObject({ comment: true });
    expect(Number(last?.retry)).toBeGreaterThan(0);
    expect(await stream.next()).toBeUndefined();
    expect(log.following()).toBe(0);
  });

  test('multipart streams end with an error that says to subscribe again', async () => {
    const { url, server } = await startServer();
    const stream = await openMultipart(url, FOLLOW);
    expect(await stream.next()).toEqual({});
    await server.drain();
    expect(await stream.next()).toMatchObject({
      payload: null,
      errors: [{ extensions: { code: 'SERVER_RESTARTING' } }],
    });
    expect(await stream.next()).toBe('closing boundary');
  });

  test('a draining server answers requests on connections that close, finishes operations, refuses sockets, and is not ready', async () => {
    const { url, server, finishSlow } = await startServer({ drainMs: 5000 });
    const slow = post(url, { query: '{ slow }' });
    // The slow request has arrived once a later request is answered.
    await post(url, { query: '{ hello }' });
    const drained = server.drain();
    for (const transport of ['POST', 'GET', 'SSE', 'multipart']) {
      expect(await ASK[transport]?.(url, { query: '{ hello }' })).toEqual({ data: { hello: 'hello world' } });
    }
    const answered = await post(url, { query: '{ hello }' });
    expect([answered.status, answered.headers.get('connection')]).toEqual([200, 'close']);
    expect(await upgradeStatus(url)).toBe(503);
    expect(await answerOfReady(url)).toEqual({
      status: 503,
      body: { ready: false, reasons: ['draining'], version: VERSION },
    });
    expect((await fetch(url.replace('/graphql', '/health/live'))).status).toBe(200);
    finishSlow();
    expect(await answerOf(await slow)).toEqual({ data: { slow: 'done' } });
    await drained;
  });

  test('a drain with `serveOn` answers and listens until its time is over, although nothing runs', async () => {
    const clock = createManualClock();
    const { url, server } = await startServer({ clock, drainMs: 5000 });
    const drained = server.drain({ serveOn: true });
    await clock.advance(4999);
    expect(await answerOf(await post(url, { query: '{ hello }' }))).toEqual({ data: { hello: 'hello world' } });
    expect(await isSettled(drained)).toBe(false);
    await clock.advance(1);
    await drained;
    await expect(fetch(url)).rejects.toThrow();
  });

  test('a drain with `serveOn` accepts new streams, because EventSource gives up after a refusal, and ends them in time', async () => {
    const clock = createManualClock();
    const { url, server } = await startServer({ clock, drainMs: 5000 });
    const drained = server.drain({ serveOn: true });
    await clock.advance(2500);
    const streams = await Promise.all(Array.from({ length: 20 }, () => openSse(url, FOLLOW)));
    for (const stream of streams) expect(await stream.next()).toMatchObject({ comment: true });
    await clock.advance(1250);
    const left = streams.map(async (stream) => {
      let last;
      for (let message = await stream.next(); message !== undefined; message = await stream.next()) last = message;
      expect(Number(last?.retry)).toBeGreaterThan(0);
    });
    const settled = await Promise.all(left.map((end) => isSettled(end)));
    expect(settled.filter((isOver) => isOver).length).toBeLessThan(20);
    await clock.advance(1250);
    await Promise.all(left);
    await drained;
  });

  test('a drain with `serveOn` answers a request that comes on an open connection after the server stopped listening', async () => {
    const { url, server } = await startServer({ clock: createManualClock() });
    const connection = await openConnection(url);
    const closed = server.drain({ serveOn: true }).then(() => server.close());
    await until(async () => (await fetch(url).catch(() => null)) === null);
    connection.socket.write(requestOf('{ hello }'));
    await connection.ended;
    expect(connection.received()).toContain('hello world');
    await closed;
  });

  test('a request behind a slow one is answered, although the server stopped listening', async () => {
    const { url, server, finishSlow } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(requestOf('{ slow }') + requestOf('{ hello }'));
    // Both requests have arrived once a later request is answered.
    await post(url, { query: '{ hello }' });
    const drained = server.drain();
    await until(async () => (await fetch(url).catch(() => null)) === null);
    finishSlow();
    await until(() => connection.received().includes('hello world'));
    expect(connection.received()).toMatch(
      /^HTTP\/1\.1 200[^]*"done"[^]*HTTP\/1\.1 200[^]*connection: close\r\n[^]*"hello world"/i,
    );
    await drained;
  });

  test('the drain ends after the last response is written, so that closing does not lose it', async () => {
    const { url, server, finishSlow } = await startServer({ drainMs: 5000 });
    const slow = post(url, { query: '{ slow }' });
    // The slow request has arrived once a later request is answered.
    await post(url, { query: '{ hello }' });
    const closed = server.drain().then(() => server.close());
    finishSlow();
    expect(await answerOf(await slow)).toEqual({ data: { slow: 'done' } });
    await closed;
  });

  test('a socket is closed after its queries and mutations are answered, because its client would send them again', async () => {
    const clock = createManualClock();
    const { url, server, finishSlow } = await startServer({ clock, drainMs: 5000 });
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'stream', type: 'subscribe', payload: FOLLOW });
    raw.send({ id: 'slow', type: 'subscribe', payload: { query: '{ slow }' } });
    raw.send({ id: 'quick', type: 'subscribe', payload: { query: '{ hello }' } });
    for (const type of ['next', 'complete']) expect(await raw.next()).toMatchObject({ id: 'quick', type });
    const drained = server.drain();
    await clock.advance(4500);
    raw.send({ id: 'new', type: 'subscribe', payload: { query: '{ hello }' } });
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    finishSlow();
    expect(await raw.next()).toEqual({ id: 'slow', type: 'next', payload: { data: { slow: 'done' } } });
    expect(await raw.next()).toEqual({ id: 'slow', type: 'complete' });
    expect(await raw.closed).toEqual({ code: 1012, reason: 'Service restart' });
    await drained;
  });

  test('a socket is closed when its client cancels the last operation', async () => {
    // Its turn comes after half of the time.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const clock = createManualClock();
    const { url, server } = await startServer({ clock, drainMs: 5000 });
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'slow', type: 'subscribe', payload: { query: '{ slow }' } });
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    void server.drain();
    await clock.advance(4999);
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    raw.send({ id: 'slow', type: 'complete' });
    expect((await raw.closed).code).toBe(1012);
  });

  test('a socket that starts a new operation is closed at once, so that the operation does not fail', async () => {
    const clock = createManualClock();
    const { url, server } = await startServer({ clock, drainMs: 1e9 });
    const raw = openRawSocket(url);
    await raw.init();
    const drained = server.drain();
    raw.send({ id: '1', type: 'subscribe', payload: FOLLOW });
    expect((await raw.closed).code).toBe(1012);
    await clock.advance(1e9);
    await drained;
  });

  test('the drain does not wait for an operation that never ends', async () => {
    const clock = createManualClock();
    const { url, server, lines } = await startServer({ clock, drainMs: 5000 });
    void post(url, { query: '{ slow }' }).catch(() => {});
    // The slow request has arrived once a later request is answered.
    await post(url, { query: '{ hello }' });
    const drained = server.drain();
    await clock.advance(5000);
    await clock.whenAsleep();
    await clock.advance(3000);
    await drained;
    expect(lines.at(-1)).toMatchObject({ msg: 'drained', operations: 1 });
  });

  test('operations have three seconds to end, even if the drain has no time', async () => {
    const clock = createManualClock();
    const { url, server } = await startServer({ clock, drainMs: 0 });
    void post(url, { query: '{ slow }' }).catch(() => {});
    // The slow request has arrived once a later request is answered.
    await post(url, { query: '{ hello }' });
    const drained = server.drain();
    await clock.whenAsleep();
    await clock.advance(2999);
    expect(await isSettled(drained)).toBe(false);
    await clock.advance(1);
    await drained;
  });

  test('repeated calls join the first drain', async () => {
    const { server, lines } = await startServer();
    await Promise.all([server.drain(), server.drain()]);
    await server.drain();
    expect(lines.filter((line) => line['msg'] === 'draining')).toHaveLength(1);
  });
});

describe('close', () => {
  test('close ends every connection, releases every source, and may be called twice', async () => {
    const { url, server, log, metric } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: '1', type: 'subscribe', payload: FOLLOW });
    const streams = [await openSse(url, FOLLOW), await openMultipart(url, FOLLOW)];
    await until(() => log.following() === 3);
    await Promise.all([server.close(), server.close()]);
    await raw.closed;
    for (const stream of streams) while ((await stream.next()) !== undefined);
    await until(() => log.following() === 0);
    expect(await metric('gateway_connections_open')).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});
