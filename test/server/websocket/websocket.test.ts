/** Operations over graphql-transport-ws, and the rule of who may open a WebSocket. */
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { openRawSocket, upgradeStatus } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const FOLLOW = 'subscription { follow { text cursor } }';

describe('graphql-transport-ws', () => {
  test('a subscription sends its events, completes after the last one, and releases its source', async () => {
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

  test('queries and mutations run over a WebSocket', async () => {
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

  test('a ping is answered by a pong with the same payload', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    raw.send({ type: 'ping', payload: { at: 1 } });
    expect(await raw.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  test('a subscription releases its source when the client completes it, and when the connection breaks', async () => {
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

  test('an error is not followed by complete', async () => {
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

  test('a failing source ends only its own operation, with a masked error', async () => {
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

  test('an operation can be sent as its hash alone', async () => {
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

describe('the origin check of upgrades', () => {
  test('the Origin header decides who may open a WebSocket, as for CORS', async () => {
    const { url } = await startServer({ corsOrigins: ['https://studio.apollographql.com'] });
    expect(await upgradeStatus(url)).toBe(101);
    expect(await upgradeStatus(url, { origin: new URL(url).origin })).toBe(101);
    expect(await upgradeStatus(url, { origin: 'https://studio.apollographql.com' })).toBe(101);
    expect(await upgradeStatus(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgradeStatus(url, { origin: 'null' })).toBe(403);
  });

  test('the answer to a foreign origin names the setting CORS_ORIGINS', async () => {
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

  test('an upgrade on another path is answered 404', async () => {
    const { url } = await startServer();
    expect(await upgradeStatus(url.replace('/graphql', '/subscriptions'))).toBe(404);
  });
});
