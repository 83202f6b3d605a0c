/** Ids of operations that a client uses again, over a real WebSocket. */
import { describe, expect, test } from '@jest/globals';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const FOLLOW = 'subscription { follow { text cursor } }';

describe('an id of an operation', () => {
  /** Sends the messages in one piece, as a client may that ends a stream and opens it again. */
  const together = (raw: ReturnType<typeof openRawSocket>, messages: readonly object[]) => {
    const connection = Reflect.get(raw.socket, '_socket');
    connection.cork();
    for (const message of messages) raw.socket.send(JSON.stringify(message));
    connection.uncork();
  };
  const subscribe = (query: string) => ({ id: '1', type: 'subscribe', payload: { query } });
  const complete = { id: '1', type: 'complete' };

  test('an id that is used again belongs to the new operation alone, and both operations release their sources', async () => {
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

  test('an id that is used again gets no result of the completed operation', async () => {
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

  test('an id is refused while its operation runs', async () => {
    const { url, log } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    together(raw, [subscribe(FOLLOW), subscribe(FOLLOW)]);
    expect(await raw.closed).toEqual({
      code: 4409,
      reason: 'The id "1" is in use: give each running operation its own id.',
    });
    await until(() => log.following() === 0);
  });
});
