import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '../support/server-clients.js';
import { startServer } from '../support/server.js';

/** What Java's HTTP client sends first on a cleartext connection. */
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n';

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
      return `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    },
    webSocket: `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  };
}

describe('a request that offers another protocol than WebSocket', () => {
  test('is answered as the HTTP/1.1 request that it is, with a body that arrives in pieces, and so is a second request', async () => {
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

  test('is answered after those that were sent before it on the same connection, and before those that were sent after it', async () => {
    const { url } = await startServer();
    const { socket, received, answers, request } = await open(url);
    const names = ['one', 'two', 'three', 'four', 'five'];
    socket.write(names.map((name, index) => request(`{ hello(name: "${name}") }`, index % 2 === 0 || name === 'four' ? H2C : '')).join(''));
    await until(() => answers() === names.length);
    expect([...received().matchAll(/"hello (\w+)"/g)].map((match) => match[1])).toEqual(names);
  });

  test('waits for a slow answer to an earlier one', async () => {
    const { url, finishSlow } = await startServer();
    const { socket, received, answers, request } = await open(url);
    socket.write(request('{ slow }'));
    socket.write(request('{ hello(name: "later") }', H2C));
    // What comes on another connection is answered meanwhile.
    const other = await open(url);
    other.socket.write(other.request('{ hello }'));
    await until(() => other.answers() === 1);
    expect(answers()).toBe(0);
    finishSlow();
    await until(() => answers() === 2);
    expect(received()).toMatch(/"done"[^]*"hello later"/);
  });

  test('is forgotten with its connection, also when the server closes', async () => {
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

test('a WebSocket is opened once the requests before it on the same connection are answered', async () => {
  const { url, finishSlow } = await startServer();
  const { socket, received, request, webSocket } = await open(url);
  socket.write(request('{ slow }') + webSocket);
  const other = await open(url);
  other.socket.write(other.request('{ hello }'));
  await until(() => other.answers() === 1);
  expect(received()).toBe('');
  finishSlow();
  await until(() => received().includes('101 Switching Protocols'));
  expect(received()).toMatch(/^HTTP\/1.1 200 [^]*"done"[^]*HTTP\/1.1 101 /);
});
