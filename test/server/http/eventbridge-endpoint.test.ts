/** The EventBridge endpoint: its secret, its statuses, and events during a drain. */
import { describe, expect, test } from '@jest/globals';
import { deferred } from '../../support/harness/deferred.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const HINTS_SECRET = 'a-secret-of-some-length';
const EVENT = { source: 'aws.partnercentral-selling', detail: {} };

async function start(
  receive: (event: object) => Promise<void> = async () => undefined,
  options: Parameters<typeof startServer>[0] = {},
) {
  const received: object[] = [];
  const eventBridge = { secret: HINTS_SECRET, receive: (event: object) => (received.push(event), receive(event)) };
  const server = await startServer({ ...options, eventBridge });
  const url = new URL('/hints/eventbridge', server.url).href;
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-hint-secret': HINTS_SECRET, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const codeOf = async (response: Response): Promise<unknown> =>
    ((await response.json()) as any).errors[0].extensions.code;
  return { ...server, url, received, send, codeOf };
}

describe('the EventBridge endpoint', () => {
  test('the endpoint does not exist without a secret', async () => {
    const { url } = await startServer();
    const response = await fetch(new URL('/hints/eventbridge', url), {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'x-hint-secret': '' },
    });
    expect(response.status).toBe(404);
  });

  test('any event with the secret is answered 202 without a body', async () => {
    const { send, received } = await start();
    for (const event of [EVENT, {}, { anything: [1] }]) {
      const response = await send(event);
      expect([response.status, await response.text()]).toEqual([202, '']);
    }
    expect(received).toEqual([EVENT, {}, { anything: [1] }]);
  });

  test.each([
    { 'x-hint-secret': '' },
    { 'x-hint-secret': 'wrong' },
    { 'x-hint-secret': `${HINTS_SECRET}x` },
    { 'x-hint-secret': HINTS_SECRET.toUpperCase() },
    { 'x-hint-secret': '', authorization: `Bearer ${HINTS_SECRET}` },
  ])('a request without the secret is answered 401 with the name of the header: %j', async (headers) => {
    const { send, received, codeOf, metric, lines } = await start();
    for (const body of [EVENT, 'no JSON', 'x'.repeat(300 * 1024)]) {
      const response = await send(body, headers);
      expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHENTICATED']);
    }
    const text = await (await send(EVENT, headers)).text();
    expect(text).toContain('x-hint-secret');
    expect(received).toEqual([]);
    expect(await metric('gateway_hints_total', { outcome: 'refused' })).toBe(4);
    expect(`${text}${JSON.stringify(lines)}`).not.toContain(HINTS_SECRET);
  });

  test('a body of 256 KB is accepted, and a larger one is answered 413', async () => {
    const { send, codeOf } = await start();
    const padded = (bytes: number) => JSON.stringify({ pad: 'x'.repeat(bytes - 10) });
    expect((await send(padded(256 * 1024))).status).toBe(202);
    const response = await send(padded(256 * 1024 + 1));
    expect([response.status, await codeOf(response)]).toEqual([413, 'LIMIT_EXCEEDED']);
  });

  test.each(['', 'no JSON', '[]', '7', 'null', '"text"'])(
    'a body that is not a JSON object is answered 400: %s',
    async (body) => {
      const { send, codeOf, received } = await start();
      const response = await send(body);
      expect([response.status, await codeOf(response)]).toEqual([400, 'BAD_REQUEST']);
      expect(received).toEqual([]);
    },
  );

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/json; charset=iso-8859-1',
  ])('a body of type %s is answered 415', async (type) => {
    const { send, codeOf } = await start();
    const response = await send(EVENT, { 'content-type': type });
    expect([response.status, await codeOf(response)]).toEqual([415, 'BAD_REQUEST']);
  });

  test('a compressed body is answered 415 with its content-encoding', async () => {
    const { send } = await start();
    const response = await send(EVENT, { 'content-encoding': 'gzip' });
    expect([response.status, await response.text()]).toEqual([
      415,
      expect.stringContaining('content-encoding \\"gzip\\"'),
    ]);
  });

  test('a failure is answered 503 without its cause, which is logged', async () => {
    const { send, codeOf, lines } = await start(() => Promise.reject(new Error('the database is gone')));
    const response = await send(EVENT);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await codeOf(response.clone())).toBe('SERVICE_UNAVAILABLE');
    expect(await response.text()).not.toContain('database');
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'unexpected error', part: 'hints' }));
  });

  test('a draining server accepts events, and the drain waits for them', async () => {
    const { promise: taken, resolve: finish } = deferred();
    const { send, server, received } = await start(() => taken, { drainMs: 5000 });
    const first = send(EVENT);
    await until(() => received.length > 0);
    const drained = server.drain();
    const second = send(EVENT);
    await until(() => received.length > 1);
    expect((await send(EVENT, { 'x-hint-secret': 'wrong' })).status).toBe(401);
    finish();
    expect([(await first).status, (await second).status]).toEqual([202, 202]);
    await drained;
  });

  test.each([
    ['stored', 202, () => Promise.resolve()],
    ['not stored', 503, () => Promise.reject(new Error('the database is gone'))],
  ])('an event that was %s does not delay a drain', async (_what, status, receive) => {
    const { send, server } = await start(receive, { clock: createManualClock(), drainMs: 10_000 });
    expect((await send(EVENT)).status).toBe(status);
    // The time stands still, so a drain that was delayed would never end.
    await server.drain();
  });
});
