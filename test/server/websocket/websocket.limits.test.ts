/** Limits of operations and messages over a WebSocket. */
import { describe, expect, test } from '@jest/globals';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const FOLLOW = 'subscription { follow { text cursor } }';

test('an operation with a message over bodyBytes gets LIMIT_EXCEEDED, and the other operations go on', async () => {
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
  // The id of the refused operation is free.
  raw.send({ id: 'large "1"', type: 'subscribe', payload: { query: '{ hello }' } });
  expect(await raw.next()).toMatchObject({ id: 'large "1"', type: 'next' });
});

test('a message within a raised limit may come in small pieces', async () => {
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

describe('operationsPerSocket', () => {
  test('an operation over the limit of its WebSocket gets an error, and a later one runs once another has ended', async () => {
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
