import { ServerResponse, request } from 'node:http';
import { Socket, connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { openRawSocket, type RawSocket } from '../../support/clients/raw-socket.js';
import { until, untilSteady } from '../../support/clients/waiting.js';
import { startServer, type TestServer } from '../../support/harness/server.js';

const KILOBYTES = 16;
const FLOOD = { query: `subscription { flood(kilobytes: ${KILOBYTES}) { text } }` };
/** What the two kernels buffer for a loopback connection, more or less; the rest would be ours. */
const KERNEL_BYTES = 8 * 1024 * 1024;

/** Resolves when the source has not been asked for anything in many turns of the loop. */
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

/** Its first event has come. */
async function openFlooded({ url }: TestServer): Promise<RawSocket> {
  const raw = openRawSocket(url);
  await raw.init();
  raw.send({ id: '1', type: 'subscribe', payload: FLOOD });
  expect(await raw.next()).toMatchObject({ type: 'next' });
  return raw;
}

/** The most that any connection of this process has had in its own memory right after a write. */
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

describe('a WebSocket reader that stops reading', () => {
  test('costs the server at most 64 KB and the one event that crossed them, also with many operations', async () => {
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

  test('stops its source, costs what the kernel buffers and little more, and gets everything once it reads again', async () => {
    const server = await startServer();
    const raw = await openFlooded(server);
    raw.socket.pause();
    const asked = await untilNoLongerAsked(server);
    expect(asked * KILOBYTES * 1024).toBeLessThan(KERNEL_BYTES);
    raw.socket.resume();
    await until(() => server.log.flooded > asked + 100);
  });

  test('stops its source when it has said goodbye and stays', async () => {
    const server = await startServer();
    const raw = await openFlooded(server);
    // Nothing is read any more, so that the end of the connection is not seen either.
    raw.socket.pause();
    Reflect.get(raw.socket, '_sender').close(1000, '', true);
    expect(await untilNoLongerAsked(server)).toBeGreaterThan(0);
  });

  test('does not hold up others', async () => {
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

  test('is cut off after a while, and its source let go of', async () => {
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

  test('is kept as long as it reads on now and then, however late its pongs are', async () => {
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

  test('is not read from either while it only talks', async () => {
    const server = await startServer();
    const raw = openRawSocket(server.url);
    await raw.init();
    raw.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { pad: 'x'.repeat(50 * 1024) } });
    let taken = 0;
    let sent = 0;
    // If the server read on, all of these would be answered, and the answers kept.
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

describe('a WebSocket reader that vanishes', () => {
  test('is found out by a ping without a pong', async () => {
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

  test('is not mistaken for one that answers pings', async () => {
    const clock = createManualClock();
    const { url, metric } = await startServer({ clock });
    const raw = openRawSocket(url);
    await raw.init();
    for (let minute = 0; minute < 5; minute += 1) {
      const pinged = new Promise((resolve) => raw.socket.once('ping', resolve));
      await clock.advance(25_250);
      await pinged;
      // A message of its own comes back only after the pong that was sent before it.
      raw.send({ type: 'ping' });
      expect(await raw.next()).toEqual({ type: 'pong' });
    }
    expect(await metric('gateway_connections_open', { transport: 'websocket' })).toBe(1);
  });
});

describe.each([
  ['SSE', 'text/event-stream'],
  ['multipart', 'multipart/mixed;subscriptionSpec=1.0'],
])('an HTTP reader over %s that stops reading', (transport, accept) => {
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

  test('stops its source, costs at most 64 KB, and gets everything once it reads again', async () => {
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

  test('is cut off after a while', async () => {
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

  test('is cut off after a while also when its stream has ended and only the last words wait for it', async () => {
    const clock = createManualClock();
    const server = await startServer({ clock });
    const response = await open(server);
    response.pause();
    await untilNoLongerAsked(server);
    void server.server.drain();
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

describe('a connection that asks for an upgrade and never goes on', () => {
  test('is closed when the server is', async () => {
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

test('a WebSocket whose pongs do not arrive stays open while its messages do, and is cut off when neither do', async () => {
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
