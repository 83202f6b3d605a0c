/** Slow and vanished clients of streams: the memory that they cost, and the time until their connection is cut. */
import { ServerResponse, request } from 'node:http';
import { Socket, connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { openRawSocket, type RawSocket } from '../../support/clients/raw-socket.js';
import { until, untilSteady } from '../../support/clients/waiting.js';
import { startServer, type TestServer } from '../../support/server/server.js';

const KILOBYTES = 16;
const FLOOD = { query: `subscription { flood(kilobytes: ${KILOBYTES}) { text } }` };
/** An upper bound of the bytes that the kernels buffer for both ends of a loopback connection. */
const KERNEL_BYTES = 8 * 1024 * 1024;

/** Resolves when the source has not been read in 50 consecutive checks. @returns the number of events read so far */
async function untilNoLongerAsked({ log }: TestServer): Promise<number> {
  let quiet = 0;
  let seen = -1;
  await until(() => {
    quiet = log.flooded === seen ? quiet + 1 : 0;
    seen = log.flooded;
    return seen > 0 && quiet > 50;
  });
  return seen;
}

/** Opens a flood and awaits its first event. */
async function openFlooded({ url }: TestServer): Promise<RawSocket> {
  const raw = openRawSocket(url);
  await raw.init();
  raw.send({ id: '1', type: 'subscribe', payload: FLOOD });
  expect(await raw.next()).toMatchObject({ type: 'next' });
  return raw;
}

/** Records the largest number of bytes that a connection of this process buffered right after a write. */
function watchBuffers(): { readonly most: () => number } {
  let most = 0;
  const prototypes = [
    {
      prototype: Socket.prototype,
      name: 'write',
      buffered: (it: unknown) => (it instanceof Socket ? it.writableLength : 0),
    },
    {
      prototype: ServerResponse.prototype,
      name: 'write',
      buffered: (it: unknown) => (it instanceof ServerResponse ? it.writableLength : 0),
    },
  ];
  for (const { prototype, name, buffered } of prototypes) {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new Error(name);
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, args);
      most = Math.max(most, buffered(this));
      return result;
    });
    restorations.push(() => Reflect.set(prototype, name, original));
  }
  return { most: () => most };
}
const restorations: (() => void)[] = [];
afterEach(() => {
  for (const restore of restorations.splice(0)) restore();
});

describe('a stalled WebSocket client', () => {
  test('a stalled WebSocket client costs the server at most 64 KB and one event, also with many operations', async () => {
    const buffers = watchBuffers();
    const server = await startServer();
    const raw = openRawSocket(server.url);
    await raw.init();
    for (let id = 0; id < 50; id += 1) raw.send({ id: String(id), type: 'subscribe', payload: FLOOD });
    await raw.next();
    raw.socket.pause();
    await untilNoLongerAsked(server);
    expect(buffers.most()).toBeGreaterThan(32 * 1024);
    expect(buffers.most()).toBeLessThan((64 + KILOBYTES + 1) * 1024);
  });

  test('a stalled WebSocket client stops its source, and receives everything once it reads again', async () => {
    const server = await startServer();
    const raw = await openFlooded(server);
    raw.socket.pause();
    const asked = await untilNoLongerAsked(server);
    expect(asked * KILOBYTES * 1024).toBeLessThan(KERNEL_BYTES);
    raw.socket.resume();
    await until(() => server.log.flooded > asked + 100);
  });

  test('a client that closes the WebSocket but keeps the connection stops its source', async () => {
    const server = await startServer();
    const raw = await openFlooded(server);
    // A paused client does not see the end of the connection either.
    raw.socket.pause();
    Reflect.get(raw.socket, '_sender').close(1000, '', true);
    expect(await untilNoLongerAsked(server)).toBeGreaterThan(0);
  });

  test('a stalled WebSocket client does not delay another client', async () => {
    const server = await startServer();
    const stalled = await openFlooded(server);
    stalled.socket.pause();
    await untilNoLongerAsked(server);
    const other = openRawSocket(server.url);
    await other.init();
    other.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { follow { text } }' } });
    server.log.append('one');
    expect(await other.next()).toMatchObject({ payload: { data: { follow: { text: 'one' } } } });
  });

  test('a stalled WebSocket client is cut after stalledMs, and its source is released', async () => {
    const clock = createManualClock();
    const server = await startServer({ clock });
    const raw = await openFlooded(server);
    raw.socket.pause();
    await untilNoLongerAsked(server);
    await clock.advance(60_000);
    await until(
      async () =>
        (await server.metric('gateway_subscription_ends_total', { transport: 'websocket', reason: 'stalled' })) === 1,
    );
    expect(await server.metric('gateway_connections_open', { transport: 'websocket' })).toBe(0);
  });

  test('a WebSocket client that reads now and then is kept, also if its pongs are late', async () => {
    const clock = createManualClock();
    const server = await startServer({ clock });
    const raw = openRawSocket(server.url, { autoPong: false });
    await raw.init();
    raw.send({ id: '1', type: 'subscribe', payload: FLOOD });
    for (let times = 0; times < 3; times += 1) {
      await raw.next();
      raw.socket.pause();
      const asked = await untilNoLongerAsked(server);
      await clock.advance(25_250);
      raw.socket.resume();
      await until(() => server.log.flooded > asked + 100);
    }
    expect(await server.metric('gateway_connections_open', { transport: 'websocket' })).toBe(1);
  });

  test('the server does not read from a client that sends messages and reads none', async () => {
    const server = await startServer();
    const raw = openRawSocket(server.url);
    await raw.init();
    raw.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { pad: 'x'.repeat(50 * 1024) } });
    let taken = 0;
    let sent = 0;
    // A server that read on would answer all of these messages and keep the answers.
    while (sent < 1000) {
      raw.socket.send(ping, () => (taken += 1));
      sent += 1;
    }
    await untilSteady(() => taken);
    expect(taken).toBeLessThan(sent);
    raw.socket.resume();
    for (let answered = 0; answered < sent; answered += 1) expect(await raw.next()).toMatchObject({ type: 'pong' });
  });
});

describe('a vanished WebSocket client', () => {
  test('a vanished WebSocket client is cut after a ping without a pong', async () => {
    const clock = createManualClock();
    const { url, metric } = await startServer({ clock });
    const raw = openRawSocket(url, { autoPong: false });
    await raw.init();
    await clock.whenAsleep();
    await clock.advance(25_250);
    expect(await metric('gateway_connections_open', { transport: 'websocket' })).toBe(1);
    await clock.advance(25_250);
    expect((await raw.closed).code).toBe(1006);
  });

  test('a WebSocket client that answers pings is kept', async () => {
    const clock = createManualClock();
    const { url, metric } = await startServer({ clock });
    const raw = openRawSocket(url);
    await raw.init();
    for (let minute = 0; minute < 5; minute += 1) {
      const pinged = new Promise((resolve) => raw.socket.once('ping', resolve));
      await clock.advance(25_250);
      await pinged;
      // The answer to this message comes after the pong that was sent before it.
      raw.send({ type: 'ping' });
      expect(await raw.next()).toEqual({ type: 'pong' });
    }
    expect(await metric('gateway_connections_open', { transport: 'websocket' })).toBe(1);
  });
});

describe.each([
  ['SSE', 'text/event-stream'],
  ['multipart', 'multipart/mixed;subscriptionSpec=1.0'],
])('a stalled HTTP client over %s', (transport, accept) => {
  async function open({ url }: TestServer) {
    const response = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      const outgoing = request(
        url,
        { method: 'POST', headers: { 'content-type': 'application/json', accept } },
        resolve,
      );
      outgoing.end(JSON.stringify(FLOOD));
    });
    response.on('error', () => {});
    return response;
  }

  test('a stalled HTTP client stops its source, costs at most 64 KB, and receives everything once it reads again', async () => {
    const buffers = watchBuffers();
    const server = await startServer();
    const response = await open(server);
    response.pause();
    const asked = await untilNoLongerAsked(server);
    expect(asked * KILOBYTES * 1024).toBeLessThan(KERNEL_BYTES);
    expect(buffers.most()).toBeLessThan(64 * 1024);
    response.resume();
    await until(() => server.log.flooded > asked + 100);
    response.destroy();
  });

  test('a stalled HTTP client is cut after stalledMs', async () => {
    const clock = createManualClock();
    const server = await startServer({ clock });
    const response = await open(server);
    response.pause();
    await untilNoLongerAsked(server);
    await clock.advance(31_000);
    await until(
      async () =>
        (await server.metric('gateway_subscription_ends_total', {
          transport: transport.toLowerCase(),
          reason: 'stalled',
        })) === 1,
    );
    response.destroy();
  });

  test('a stalled HTTP client is cut after stalledMs also if its stream has ended and only the final event waits', async () => {
    const clock = createManualClock();
    const server = await startServer({ clock });
    const response = await open(server);
    response.pause();
    await untilNoLongerAsked(server);
    void server.server.drain();
    // The drain sleeps beside the loop of the connections once it has ended the stream.
    await clock.whenAsleep(2);
    await clock.advance(29_000);
    expect(await server.metric('gateway_connections_open', { transport: transport.toLowerCase() })).toBe(1);
    await clock.advance(2000);
    await until(
      async () => (await server.metric('gateway_connections_open', { transport: transport.toLowerCase() })) === 0,
    );
    expect(
      await server.metric('gateway_subscription_ends_total', { transport: transport.toLowerCase(), reason: 'restart' }),
    ).toBe(1);
    response.destroy();
  });
});

describe('an incomplete upgrade request', () => {
  test('a connection with an incomplete upgrade request is closed with the server', async () => {
    const { url, server } = await startServer();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write('GET /graphql HTTP/1.1\r\nhost: x\r\n');
    await new Promise((resolve) => socket.on('connect', resolve));
    await server.close();
    await closed;
  });
});

test('a WebSocket without pongs stays open while its messages arrive, and is cut when none arrive', async () => {
  const clock = createManualClock();
  const { url } = await startServer({ clock });
  const raw = openRawSocket(url, { autoPong: false });
  await raw.init();
  for (let round = 0; round < 4; round += 1) {
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    await clock.advance(25_000);
  }
  await clock.advance(25_000);
  expect((await raw.closed).code).toBe(1006);
});
