/** Close codes of WebSockets, each with a reason that says what to change. */
import { describe, expect, test } from '@jest/globals';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const FOLLOW = 'subscription { follow { text cursor } }';

describe('close codes', () => {
  const cases: { name: string; code: number; protocol?: string | string[]; init?: boolean; send?: unknown[] }[] = [
    { name: 'a message that is not JSON', code: 4400, send: ['{'] },
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
    // The reason is not cut off, and ends with the advice.
    expect(closed.reason).toMatch(/: (?:send|offer|give) .*\.$/);
    expect(await until(() => metric('gateway_websocket_closes_total', { code: String(code) }))).toBe(1);
    expect(await until(async () => (await metric('gateway_connections_open', { transport: 'websocket' })) === 0)).toBe(
      true,
    );
  });

  test('4408 follows a missing connection_init', async () => {
    const { url } = await startServer({ limits: { initTimeoutMs: 1 } });
    expect(await openRawSocket(url).closed).toEqual({
      code: 4408,
      reason: 'No connection_init arrived (limit 0.001 s): send it as soon as the socket is open.',
    });
  });

  test('the reason of 4409 names the id of the client, shortened to 30 characters', async () => {
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
        reason: `The id "${shown}" is in use: give each running operation its own id.`,
      });
    }
  });

  const PAD = 'x'.repeat(300 * 1024);
  const TOO_LARGE = [
    ['is not an operation', { type: 'ping', payload: { PAD } }, 1009, 262_144],
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
      'has the id of a running operation',
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

  test('4401 follows a large operation before connection_ack', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    raw.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW, extensions: { PAD } } });
    expect((await raw.closed).code).toBe(4401);
  });

  test('1007 follows a message that is not UTF-8, in a text frame and in a binary frame', async () => {
    const { url } = await startServer();
    for (const binary of [false, true]) {
      const raw = openRawSocket(url);
      await raw.init();
      raw.socket.send(Buffer.from('{"type":"ping","payload":{"é":1}}', 'latin1'), { binary });
      expect(await raw.closed).toEqual({ code: 1007, reason: 'The message is not valid UTF-8.' });
    }
  });

  test('graphql-transport-ws is chosen if the client offers the legacy subprotocol too', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url, { protocol: ['graphql-ws', 'graphql-transport-ws'] });
    await raw.init();
    expect(raw.socket.protocol).toBe('graphql-transport-ws');
  });
});
