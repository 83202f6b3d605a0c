/**
 * The write timeout ends connections whose answers are not read. It spares slow clients, slow operations and idle
 * connections.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openConnection } from '../../support/clients/raw-connection.js';
import { openSse } from '../../support/clients/response-streams.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const STALLED_MS = 1000;
const LIMITS = { limits: { stalledMs: STALLED_MS } };
/** Ten names make an answer of 2 MB. Ten answers exceed the buffers of both ends of a connection. */
const NAME = 'x'.repeat(200 * 1024);
const TIMES = 10;
const LARGE = {
  query:
    `query($name: String!) { ` +
    `${Array.from({ length: TIMES }, (_, index) => `a${index}: hello(name: $name)`).join(' ')} }`,
  variables: { name: NAME },
};
const REQUESTS = 10;
const WHOLE = REQUESTS * TIMES * NAME.length;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

function requestOf(url: string, params: object): string {
  const { host, pathname } = new URL(url);
  const body = JSON.stringify(params);
  return (
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ` +
    `${body.length}\r\n\r\n${body}`
  );
}

describe('the write timeout', () => {
  test('a connection whose answers are not read is ended after stalledMs', async () => {
    const { url } = await startServer(LIMITS);
    const connection = await openConnection(url);
    connection.socket.pause();
    connection.socket.write(requestOf(url, LARGE).repeat(REQUESTS));
    await until(() => connection.isHeld());
    await until(() => !connection.isHeld());
    connection.socket.resume();
    await connection.ended;
    expect(connection.received().length).toBeLessThan(WHOLE);
  });

  test('a connection whose answers are read slowly receives all of them', async () => {
    const { url } = await startServer(LIMITS);
    const socket = await open(url);
    socket.write(requestOf(url, LARGE).repeat(REQUESTS));
    const begunAt = performance.now();
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 10);
    });
    await until(() => received > WHOLE || socket.destroyed);
    expect(received).toBeGreaterThan(WHOLE);
    expect(performance.now() - begunAt).toBeGreaterThan(2 * STALLED_MS);
  });

  test('a connection that waits for a slow operation gets its answer, and can be used again after a pause', async () => {
    const { url, finishSlow } = await startServer(LIMITS);
    const socket = await open(url);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.write(requestOf(url, { query: '{ slow }' }));
    await sleep(3 * STALLED_MS);
    finishSlow();
    await until(() => received.includes('"slow":"done"'));
    await sleep(3 * STALLED_MS);
    socket.write(requestOf(url, { query: '{ hello }' }));
    await until(() => received.includes('hello world'));
  });

  test('a connection with an idle stream stays open', async () => {
    const { url, log } = await startServer(LIMITS);
    const stream = await openSse(url, { query: 'subscription { follow { text } }' });
    await stream.next();
    await sleep(3 * STALLED_MS);
    log.append('late');
    expect(await stream.next()).toMatchObject({ id: 'c1' });
  });

  test('a connection that is silent at first can send a request later', async () => {
    const { url } = await startServer(LIMITS);
    const socket = await open(url);
    await sleep(3 * STALLED_MS);
    socket.write(requestOf(url, { query: '{ hello }' }));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('hello world');
  });
});
