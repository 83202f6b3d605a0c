/** A WebSocket costs others little, however much its client sends. */
import { describe, expect, test } from '@jest/globals';
import { heapUsed } from '../../support/checks/heap.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until, untilSteady } from '../../support/clients/waiting.js';
import { startServer } from '../../support/harness/server.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

/** Parsed, it takes more than 4 MB. */
const LARGE = Array.from({ length: 80_000 }, () => ({}));
const FOLLOW = 'subscription { follow { text } }';
const MEGABYTE = 1024 * 1024;

/** As a client sends it, masked with zeros. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  const [first = 0, ...rest] = length;
  return Buffer.concat([Buffer.from([0x81, 0x80 | first, ...rest, 0, 0, 0, 0]), payload]);
}

describe('a WebSocket', () => {
  test('does not keep what came with connection_init, or beside a subscription', async () => {
    const { url, metric } = await startServer();
    const raw = openRawSocket(url);
    const before = await heapUsed();
    await raw.init({ large: LARGE });
    for (let id = 1; id <= 10; id += 1) {
      const rest = { variables: { undeclared: LARGE }, extensions: { unknown: LARGE.slice(0, 10) } };
      raw.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: FOLLOW, ...rest } }));
    }
    await until(async () => (await metric('gateway_subscriptions_open', { transport: 'websocket' })) === 10);
    expect((await heapUsed()) - before).toBeLessThan(15 * MEGABYTE);
  });

  test('is closed when the id of an operation is very long', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'x'.repeat(1001), type: 'subscribe', payload: { query: FOLLOW } });
    const reason = 'The id of an operation is too long (limit 1000 characters, got 1001).';
    expect(await raw.closed).toEqual({ code: 4400, reason });
  });

  test('is not read from while answers of 256 KB wait for its client', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    const before = await heapUsed();
    raw.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { pad: 'x'.repeat(200 * 1024) } });
    let taken = 0;
    for (let sent = 0; sent < 100; sent += 1) raw.socket.send(ping, () => (taken += 1));
    await untilSteady(() => taken);
    // This side keeps those that are not taken; the two kernels keep some megabytes.
    const here = (100 - taken) * ping.length;
    expect((await heapUsed()) - before - here).toBeLessThan(5 * MEGABYTE);
    raw.socket.terminate();
  });

  test('takes one message in a turn of the loop, however many came at once', async () => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(webSocketRequest('/graphql', new URL(url).host));
    await until(() => connection.received().includes('101 Switching Protocols'));
    // So that the next request has a connection already.
    await fetch(new URL('/health/live', url)).then(async (answer) => answer.text());
    connection.socket.write(textFrame('{"type":"connection_init"}'));
    await until(() => connection.received().includes('connection_ack'));
    // As many as fit into one read of the connection.
    const asked = Array.from(
      { length: 600 },
      (_, id) => `{"id":"${id}","type":"subscribe","payload":{"query":"{ hello a${id} }"}}`,
    );
    connection.socket.write(Buffer.concat(asked.map(textFrame)));
    await fetch(new URL('/health/live', url));
    const answered = () => connection.received().split('"type":"error"').length - 1;
    expect(answered()).toBeLessThan(asked.length);
    await until(() => answered() === asked.length);
  });

  test.each([
    ['closes the WebSocket', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])],
    ['sends no frame of WebSocket', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ])(
    'is gone within seconds after a peer %s and keeps its half of the connection',
    async (_what, bytes) => {
      const { url } = await startServer();
      const connection = await openConnection(url);
      connection.socket.write(webSocketRequest('/graphql', new URL(url).host));
      await until(() => connection.received().includes('101 Switching Protocols'));
      const sentAt = performance.now();
      connection.socket.write(bytes);
      await until(() => !connection.isHeld());
      expect(performance.now() - sentAt).toBeLessThan(9000);
    },
    40_000,
  );
});

test('a document with more comments than it may have tokens is refused, because its comments would be kept', async () => {
  const { url } = await startServer();
  const raw = openRawSocket(url);
  await raw.init();
  const ask = async (comments: number) => {
    raw.send({ id: '1', type: 'subscribe', payload: { query: `{ hello ${'#\n'.repeat(comments)} }` } });
    const { payload } = await raw.next();
    return payload;
  };
  expect(await ask(1001)).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'tokens', maximum: 1000 } }]);
  expect(await ask(1000)).toMatchObject({ data: { hello: 'hello world' } });
});
