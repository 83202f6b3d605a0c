/** Bounds on the memory and the time that one WebSocket takes from the others. */
import { describe, expect, test } from '@jest/globals';
import { heapUsed } from '../../support/checks/heap.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until, untilSteady } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

/** A value that takes more than 4 MB of memory when parsed. */
const LARGE = Array.from({ length: 80_000 }, () => ({}));
const FOLLOW = 'subscription { follow { text } }';
const MEGABYTE = 1024 * 1024;

/** A text frame of a client, masked with zeros. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  const [first = 0, ...rest] = length;
  return Buffer.concat([Buffer.from([0x81, 0x80 | first, ...rest, 0, 0, 0, 0]), payload]);
}

describe('the bounds of a WebSocket', () => {
  test('the payload of connection_init and unused members of a subscription are not kept in memory', async () => {
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

  test('a WebSocket is closed if the id of an operation exceeds 1000 characters', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'x'.repeat(1001), type: 'subscribe', payload: { query: FOLLOW } });
    const reason = 'The id of an operation is too long (limit 1000 characters, got 1001).';
    expect(await raw.closed).toEqual({ code: 4400, reason });
  });

  test('the server does not read a WebSocket while 256 KB of answers wait for its client', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    const before = await heapUsed();
    raw.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { pad: 'x'.repeat(200 * 1024) } });
    let taken = 0;
    for (let sent = 0; sent < 100; sent += 1) raw.socket.send(ping, () => (taken += 1));
    await untilSteady(() => taken);
    // The client keeps the messages that were not sent. The two kernels keep some megabytes.
    const here = (100 - taken) * ping.length;
    expect((await heapUsed()) - before - here).toBeLessThan(5 * MEGABYTE);
    raw.socket.terminate();
  });

  test('the server takes one message of a WebSocket in a turn of the event loop', async () => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(webSocketRequest('/graphql', new URL(url).host));
    await until(() => connection.received().includes('101 Switching Protocols'));
    // This request opens the connection of the next one.
    await fetch(new URL('/health/live', url)).then(async (answer) => answer.text());
    connection.socket.write(textFrame('{"type":"connection_init"}'));
    await until(() => connection.received().includes('connection_ack'));
    // This number of messages fits into one read of the connection.
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
    ['sends an invalid frame', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ])(
    'a WebSocket is closed within seconds if its peer %s and keeps its half of the connection',
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
