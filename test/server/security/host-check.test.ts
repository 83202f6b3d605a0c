/** Host names and origins: a page that points its own name at this machine (DNS rebinding) reaches nothing. */
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { upgradeStatus } from '../../support/clients/raw-socket.js';
import { startServer } from '../../support/server/server.js';

const REBOUND = 'evil.example:4000';
const APPEND = JSON.stringify({ query: 'mutation { append(text: "x") }' });

async function ask(
  url: string,
  host: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { host, ...headers } }, resolve)
      .on('error', reject)
      .end(body);
  });
}

/** The request as a page at that host sends it. */
async function mutate(url: string, host: string): Promise<IncomingMessage> {
  return ask(url, host, {
    method: 'POST',
    headers: { origin: `http://${host}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    body: APPEND,
  });
}

async function statusOf(answer: Promise<IncomingMessage>): Promise<number | undefined> {
  const { statusCode } = (await answer).resume();
  return statusCode;
}

describe('a server without authentication', () => {
  test('a mutation of a page whose name leads to this machine is refused, with the setting to change', async () => {
    const { url, log } = await startServer();
    const answer = await mutate(url, REBOUND);
    expect(answer.statusCode).toBe(403);
    expect(await json(answer)).toEqual({
      errors: [
        {
          message:
            'With AUTH=none this gateway answers only to localhost, 127.0.0.1 and [::1], not to evil.example:4000, ' +
            'because any page could point its own name at this machine. ' +
            'If the operator owns the name, an origin with it belongs in CORS_ORIGINS, for example http://evil.example:4000.',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(log.events).toEqual([]);
  });

  test.each(['/graphql?query={hello}', '/health/live', '/health/ready', '/metrics', '/hints/eventbridge', '/nowhere'])(
    'a page whose name leads to this machine reads nothing at %s',
    async (path) => {
      const { url } = await startServer({ eventBridge: { secret: 'a-secret-of-hints', receive: async () => {} } });
      const headers = { 'apollo-require-preflight': 'true', accept: 'application/json' };
      expect(await statusOf(ask(url.replace('/graphql', path), REBOUND, { headers }))).toBe(403);
    },
  );

  test('a page whose name leads to this machine opens no stream and no socket', async () => {
    const { url, log } = await startServer();
    const follow = `${url}?query=${encodeURIComponent('subscription { follow { text } }')}`;
    expect(
      await statusOf(
        ask(follow, REBOUND, { headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' } }),
      ),
    ).toBe(403);
    const refused = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
      headers: { host: REBOUND },
      origin: `http://${REBOUND}`,
    });
    refused.on('error', () => {});
    const answer = await new Promise<IncomingMessage>((resolve) =>
      refused.on('unexpected-response', (_request, response) => resolve(response)),
    );
    expect(answer.statusCode).toBe(403);
    expect(await text(answer)).toContain('CORS_ORIGINS');
    expect(log.following()).toBe(0);
  });

  test.each(['localhost:4000', 'localhost', '127.0.0.1:4000', '127.8.9.10', '[::1]:4000', '[::1]'])(
    'pages and sockets may call the server %s',
    async (host) => {
      const { url } = await startServer();
      expect(await statusOf(mutate(url, host))).toBe(200);
      expect(await upgradeStatus(url, { headers: { host }, origin: `http://${host}` })).toBe(101);
      const page = await ask(url, host, { headers: { accept: 'text/html' } });
      expect(await text(page)).toContain('EmbeddedSandbox');
    },
  );

  test.each([
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example',
    '128.0.0.1',
    '127.0.0.1@evil.example',
    '[fe80::1]',
    '::1',
  ])('the host "%s" is refused', async (host) => {
    const { url, log } = await startServer();
    await statusOf(mutate(url, 'localhost'));
    expect(await statusOf(mutate(url, host))).toBeGreaterThanOrEqual(400);
    expect(await upgradeStatus(url, { headers: { host } })).toBeGreaterThanOrEqual(400);
    expect(log.events).toHaveLength(1);
  });

  test('the names of the configured origins are accepted with any port', async () => {
    const { url } = await startServer({
      corsOrigins: ['http://host.docker.internal:4000', 'https://gateway.example.com'],
    });
    for (const host of ['host.docker.internal:4000', 'host.docker.internal', 'Gateway.example.com'])
      expect(await statusOf(mutate(url, host))).toBe(200);
    expect(await upgradeStatus(url, { headers: { host: 'gateway.example.com' } })).toBe(101);
    expect(await statusOf(mutate(url, 'example.com'))).toBe(403);
  });
});

describe('originAllowed', () => {
  const sameHost: readonly (readonly [host: string, origin: string])[] = [
    ['gateway.example.com', 'https://gateway.example.com'],
    ['gateway.example.com', 'http://gateway.example.com'],
    ['gateway.example.com:443', 'https://gateway.example.com'],
    ['gateway.example.com:80', 'http://gateway.example.com'],
    ['Gateway.Example.com', 'https://gateway.example.com'],
    ['gateway.example.com:8443', 'https://gateway.example.com:8443'],
    ['[2001:db8::1]:4000', 'http://[2001:db8::1]:4000'],
  ];
  const otherHost: readonly (readonly [host: string, origin: string])[] = [
    ['gateway.example.com', 'https://gateway.example.com.evil.example'],
    ['gateway.example.com', 'https://example.com'],
    ['gateway.example.com', 'https://gateway.example.com:8443'],
    ['gateway.example.com:443', 'http://gateway.example.com'],
    ['gateway.example.com', 'capacitor://gateway.example.com'],
    ['gateway.example.com', 'null'],
    ['null', 'null'],
    ['gateway.example.com@evil.example', 'https://evil.example'],
    ['evil.example/@gateway.example.com', 'https://evil.example'],
  ];
  const ends = async (url: string, host: string, origin: string, token: string) => {
    const headers = { origin, authorization: `Bearer ${token}` };
    const preflight = await ask(url, host, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    const simple = await ask(`${url}?query={hello}`, host, {
      headers: { ...headers, 'apollo-require-preflight': 'true' },
    });
    const follow = `${url}?query=${encodeURIComponent('subscription { follow { text } }')}`;
    const stream = await ask(follow, host, { headers: { ...headers, accept: 'text/event-stream' } });
    for (const answer of [preflight, simple, stream]) answer.destroy();
    const socket = await upgradeStatus(url, { headers: { host }, origin });
    return {
      preflight: preflight.headers['access-control-allow-origin'],
      simple: simple.headers['access-control-allow-origin'],
      stream: stream.statusCode === 200,
      socket: socket === 101,
      vary: preflight.headers.vary,
    };
  };

  async function startWithTokens() {
    const issuer = await createIssuer();
    const { url } = await startServer({
      auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE },
      corsOrigins: ['capacitor://localhost'],
    });
    return { url, token: await issuer.token() };
  }

  test.each(sameHost)(
    'a request to %s may come from a page of %s, for streams and sockets too',
    async (host, origin) => {
      const { url, token } = await startWithTokens();
      expect(await ends(url, host, origin, token)).toEqual({
        preflight: origin,
        simple: origin,
        stream: true,
        socket: true,
        vary: expect.stringContaining('Origin'),
      });
    },
  );

  test.each(otherHost)('a request to %s may not come from a page of %s', async (host, origin) => {
    const { url, token } = await startWithTokens();
    expect(await ends(url, host, origin, token)).toMatchObject({
      preflight: undefined,
      simple: undefined,
      stream: false,
      socket: false,
    });
  });

  test('an app may call if its origin is listed', async () => {
    const { url, token } = await startWithTokens();
    expect(await ends(url, 'gateway.example.com', 'capacitor://localhost', token)).toMatchObject({
      preflight: 'capacitor://localhost',
      simple: 'capacitor://localhost',
      stream: true,
      socket: true,
    });
    expect(await ends(url, 'gateway.example.com', 'capacitor://localhost2', token)).toMatchObject({
      preflight: undefined,
      stream: false,
      socket: false,
    });
  });

  test('neither the page of another host nor the origin of an app adds a host name to a server without authentication', async () => {
    const { url, log } = await startServer({ corsOrigins: ['app://evil.example', 'capacitor://localhost'] });
    expect(await statusOf(mutate(url, 'evil.example'))).toBe(403);
    expect(await upgradeStatus(url, { headers: { host: 'evil.example' }, origin: 'http://evil.example' })).toBe(403);
    const preflight = await ask(url, 'evil.example', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect(log.events).toEqual([]);
  });
});

test('a server with authentication accepts any host name, because requests need a token', async () => {
  const issuer = await createIssuer();
  const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
  const headers = { authorization: `Bearer ${await issuer.token()}`, 'content-type': 'application/json' };
  expect(await statusOf(ask(url, 'gateway.example.com', { method: 'POST', headers, body: APPEND }))).toBe(200);
  expect(await upgradeStatus(url, { headers: { host: 'gateway.example.com' } })).toBe(101);
});
