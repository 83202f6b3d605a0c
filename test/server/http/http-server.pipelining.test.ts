/** Pipelined requests of one connection: their order, their limit, and their end. */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import { createHttpServers } from '../../../src/server/http/http-server.js';
import { DEFAULT_LIMITS } from '../../../src/server/security/limits.js';
import { createRefusedConnections } from '../../../src/server/http/refused-connections.js';
import { clockThatRuns } from '../../support/fakes/clocks.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

function requestOf(query: string, accept = '*/*'): string {
  const body = JSON.stringify({ query });
  const fields =
    `Host: 127.0.0.1\r\nAccept: ${accept}\r\nContent-Type: application/json\r\nContent-Length: ` + `${body.length}`;
  return `POST /graphql HTTP/1.1\r\n${fields}\r\n\r\n${body}`;
}

test('a handler that throws synchronously ends its connection, is reported, and harms no other request', async () => {
  const reported: unknown[] = [];
  const fault = new Error('a fault of the handler');
  const servers = createHttpServers(DEFAULT_LIMITS, createRefusedConnections(systemClock), (error) =>
    reported.push(error),
  );
  const server = servers.create((request, response) => {
    if (request.url === '/fault') throw fault;
    response.end('served');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  for (const before of ['', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n']) {
    const connection = await openConnection(url);
    connection.socket.write(`${before}GET /fault HTTP/1.1\r\nHost: a\r\n\r\n`);
    await connection.ended;
    await until(() => !connection.isHeld());
  }
  expect(reported).toEqual([fault, fault]);
  expect(await (await fetch(url)).text()).toBe('served');
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

describe('pipelined requests of one connection', () => {
  test('pipelined requests up to the limit are all answered, in their order', async () => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    const names = Array.from({ length: 32 }, (_, index) => `n${index}`);
    connection.socket.write(names.map((name) => requestOf(`{ hello(name: "${name}") }`)).join(''));
    await until(() => connection.received().split('HTTP/1.1 200').length - 1 === names.length);
    expect([...connection.received().matchAll(/"hello (\w+)"/g)].map((match) => match[1])).toEqual(names);
  });

  test('the first request over the limit is answered 429, and the connection ends', async () => {
    const { url, finishSlow, metric } = await startServer({ limits: { pipelinedRequests: 4 } });
    const connection = await openConnection(url);
    connection.socket.write(requestOf('{ slow }').repeat(200));
    // A request of another connection is answered at once.
    const health = await fetch(new URL('/health/live', url));
    expect(health.status).toBe(200);
    finishSlow();
    await connection.ended;
    const statuses = [...connection.received().matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    expect(statuses).toEqual(['200', '200', '200', '200', '429']);
    expect(connection.received()).toContain('"code":"LIMIT_EXCEEDED","limit":"pipelinedRequests","maximum":4');
    expect(await metric('gateway_operations_total')).toBe(4);
  });

  test('a pipelined request with an unknown expectation is answered 417 and ends the connection', async () => {
    const { url, finishSlow } = await startServer({ limits: { pipelinedRequests: 4 } });
    const connection = await openConnection(url);
    const expecting = 'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: more\r\n\r\n';
    connection.socket.write(requestOf('{ slow }') + expecting.repeat(200));
    await fetch(new URL('/health/live', url));
    finishSlow();
    await connection.ended;
    const statuses = [...connection.received().matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    expect(statuses).toEqual(['200', '417']);
  });

  test('the connection ends at the limit also if 20,000 requests are sent', async () => {
    const { url, finishSlow, metric } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(requestOf('{ slow }').repeat(20_000));
    await until(async () => (await fetch(new URL('/health/live', url))).ok);
    finishSlow();
    await until(() => !connection.isHeld());
    expect(await metric('gateway_operations_total')).toBeLessThanOrEqual(32);
  });

  test.each([['disconnects'], ['ends its half']])(
    'a connection over the limit behind a stream ends within seconds if the peer %s',
    async (how) => {
      const { url, metric } = await startServer({ limits: { pipelinedRequests: 4 }, clock: clockThatRuns(10) });
      const connection = await openConnection(url);
      const stream = requestOf('subscription { follow { text } }').replace(
        'Content-Type',
        'Accept: text/event-stream\r\nContent-Type',
      );
      connection.socket.write(stream + requestOf('{ hello }').repeat(40));
      await until(() => connection.received().includes('text/event-stream'));
      if (how === 'disconnects') connection.socket.destroy();
      else connection.socket.end();
      await until(async () => !connection.isHeld() && (await metric('gateway_subscriptions_open')) === 0);
    },
  );

  test('any number of requests is answered while fewer than the limit wait', async () => {
    const { url } = await startServer({ limits: { pipelinedRequests: 4 } });
    const connection = await openConnection(url);
    for (let sent = 0; sent < 100; sent += 4) {
      connection.socket.write(requestOf('{ hello }').repeat(4));
      await until(() => connection.received().split('HTTP/1.1 200').length - 1 === sent + 4);
    }
  });

  test('a stream behind another request opens after the answer to that request', async () => {
    const { url, finishSlow, metric } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(requestOf('{ slow }') + requestOf('subscription { follow { text } }', 'text/event-stream'));
    await fetch(new URL('/health/live', url));
    expect(await metric('gateway_subscriptions_started_total')).toBe(0);
    finishSlow();
    await until(() => connection.received().includes('content-type: text/event-stream'));
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 [^]*"done"[^]*HTTP\/1\.1 200 /);
    connection.socket.destroy();
    await until(async () => (await metric('gateway_subscriptions_open')) === 0);
  });

  test('a request that waits behind a stream ends the connection in time, and a stream without one goes on', async () => {
    const { url, log } = await startServer({ clock: clockThatRuns(100) });
    const stream = requestOf('subscription { follow { text } }', 'text/event-stream');
    const [alone, followed] = [await openConnection(url), await openConnection(url)];
    alone.socket.write(requestOf('{ hello }') + stream);
    followed.socket.write(stream + requestOf('{ hello }'));
    await until(() => !followed.isHeld());
    log.append('still here');
    await until(() => alone.received().includes('still here'));
  });

  test('costly pipelined requests do not delay another connection until the last one', async () => {
    const { url } = await startServer();
    const [many, other] = [await openConnection(url), await openConnection(url)];
    // A body of nearly the largest size, which is not a query.
    const costly =
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ` +
      `200002\r\n\r\n"${'x'.repeat(200_000)}"`;
    many.socket.write(costly.repeat(30));
    await until(() => many.received() !== '');
    other.socket.write('GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await until(() => other.received() !== '');
    expect(many.received().split('HTTP/1.1 400').length - 1).toBeLessThan(30);
    await until(() => many.received().split('HTTP/1.1 400').length - 1 === 30);
  });

  test('a request behind a slow one is dropped if the connection is reset', async () => {
    const { url, metric, finishSlow } = await startServer({ clock: clockThatRuns(100) });
    const connection = await openConnection(url);
    connection.socket.write(requestOf('{ slow }') + requestOf('mutation { append(text: "a") }'));
    await fetch(new URL('/health/live', url));
    connection.socket.resetAndDestroy();
    await until(() => !connection.isHeld());
    finishSlow();
    await fetch(new URL('/health/live', url));
    expect(await metric('gateway_operations_total', { type: 'mutation' })).toBe(0);
  });
});
