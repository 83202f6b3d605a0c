/** The methods of each path: OPTIONS, HEAD, and the answers to paths and methods that do not exist. */
import { describe, expect, test } from '@jest/globals';
import { answerOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const preflight = { 'apollo-require-preflight': 'true' };

describe('the methods of the server', () => {
  test.each([
    ['/graphql', 'GET, HEAD, POST, OPTIONS'],
    ['/schema.graphql', 'GET, HEAD, OPTIONS'],
    ['/health/live', 'GET, HEAD, OPTIONS'],
    ['/health/ready?verbose', 'GET, HEAD, OPTIONS'],
    ['/metrics', 'GET, HEAD, OPTIONS'],
    ['/hints/eventbridge', 'POST, OPTIONS'],
  ])('the answers to OPTIONS and to a wrong method list the methods of %s', async (target, allow) => {
    const { url } = await startServer({ eventBridge: { secret: 'secret', receive: async () => {} } });
    const options = await fetch(new URL(target, url), { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const other = await fetch(new URL(target, url), { method });
      expect([other.status, other.headers.get('allow')]).toEqual([405, allow]);
      expect((await answerOf(other)).errors?.[0]?.message).toBe(`This path accepts ${allow}, got ${method}.`);
    }
  });

  test('OPTIONS of an unknown path is answered 404, and a CORS preflight 204', async () => {
    const { url } = await startServer({ corsOrigins: ['https://app.example'] });
    expect((await fetch(new URL('/elsewhere', url), { method: 'OPTIONS' })).status).toBe(404);
    const preflight = await fetch(new URL('/health/ready', url), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://app.example',
    ]);
  });

  test('OPTIONS that names a method but no origin is answered like any other OPTIONS', async () => {
    const { url } = await startServer();
    const headers = { 'access-control-request-method': 'POST' };
    const options = await fetch(url, { method: 'OPTIONS', headers });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });

  test.each(['/graphql', '/graphql?query={hello}', '/schema.graphql', '/health/live', '/health/ready', '/metrics'])(
    'HEAD of %s is answered with header fields and without a body',
    async (target) => {
      const { url } = await startServer();
      const response = await until(async () => {
        const answer = await fetch(new URL(target, url), { method: 'HEAD' });
        // A server whose event loop was late is not ready. Other tests may keep the machine busy.
        return answer.status === 503 ? null : answer;
      });
      expect([response.status, await response.text()]).toEqual([200, '']);
      expect(response.headers.get('content-type')).toMatch(/^(?:application\/json|text\/plain)/);
    },
  );

  test.each(['*/*', 'application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'HEAD executes no operation if the client accepts %s',
    async (accept) => {
      const { url, log } = await startServer();
      const query = encodeURIComponent('mutation { append(text: "x") }');
      await fetch(`${url}?query=${query}`, { method: 'HEAD', headers: { ...preflight, accept } });
      expect(log.events).toEqual([]);
    },
  );

  test('unknown paths and wrong methods are answered in JSON', async () => {
    const { url } = await startServer();
    const lost = await fetch(url.replace('/graphql', '/nowhere'));
    expect([lost.status, (await answerOf(lost)).errors?.[0]?.extensions['code']]).toEqual([404, 'NOT_FOUND']);
    const put = await fetch(url, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });
});
