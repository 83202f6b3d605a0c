/** Plain answers that are not read are not kept for ever; whoever reads slowly, asks something slow or says nothing is left alone. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openSse } from '../../support/clients/response-streams.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/harness/server.js';

const STALLED_MS = 500;
const LIMITS = { limits: { stalledMs: STALLED_MS } };
/** Ten times this is an answer of 2 MB, and ten of those are more than the two ends of a connection take. */
const NAME = 'x'.repeat(200 * 1024);
const TIMES = 10;
const LARGE = {
  query: `query($name: String!) { ${Array.from({ length: TIMES }, (_, index) => `a${index}: hello(name: $name)`).join(' ')} }`,
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
  return `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

describe('a connection', () => {
  test('whose answers are not read is ended after a while', async () => {
    const { url } = await startServer(LIMITS);
    const socket = await open(url);
    socket.write(requestOf(url, LARGE).repeat(REQUESTS));
    await sleep(4 * STALLED_MS);
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    // Whether the end is a reset is the kernel's choice, and once() would throw it.
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toBeLessThan(WHOLE);
  });

  test('whose answers are read slowly gets all of them', async () => {
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

  test('that waits for a slow operation gets its answer, and may be used again after a silence', async () => {
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

  test('with a quiet stream is left alone', async () => {
    const { url, log } = await startServer(LIMITS);
    const stream = await openSse(url, { query: 'subscription { follow { text } }' });
    await stream.next();
    await sleep(3 * STALLED_MS);
    log.append('late');
    expect(await stream.next()).toMatchObject({ id: 'c1' });
  });

  test('that says nothing at first may still ask', async () => {
    const { url } = await startServer(LIMITS);
    const socket = await open(url);
    await sleep(3 * STALLED_MS);
    socket.write(requestOf(url, { query: '{ hello }' }));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('hello world');
  });
});
