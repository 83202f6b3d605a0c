import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { openRawSocket, upgradeStatus } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/harness/server.js';

const FOLLOW = 'subscription { follow { text cursor } }';

describe('graphql-transport-ws', () => {
  test('streams events, completes after the last, and lets go of the source', async () => {
    const { url, log } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'a', type: 'subscribe', payload: { query: FOLLOW } });
    log.append('one', 'END');
    expect(await raw.next()).toEqual({
      id: 'a',
      type: 'next',
      payload: { data: { follow: { text: 'one', cursor: 'c1' } } },
    });
    expect(await raw.next()).toEqual({
      id: 'a',
      type: 'next',
      payload: { data: { follow: { text: 'END', cursor: 'c2' } } },
    });
    expect(await raw.next()).toEqual({ id: 'a', type: 'complete' });
    expect(log.following()).toBe(0);
  });

  test('runs queries and mutations too', async () => {
    const { url, log } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
    expect(await raw.next()).toEqual({ id: '1', type: 'next', payload: { data: { hello: 'hello world' } } });
    expect(await raw.next()).toEqual({ id: '1', type: 'complete' });
    raw.send({ id: '2', type: 'subscribe', payload: { query: 'mutation { append(text: "x") }' } });
    expect(await raw.next()).toEqual({ id: '2', type: 'next', payload: { data: { append: 1 } } });
    expect(log.events).toHaveLength(1);
  });

  test('answers a ping with a pong that carries the same payload', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    raw.send({ type: 'ping', payload: { at: 1 } });
    expect(await raw.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  test('lets go of the source when the client completes, and when the socket breaks', async () => {
    const { url, log, metric } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    for (const id of ['a', 'b']) raw.send({ id, type: 'subscribe', payload: { query: FOLLOW } });
    await until(() => log.following() === 2);
    raw.send({ id: 'a', type: 'complete' });
    await until(() => log.following() === 1);
    raw.socket.terminate();
    await until(() => log.following() === 0);
    expect(
      await until(() => metric('gateway_subscription_ends_total', { transport: 'websocket', reason: 'client' })),
    ).toBe(2);
  });

  test('sends no complete after an error', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'a', type: 'subscribe', payload: { query: 'subscription { refused { text } }' } });
    raw.send({ type: 'ping' });
    const messages = [await raw.next(), await raw.next()];
    expect(messages.map(({ type }) => type)).toEqual(expect.arrayContaining(['error', 'pong']));
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
  });

  test('fails only the operation whose source breaks, masked', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'a', type: 'subscribe', payload: { query: 'subscription { breaks { text } }' } });
    expect(await raw.next()).toMatchObject({ id: 'a', type: 'next' });
    expect(await raw.next()).toEqual({
      id: 'a',
      type: 'error',
      payload: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    raw.send({ id: 'b', type: 'subscribe', payload: { query: '{ hello }' } });
    expect(await raw.next()).toMatchObject({ id: 'b', type: 'next' });
  });

  test('runs an operation of which only the hash is sent', async () => {
    const query = '{ hello }';
    const { url } = await startServer({ persisted: { mode: 'off', documents: new Map([['greeting', query]]) } });
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({
      id: '1',
      type: 'subscribe',
      payload: { extensions: { persistedQuery: { version: 1, sha256Hash: 'greeting' } } },
    });
    expect(await raw.next()).toMatchObject({ type: 'next', payload: { data: { hello: 'hello world' } } });
  });
});

describe('close codes', () => {
  const cases: { name: string; code: number; protocol?: string | string[]; init?: boolean; send?: unknown[] }[] = [
    { name: 'a message that is no JSON', code: 4400, send: ['{'] },
    { name: 'a message of an unknown type', code: 4400, send: [{ type: 'start' }] },
    {
      name: 'a message that only servers send',
      code: 4400,
      init: true,
      send: [
        { id: '1', type: 'complete' },
        { id: '1', type: 'next', payload: {} },
      ],
    },
    {
      name: 'a subscribe without an id',
      code: 4400,
      init: true,
      send: [{ type: 'subscribe', payload: { query: FOLLOW } }],
    },
    {
      name: 'a subscribe before the ack',
      code: 4401,
      send: [{ id: '1', type: 'subscribe', payload: { query: FOLLOW } }],
    },
    { name: 'the legacy subprotocol', code: 4406, protocol: 'graphql-ws' },
    { name: 'any other subprotocol', code: 4406, protocol: ['soap', 'xmpp'] },
    { name: 'no subprotocol', code: 4406, protocol: [] },
    {
      name: 'an id that is in use',
      code: 4409,
      init: true,
      send: [1, 2].map(() => ({ id: '1', type: 'subscribe', payload: { query: FOLLOW } })),
    },
    { name: 'a second connection_init', code: 4429, init: true, send: [{ type: 'connection_init' }] },
  ];
  test.each(cases)('$code follows $name', async ({ code, protocol, init, send = [] }) => {
    const { url, metric } = await startServer();
    const raw = openRawSocket(url, protocol === undefined ? {} : { protocol });
    if (init === true) await raw.init();
    for (const message of send) raw.send(message);
    const closed = await raw.closed;
    expect(closed.code).toBe(code);
    // The whole of it, and what to do.
    expect(closed.reason).toMatch(/: (?:send|offer|give) .*\.$/);
    expect(await until(() => metric('gateway_websocket_closes_total', { code: String(code) }))).toBe(1);
    expect(await until(async () => (await metric('gateway_connections_open', { transport: 'websocket' })) === 0)).toBe(
      true,
    );
  });

  test('4408 follows a connection_init that does not come in time', async () => {
    const { url } = await startServer({ limits: { initTimeoutMs: 1 } });
    expect(await openRawSocket(url).closed).toEqual({
      code: 4408,
      reason: 'No connection_init arrived (limit 0.001 s): send it as soon as the socket is open.',
    });
  });

  test('4409 names the id of the client, shortened where it is long', async () => {
    const { url } = await startServer();
    for (const [id, shown] of [
      ['an id', 'an id'],
      ['x'.repeat(1000), `${'x'.repeat(30)}…`],
    ]) {
      const raw = openRawSocket(url);
      await raw.init();
      for (let times = 0; times < 2; times += 1) raw.send({ id, type: 'subscribe', payload: { query: FOLLOW } });
      expect(await raw.closed).toEqual({
        code: 4409,
        reason: `An operation with the id "${shown}" runs: give each operation an id of its own.`,
      });
    }
  });

  const PAD = 'x'.repeat(300 * 1024);
  const TOO_LARGE = [
    ['is no operation', { type: 'ping', payload: { PAD } }, 1009, 262_144],
    ['has no id', { type: 'subscribe', payload: { query: FOLLOW, extensions: { PAD } } }, 1009, 262_144],
    ['has an id that is too long', { id: PAD, type: 'subscribe', payload: { query: FOLLOW } }, 1009, 262_144],
    ['is not JSON', PAD, 1009, 262_144],
    ['is nested deeply', '['.repeat(300 * 1024), 1009, 262_144],
    [
      'is larger than a megabyte',
      { id: '1', type: 'subscribe', payload: { query: FOLLOW, extensions: { PAD: PAD.repeat(4) } } },
      1009,
      1_048_576,
    ],
    [
      'has the id of an operation that runs',
      { id: 'runs', type: 'subscribe', payload: { query: FOLLOW, extensions: { PAD } } },
      1009,
      262_144,
    ],
  ] as const;
  test.each(TOO_LARGE)('1009 follows a message that is too large and %s', async (_what, message, code, limit) => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({ id: 'runs', type: 'subscribe', payload: { query: FOLLOW } });
    raw.send(message);
    expect(await raw.closed).toEqual({ code, reason: `The message is too large (limit ${limit} bytes).` });
  });

  test('4401 follows an operation that is too large before connection_ack', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    raw.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW, extensions: { PAD } } });
    expect((await raw.closed).code).toBe(4401);
  });

  test('1007 follows a message that is not UTF-8, as text and as bytes', async () => {
    const { url } = await startServer();
    for (const binary of [false, true]) {
      const raw = openRawSocket(url);
      await raw.init();
      raw.socket.send(Buffer.from('{"type":"ping","payload":{"é":1}}', 'latin1'), { binary });
      expect(await raw.closed).toEqual({ code: 1007, reason: 'The message is not valid UTF-8.' });
    }
  });

  test('the legacy subprotocol is not chosen while the right one is offered too', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url, { protocol: ['graphql-ws', 'graphql-transport-ws'] });
    await raw.init();
    expect(raw.socket.protocol).toBe('graphql-transport-ws');
  });
});

describe('who may upgrade', () => {
  test('is decided by Origin as for CORS', async () => {
    const { url } = await startServer({ corsOrigins: ['https://studio.apollographql.com'] });
    expect(await upgradeStatus(url)).toBe(101);
    expect(await upgradeStatus(url, { origin: new URL(url).origin })).toBe(101);
    expect(await upgradeStatus(url, { origin: 'https://studio.apollographql.com' })).toBe(101);
    expect(await upgradeStatus(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgradeStatus(url, { origin: 'null' })).toBe(403);
  });

  test('is told to whoever may not, with the setting that decides', async () => {
    const { url } = await startServer();
    const refused = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
      origin: 'http://localhost:5173',
    });
    refused.on('error', () => {});
    const response = await new Promise<IncomingMessage>((resolve) =>
      refused.on('unexpected-response', (_request, answer) => resolve(answer)),
    );
    expect(await json(response)).toEqual({
      errors: [
        {
          message:
            'Pages of http://localhost:5173 may not connect. The operator lists the origins that may in CORS_ORIGINS.',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
  });

  test('is nobody on other paths', async () => {
    const { url } = await startServer();
    expect(await upgradeStatus(url.replace('/graphql', '/subscriptions'))).toBe(404);
  });
});

describe('an id that is used again', () => {
  /** In one piece, as a client that lets go of a stream and follows it anew may send it. */
  const together = (raw: ReturnType<typeof openRawSocket>, messages: readonly object[]) => {
    const connection = Reflect.get(raw.socket, '_socket');
    connection.cork();
    for (const message of messages) raw.socket.send(JSON.stringify(message));
    connection.uncork();
  };
  const subscribe = (query: string) => ({ id: '1', type: 'subscribe', payload: { query } });
  const complete = { id: '1', type: 'complete' };

  test('is that of the new operation alone: one stream, each event once, and nothing is left of either afterwards', async () => {
    const { url, log, metric } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    together(raw, [subscribe(FOLLOW), complete, subscribe(FOLLOW), complete, subscribe(FOLLOW)]);
    await until(
      async () =>
        (await metric('gateway_subscription_ends_total', { transport: 'websocket', reason: 'client' })) === 2 &&
        log.following() === 1,
    );
    log.append('one');
    raw.send({ type: 'ping' });
    expect(await raw.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { follow: { text: 'one' } } } });
    expect(await raw.next()).toEqual({ type: 'pong' });
    raw.send(complete);
    await until(() => log.following() === 0);
    log.append('two');
    raw.send({ type: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
    raw.socket.close();
    await until(async () => (await metric('gateway_subscriptions_open', { transport: 'websocket' })) === 0);
  });

  test('gets nothing of a query that its client did not wait for', async () => {
    const { url, log, finishSlow } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    together(raw, [subscribe('{ slow }'), complete, subscribe(FOLLOW)]);
    await until(() => log.following() === 1);
    finishSlow();
    raw.send({ id: '2', type: 'subscribe', payload: { query: '{ slow }' } });
    expect(await raw.next()).toMatchObject({ id: '2', type: 'next' });
    expect(await raw.next()).toMatchObject({ id: '2', type: 'complete' });
    log.append('one');
    expect(await raw.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { follow: { text: 'one' } } } });
    expect(log.following()).toBe(1);
  });

  test('is refused as long as its operation runs', async () => {
    const { url, log } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    together(raw, [subscribe(FOLLOW), subscribe(FOLLOW)]);
    expect(await raw.closed).toEqual({
      code: 4409,
      reason: 'An operation with the id "1" runs: give each operation an id of its own.',
    });
    await until(() => log.following() === 0);
  });
});

test('an operation whose message is too large is answered LIMIT_EXCEEDED, and the others of its socket go on', async () => {
  const { url, log } = await startServer();
  const raw = openRawSocket(url);
  await raw.init();
  raw.send({ id: 'follows', type: 'subscribe', payload: { query: FOLLOW } });
  const pad = 'x'.repeat(300 * 1024);
  for (const order of [
    (id: string) => ({ id, type: 'subscribe', payload: { query: pad } }),
    (id: string) => ({ payload: { query: FOLLOW, variables: { pad } }, type: 'subscribe', id }),
  ]) {
    raw.send(order('large "1"'));
    expect(await raw.next()).toEqual({
      id: 'large "1"',
      type: 'error',
      payload: [
        expect.objectContaining({ extensions: { code: 'LIMIT_EXCEEDED', limit: 'bodyBytes', maximum: 262_144 } }),
      ],
    });
  }
  log.append('one');
  expect(await raw.next()).toMatchObject({ id: 'follows', type: 'next' });
  // Its id is free.
  raw.send({ id: 'large "1"', type: 'subscribe', payload: { query: '{ hello }' } });
  expect(await raw.next()).toMatchObject({ id: 'large "1"', type: 'next' });
});

test('a message within a limit that the operator has raised may come in small pieces', async () => {
  const { url } = await startServer({ limits: { bodyBytes: 4 * 1024 * 1024 } });
  const raw = openRawSocket(url);
  await raw.init();
  const message = Buffer.from(
    JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: { query: '{ hello }', extensions: { pad: 'x'.repeat(3 * 1024 * 1024) } },
    }),
  );
  const pieceBytes = 536;
  for (let at = 0; at < message.length; at += pieceBytes)
    raw.socket.send(message.subarray(at, at + pieceBytes), { binary: false, fin: at + pieceBytes >= message.length });
  expect(await Promise.race([raw.next(), raw.closed])).toMatchObject({ id: '1', type: 'next' });
});

describe('operations per socket', () => {
  test('are refused beyond the limit by an error of their own, and run again once there is room', async () => {
    const { url, log } = await startServer({ limits: { operationsPerSocket: 2 } });
    const raw = openRawSocket(url);
    await raw.init();
    for (const id of ['a', 'b', 'c']) raw.send({ id, type: 'subscribe', payload: { query: FOLLOW } });
    expect(await raw.next()).toMatchObject({
      id: 'c',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'operationsPerSocket', maximum: 2 } }],
    });
    raw.send({ id: 'a', type: 'complete' });
    await until(() => log.following() === 1);
    raw.send({ id: 'd', type: 'subscribe', payload: { query: '{ hello }' } });
    expect(await raw.next()).toMatchObject({ id: 'd', type: 'next' });
  });
});
