/** JSON over the depth limit is refused with a reason on every transport, and harms no other request. */
import { describe, expect, test } from '@jest/globals';
import { ASK } from '../../support/clients/ask.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { startServer } from '../../support/server/server.js';

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const operationWith = (levels: number): string =>
  `{"query":"query($v: Int) { hello }","variables":{"v":${deep(levels)}}}`;
const TOO_DEEP = { code: 'LIMIT_EXCEEDED', limit: 'jsonDepth', maximum: 64 };

describe('the depth limit of JSON', () => {
  test.each([
    ['application/json', 65],
    ['application/json', 100_000],
    ['text/event-stream', 100_000],
    ['multipart/mixed;subscriptionSpec=1.0, application/json', 100_000],
  ])(
    'a body that is too deep is answered 400 with the limit if the client accepts %s, at %i levels',
    async (accept, levels) => {
      const { url, lines } = await startServer();
      const response = await post(url, operationWith(levels), { accept });
      expect(response.status).toBe(400);
      expect((await answerOf(response)).errors).toEqual([
        { message: 'The JSON is nested too deeply (limit 64).', extensions: TOO_DEEP },
      ]);
      expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    },
  );

  test('variables and extensions of a GET that are too deep are answered 400, also for a stream', async () => {
    const { url } = await startServer();
    for (const parameter of ['variables', 'extensions']) {
      for (const accept of ['application/json', 'text/event-stream']) {
        const target = `${url}?query=${encodeURIComponent('{hello}')}&${parameter}=${encodeURIComponent(`{"a":${deep(2000)}}`)}`;
        const response = await fetch(target, { headers: { accept, 'apollo-require-preflight': 'true' } });
        expect([response.status, (await answerOf(response)).errors?.[0]?.extensions]).toEqual([400, TOO_DEEP]);
      }
    }
  });

  test('an event of EventBridge that is too deep is answered 400', async () => {
    const server = await startServer({
      eventBridge: { secret: 'a-secret-of-some-length', receive: async () => undefined },
    });
    const response = await post(new URL('/hints/eventbridge', server.url).href, `{"detail":${deep(100_000)}}`, {
      'x-hint-secret': 'a-secret-of-some-length',
    });
    expect([response.status, (await answerOf(response)).errors?.[0]?.extensions]).toEqual([400, TOO_DEEP]);
  });

  test.each([
    ['complete', `{"id":"1","type":"complete","x":${deep(5000)}}`],
    ['subscribe', `{"id":"1","type":"subscribe","payload":${operationWith(20_000)}}`],
    ['ping', `{"type":"ping","payload":{"a":${deep(20_000)}}}`],
    ['pong', `{"type":"pong","payload":{"a":${deep(20_000)}}}`],
    ['connection_init', `{"type":"connection_init","payload":{"a":${deep(100_000)}}}`],
    ['unknown', `{"type":"unknown","payload":{"a":${deep(20_000)}}}`],
    ['no', deep(100_000)],
  ])(
    'a message of type %s that is too deep closes its WebSocket with 4400 and the limit, and no other WebSocket',
    async (_type, message) => {
      const { url, lines } = await startServer();
      const other = openRawSocket(url);
      await other.init();
      const hostile = openRawSocket(url);
      await hostile.init();
      hostile.send(message);
      expect(await hostile.closed).toEqual({ code: 4400, reason: 'The JSON is nested too deeply (limit 64 levels).' });
      other.send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
      expect(await other.next()).toMatchObject({ type: 'next', payload: { data: { hello: 'hello world' } } });
      expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    },
  );

  test('JSON up to the limit is accepted on every transport', async () => {
    const { url } = await startServer();
    for (const [transport, ask] of Object.entries(ASK)) {
      const answer = await ask(url, { query: '{ hello }', extensions: { a: JSON.parse(deep(60)) } });
      expect([transport, answer]).toEqual([transport, { data: { hello: 'hello world' } }]);
    }
  });
});
