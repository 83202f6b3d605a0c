/** Requests that offer another protocol: WebSocket, h2c, and offers behind unanswered requests. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openConnection } from '../../support/clients/raw-connection.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

/** The headers that Java's HTTP client sends first on a cleartext connection. */
const H2C =
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function open(url: string) {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.setEncoding('utf8');
  let received = '';
  socket.on('data', (text: string) => (received += text));
  await once(socket, 'connect');
  return {
    socket,
    received: () => received,
    answers: () => received.split('HTTP/1.1 200').length - 1,
    request: (query: string, offer = ''): string => {
      const body = JSON.stringify({ query });
      return (
        `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${offer}Content-Type: application/json\r\nContent-Length: ` +
        `${body.length}\r\n\r\n${body}`
      );
    },
    webSocket:
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ` +
      `${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  };
}

describe('an upgrade offer other than WebSocket', () => {
  test('a request with an h2c offer is answered over HTTP/1.1, also with a body in pieces and before a second request', async () => {
    const { url } = await startServer();
    const { socket, received, answers, request } = await open(url);
    const first = request('{ __typename }', H2C);
    socket.write(first.slice(0, -5));
    socket.write(first.slice(-5));
    await until(() => answers() === 1);
    socket.write(request('{ __typename }'));
    await until(() => answers() === 2);
    expect(received().match(/\{"data":\{"__typename":"Query"\}\}/g)).toHaveLength(2);
  });

  test('five requests with an h2c offer are answered on one connection, which then ends', async () => {
    const { url } = await startServer();
    const { socket, received, answers, request } = await open(url);
    const ended = once(socket, 'close');
    for (let count = 1; count <= 5; count += 1) {
      socket.write(request('{ hello }', H2C));
      await until(() => answers() === count);
    }
    await ended;
    expect(
      received()
        .match(/^connection: \S+/gim)
        ?.map((line) => line.toLowerCase()),
    ).toEqual([...Array(4).fill('connection: keep-alive'), 'connection: close']);
  });

  test('an offer behind unanswered requests ends the connection after their answers', async () => {
    const { url } = await startServer();
    const { socket, received, request } = await open(url);
    const names = ['one', 'two', 'three', 'four', 'five'];
    const ended = once(socket, 'close');
    socket.write(
      names.map((name, index) => request(`{ hello(name: "${name}") }`, index % 2 === 0 ? H2C : '')).join(''),
    );
    await ended;
    expect([...received().matchAll(/"hello (\w+)"/g)].map((match) => match[1])).toEqual(['one', 'two']);
  });

  test('an offer behind a slow request ends the connection only after the slow answer', async () => {
    const { url, finishSlow } = await startServer();
    const { socket, received, answers, request } = await open(url);
    const ended = once(socket, 'close');
    socket.write(request('{ slow }'));
    socket.write(request('{ hello(name: "later") }', H2C));
    // A request on another connection is answered at once.
    const other = await open(url);
    other.socket.write(other.request('{ hello }'));
    await until(() => other.answers() === 1);
    expect(answers()).toBe(0);
    finishSlow();
    await ended;
    expect(received()).toContain('"done"');
    expect(received()).not.toContain('hello later');
  });

  test.each(['ends its half', 'gets no answer'])(
    'an offer behind an unanswered request ends the connection when the peer %s',
    async (how) => {
      const { url, finishSlow } = await startServer({ limits: { stalledMs: how === 'ends its half' ? 30_000 : 300 } });
      const connection = await openConnection(url);
      const body = JSON.stringify({ query: '{ slow }' });
      connection.socket.write(
        `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ` +
          `${body.length}\r\n\r\n${body}`,
      );
      connection.socket.write(webSocketRequest('/graphql', '127.0.0.1'));
      if (how === 'ends its half') connection.socket.end();
      await until(() => !connection.isHeld());
      expect(connection.received()).toBe('');
      finishSlow();
    },
  );

  test('an offer behind an unanswered request ends with its connection, and with the server', async () => {
    const { url, server, finishSlow } = await startServer();
    const [gone, left] = [await open(url), await open(url)];
    for (const { socket, request } of [gone, left]) socket.write(request('{ slow }') + request('{ hello }', H2C));
    gone.socket.resetAndDestroy();
    const ended = once(left.socket, 'close');
    const other = await open(url);
    other.socket.write(other.request('{ hello }'));
    await until(() => other.answers() === 1);
    await server.close();
    await ended;
    expect(left.answers()).toBe(0);
    finishSlow();
  });
});

test('a WebSocket offer behind an unanswered request opens no WebSocket, and the connection ends after the answer', async () => {
  const { url, finishSlow } = await startServer();
  const { socket, received, request, webSocket } = await open(url);
  const ended = once(socket, 'close');
  socket.write(request('{ slow }') + webSocket);
  const other = await open(url);
  other.socket.write(other.request('{ hello }'));
  await until(() => other.answers() === 1);
  expect(received()).toBe('');
  finishSlow();
  await ended;
  expect(received()).toMatch(/^HTTP\/1.1 200 [^]*"done"/);
  expect(received()).not.toContain('101');
});

test.each(['h2c', 'websocket'])(
  'connections that offer %s behind a request and are reset at once do not harm the server',
  async (protocol) => {
    const { url } = await startServer();
    const { hostname, port, host } = new URL(url);
    const live = `GET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const offer =
      protocol === 'h2c'
        ? `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`
        : webSocketRequest('/graphql', host);
    // An unhandled error event would end the process and fail the test.
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const socket = connect(Number(port), hostname);
          socket.on('error', () => {});
          await once(socket, 'connect');
          socket.write(index % 2 === 0 ? live + offer : offer + live);
          socket.resetAndDestroy();
        }),
      );
      expect((await fetch(new URL('/health/live', url))).status).toBe(200);
    }
  },
);
