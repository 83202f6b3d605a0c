/** Connections that are refused, broken or half open end within seconds, independent of their peer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { clockThatRuns } from '../../support/fakes/clocks.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { openConnection, type RawConnection } from '../../support/clients/raw-connection.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

const SECONDS = 8_000;

async function expectEnd(connection: RawConnection): Promise<void> {
  const begunAt = performance.now();
  await until(() => !connection.isHeld());
  expect(performance.now() - begunAt).toBeLessThan(SECONDS);
  await connection.ended;
}

/** The behaviours of a peer after its request. */
const PEERS: Readonly<Record<string, (connection: RawConnection) => void>> = {
  'sends more and ends its half': ({ socket }) => void socket.end('x'.repeat(100_000)),
  'sends nothing more and keeps its half open': () => {},
  'goes on sending': ({ socket }) => {
    const sending = setInterval(() => socket.write('x'.repeat(1000)), 5);
    socket.once('close', () => clearInterval(sending));
  },
};

describe('a refused WebSocket', () => {
  for (const [peer, act] of Object.entries(PEERS)) {
    test.each([
      ['404', '/elsewhere', '127.0.0.1', []],
      ['403', '/graphql', '127.0.0.1', ['Origin: https://foreign.example']],
      ['403', '/graphql', 'foreign.example', []],
      ['400', '/graphql', '127.0.0.1', ['Sec-WebSocket-Version: 99']],
    ])(
      `a refused WebSocket is answered %s at %s for host %s and ends although its peer ${peer}`,
      async (status, path, host, fields) => {
        const { url } = await startServer({ clock: clockThatRuns(10) });
        const connection = await openConnection(url);
        await until(() => connection.isHeld());
        connection.socket.write(webSocketRequest(path, host, fields));
        act(connection);
        await until(() => connection.received().startsWith(`HTTP/1.1 ${status} `));
        expect(JSON.parse(connection.received().split('\r\n\r\n')[1] ?? '')).toMatchObject({
          errors: [{ extensions: {} }],
        });
        await expectEnd(connection);
      },
    );
  }

  test('the server closes without waiting for the peer of a refused WebSocket', async () => {
    // The time that the peer has never ends.
    const { url, server } = await startServer({ clock: createManualClock() });
    const connection = await openConnection(url);
    connection.socket.write(webSocketRequest('/elsewhere', '127.0.0.1'));
    await until(() => connection.received() !== '');
    await server.close();
    await expectEnd(connection);
  });
});

describe('input that is not HTTP', () => {
  test.each([
    ['400', 'BAD_REQUEST', 'GET /graphql HTTP/9.9\r\n\r\n'],
    ['400', 'BAD_REQUEST', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['431', 'LIMIT_EXCEEDED', `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('invalid HTTP is answered once with %s and %s, and the connection ends', async (status, code, input) => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(input, 'latin1');
    connection.socket.write('\r\n\r\nmore of it\r\n\r\n');
    await expectEnd(connection);
    const [head = '', body = ''] = connection.received().split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: expect.any(String), extensions: expect.objectContaining({ code }) }],
    });
  });

  test.each([
    ['without a Host', '400', 'GET /graphql HTTP/1.1\r\n\r\n'],
    [
      'with an unknown expectation',
      '417',
      'GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: the unexpected\r\n\r\n',
    ],
    ['with a path that cannot be decoded', '400', 'GET /% HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'],
  ])('a request %s is answered %s in JSON, and the connection ends', async (_what, status, request) => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write(request);
    await expectEnd(connection);
    expect(connection.received()).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(connection.received().split('\r\n\r\n')[1] ?? '')).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test.each([
    ['ends in the middle of a body', '{"query"', true],
    ['breaks the chunks of a body', 'zz\r\n', false],
  ])('a request that %s is answered 400, and the connection ends', async (_how, body, ends) => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    const length = ends ? 'Content-Length: 100' : 'Transfer-Encoding: chunked';
    connection.socket.write(
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${length}\r\n\r\n${body}`,
    );
    if (ends) connection.socket.end();
    await expectEnd(connection);
    expect(connection.received()).toContain('HTTP/1.1 400 ');
  });

  test('invalid HTTP is answered after the answer to the request before it', async () => {
    const { url, finishSlow } = await startServer();
    const connection = await openConnection(url);
    const body = JSON.stringify({ query: '{ slow }' });
    connection.socket.write(
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ` +
        `${body.length}\r\n\r\n${body}garbage\r\n\r\n`,
    );
    await sleep(50);
    expect(connection.received()).toBe('');
    finishSlow();
    await expectEnd(connection);
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 [^]*"done"[^]*HTTP\/1\.1 400 /);
  });
});

test('a WebSocket whose peer reads nothing and has ended its half is closed within seconds', async () => {
  const { url, metric } = await startServer();
  const connection = await openConnection(url);
  const { socket } = connection;
  socket.write(webSocketRequest('/graphql', '127.0.0.1'));
  await until(() => connection.received().includes('101'));
  const send = (message: object) => {
    const text = Buffer.from(JSON.stringify(message));
    const head =
      text.length < 126
        ? Buffer.from([0x81, 0x80 | text.length])
        : Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 0xff]);
    socket.write(Buffer.concat([head, Buffer.alloc(4), text]));
  };
  send({ type: 'connection_init' });
  await until(() => connection.received().includes('connection_ack'));
  socket.pause();
  send({ id: '1', type: 'subscribe', payload: { query: 'subscription { flood(kilobytes: 64) { text } }' } });
  // Deliveries stop when the buffers of both ends are full.
  let before = -1;
  await until(async () => {
    const now = await metric('gateway_deliveries_total');
    const still = now === before && now > 0;
    before = now;
    await sleep(100);
    return still;
  });
  socket.end();
  const endedAt = performance.now();
  await until(async () => (await metric('gateway_connections_open')) === 0);
  expect(performance.now() - endedAt).toBeLessThan(SECONDS);
});

describe('a request that is refused before its body', () => {
  const MEGABYTES = 'x'.repeat(5_000_000);
  const json = { 'content-type': 'application/json' };

  test.each([
    [413, 'POST', '/graphql', json],
    [415, 'POST', '/graphql', { 'content-type': 'text/plain' }],
    [415, 'POST', '/graphql', { ...json, 'content-encoding': 'gzip' }],
    [415, 'POST', '/graphql', { 'content-type': 'application/json; charset=latin1' }],
    [405, 'PUT', '/graphql', json],
    [404, 'POST', '/elsewhere', json],
    [401, 'POST', '/hints/eventbridge', json],
    [413, 'POST', '/hints/eventbridge', { ...json, 'x-hint-secret': 'secret' }],
  ])(
    'a client that sends five megabytes before it reads gets the answer %s (%s %s %j)',
    async (status, method, path, headers) => {
      const { url } = await startServer({ eventBridge: { secret: 'secret', receive: async () => {} } });
      for (let tries = 0; tries < 6; tries += 1) {
        // The body comes in one piece with its length on even tries, and in many pieces without it on odd tries.
        const pieces = new Blob([MEGABYTES]).stream();
        const init: RequestInit & { duplex: 'half' } = {
          method,
          headers,
          body: tries % 2 === 0 ? MEGABYTES : pieces,
          duplex: 'half',
        };
        const response = await fetch(new URL(path, url), init);
        expect([response.status, await response.json()]).toMatchObject([status, { errors: [{}] }]);
      }
    },
  );

  test.each([
    ['413', 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'],
    ['404', 'POST /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
    ['400', 'POST /graphql HTTP/1.1\r\n'],
    ['417', 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: more\r\n'],
  ])(
    'a request is answered %s before its body, and its connection goes on once the body has arrived',
    async (status, head) => {
      const { url } = await startServer();
      const connection = await openConnection(url);
      connection.socket.write(`${head}Content-Length: 5000000\r\n\r\n`);
      await until(() => connection.received().startsWith(`HTTP/1.1 ${status} `));
      connection.socket.write(MEGABYTES);
      connection.socket.write('GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
      await connection.ended;
      expect(connection.received()).toMatch(/HTTP\/1\.1 200 [^]*\{"live":true\}$/);
    },
  );

  test.each([
    ['413', 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n'],
    ['413', 'POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\n'],
    ['415', 'POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n'],
    ['404', 'POST /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n'],
    ['417', 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nExpect: more\r\n'],
  ])(
    'a request with Connection: close is answered %s before its body, and the connection ends without a reset: %j',
    async (status, head) => {
      const { url } = await startServer();
      const connection = await openConnection(url);
      connection.socket.write(`${head}Content-Length: 5000000\r\n\r\n`);
      await until(() => connection.received().startsWith(`HTTP/1.1 ${status} `));
      const failures: unknown[] = [];
      connection.socket.on('error', (error) => failures.push(error));
      // A reset connection would not take the whole body.
      await new Promise<void>((resolve) => connection.socket.write(MEGABYTES, () => resolve()));
      await expectEnd(connection);
      expect(failures).toEqual([]);
    },
  );

  test.each([
    ['never arrives', ''],
    ['arrives too slowly', 'x'],
    ['is endless', 'x'.repeat(1_000_000)],
  ])('a refused request loses its connection if its body %s', async (_how, piece) => {
    const { url } = await startServer({ clock: clockThatRuns(10) });
    const connection = await openConnection(url);
    connection.socket.write('POST /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000000\r\n\r\n');
    await until(() => connection.received().startsWith('HTTP/1.1 404 '));
    const sending = setInterval(() => connection.socket.write(piece), 5);
    connection.socket.once('close', () => clearInterval(sending));
    await expectEnd(connection);
    clearInterval(sending);
  });

  test('a refused request loses its connection at once if its body is too large', async () => {
    const { url } = await startServer();
    const connection = await openConnection(url);
    connection.socket.write('POST /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000000\r\n\r\n');
    await until(() => connection.received().startsWith('HTTP/1.1 404 '));
    const begunAt = performance.now();
    const more = (): void =>
      void connection.socket.write(MEGABYTES, (error) => (error === null || error === undefined ? more() : undefined));
    more();
    await until(() => !connection.isHeld());
    // The connection ends long before its time limit.
    expect(performance.now() - begunAt).toBeLessThan(SECONDS);
  });
});
