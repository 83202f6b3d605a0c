import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { MAX_CAUSES } from '../../../src/server/security/once-logger.js';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { answerOf, openSse, post, queryString, upgradeStatus } from '../../support/clients/server-clients.js';
import { SECRET, startServer } from '../../support/harness/server.js';

const preflight = { 'apollo-require-preflight': 'true' };

describe('GraphQL over HTTP', () => {
  test("passes all of graphql-http's audits when the preflight header is sent", async () => {
    const { url } = await startServer();
    const fetchFn = async (input: string, init: RequestInit = {}) =>
      fetch(input, { ...init, headers: { ...Object(init.headers), ...preflight } });
    const audits = serverAudits({ url, fetchFn });
    const results = await Promise.all(
      audits.map(async (audit) => ({ name: audit.name, status: (await audit.fn()).status })),
    );
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(results).toHaveLength(61);
  });

  test('refuses GETs that a foreign page could send', async () => {
    const { url } = await startServer();
    const response = await fetch(`${url}?${queryString({ query: '{ hello }' })}`);
    expect(response.status).toBe(400);
    expect((await answerOf(response)).errors?.[0]?.message).toContain('CSRF');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'reads no body of type %s, and says so in JSON',
    async (type) => {
      const { url } = await startServer();
      const response = await fetch(url, {
        method: 'POST',
        body: '{"query": "{ hello }"}',
        headers: { 'content-type': type },
      });
      expect(response.status).toBe(415);
      expect((await answerOf(response)).errors?.[0]?.extensions['code']).toBe('BAD_REQUEST');
    },
  );

  const bodyOf = (coding: BufferEncoding): Buffer =>
    Buffer.from(JSON.stringify({ query: '{ hello(name: "é") }' }), coding);

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF8',
    'Application/JSON; Charset="UTF-8"',
    'application/json; charset=utf8; q=1',
  ])('reads a body of type %s as UTF-8, with a byte order mark or without', async (type) => {
    const { url } = await startServer();
    for (const body of [bodyOf('utf8'), Buffer.concat([Buffer.from('\uFEFF'), bodyOf('utf8')])]) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
      expect(await answerOf(response)).toEqual({ data: { hello: 'hello é' } });
    }
  });

  test.each(['iso-8859-1', 'UTF-16', '"windows-1252"', `x${'y'.repeat(1000)}`])(
    'answers a body in the charset %s with 415 and names it',
    async (charset) => {
      const { url } = await startServer();
      for (const accept of ['*/*', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { accept, 'content-type': `application/json; charset=${charset}` },
          body: bodyOf('latin1'),
        });
        expect(response.status).toBe(415);
        const name = charset.replaceAll('"', '').toLowerCase().slice(0, 40);
        expect((await answerOf(response)).errors).toEqual([
          {
            message: `A body in the charset "${name}" is not read. Send it in UTF-8, without a charset.`,
            extensions: { code: 'BAD_REQUEST' },
          },
        ]);
      }
    },
  );

  test('answers a body that is not UTF-8 with 400, and says so', async () => {
    const { url } = await startServer();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodyOf('latin1'),
    });
    expect(response.status).toBe(400);
    expect((await answerOf(response)).errors?.[0]?.message).toBe(
      'The request body is not valid UTF-8. Send it in UTF-8.',
    );
  });

  test.each(['gzip', 'br', 'deflate, gzip'])(
    'answers a body with the content-encoding %s with 415, names it and says what is accepted',
    async (encoding) => {
      const { url } = await startServer();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body: gzipSync(bodyOf('utf8')),
      });
      expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect((await answerOf(response)).errors?.[0]?.message).toBe(
        `A body with the content-encoding "${encoding}" is not read. Send it without a content-encoding.`,
      );
    },
  );

  test.each(['application/json', 'text/event-stream'])(
    'answers parameters that are not UTF-8 with 400 to a client that reads %s; a percent sign may stand for itself',
    async (accept) => {
      const { url } = await startServer();
      const headers = { accept, 'apollo-require-preflight': 'true' };
      const get = async (query: string) => fetch(`${url}?query=${query}`, { headers });
      const wrong = await get('{hello(name:"%e9")}');
      expect([wrong.status, (await answerOf(wrong)).errors?.[0]?.message]).toEqual([
        400,
        'The parameters are not valid UTF-8. Send them in UTF-8, percent-encoded.',
      ]);
      for (const name of ['%c3%a9', '100%', '%zz', '%%41'])
        expect((await get(`{hello(name:"${name}")}`)).status).toBe(200);
      const raw = await openConnection(url);
      raw.socket.write(
        Buffer.from(
          `GET /graphql?query={hello(name:"é")} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nApollo-Require-Preflight: true\r\nConnection: close\r\n\r\n`,
        ),
      );
      await raw.ended;
      expect(raw.received()).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  test('answers a broken body in JSON', async () => {
    const { url } = await startServer();
    const response = await post(url, '{"query": ');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect((await answerOf(response)).errors).toEqual([
      { message: 'The request body is not valid JSON.', extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  test('answers a body over 256 KB in JSON, with the limit', async () => {
    const { url } = await startServer();
    const response = await post(url, { query: '{ hello }', variables: { pad: 'x'.repeat(256 * 1024) } });
    expect(response.status).toBe(413);
    expect((await answerOf(response)).errors?.[0]?.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
      limit: 'bodyBytes',
      maximum: 262144,
    });
  });

  test('is not held up by a wrong value that is full of the words of suggestions', async () => {
    const { url } = await startServer();
    const c = 'Did you mean '.repeat(19_000);
    const startedAt = performance.now();
    const response = await post(url, { query: 'query($c: Color) { color(of: $c) }', variables: { c } });
    expect((await answerOf(response)).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    // A look at the rest of the message from each of its words on would take seconds.
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test('answers no batches', async () => {
    const { url } = await startServer();
    const plain = await post(url, [{ query: '{ hello }' }, { query: '{ hello }' }]);
    expect(plain.status).toBe(400);
    expect((await answerOf(plain)).errors?.[0]?.message).toBe('Operation batching disabled.');
    const streamed = await post(url, [{ query: '{ hello }' }], { accept: 'text/event-stream' });
    expect(streamed.status).toBe(400);
    expect((await answerOf(streamed)).errors?.[0]?.message).toBe('Operation batching disabled.');
  });

  test.each(['POST', 'GET'])(
    'answers a subscription sent as plain JSON by %s with an error that names the three ways',
    async (method) => {
      const { url } = await startServer();
      const query = 'subscription { follow { text } }';
      const response =
        method === 'POST'
          ? await post(url, { query })
          : await fetch(`${url}?${queryString({ query })}`, { headers: preflight });
      expect(response.status).toBe(406);
      const { errors } = await answerOf(response);
      expect(errors?.[0]?.extensions['code']).toBe('SUBSCRIPTION_NEEDS_STREAM');
      for (const way of ['graphql-transport-ws', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])
        expect(errors?.[0]?.message).toContain(way);
    },
  );

  test('runs no mutation by GET', async () => {
    const { url, log } = await startServer();
    const query = 'mutation { append(text: "x") }';
    const plain = await fetch(`${url}?${queryString({ query })}`, { headers: preflight });
    expect([plain.status, plain.headers.get('allow')]).toEqual([405, 'POST']);
    const streamed = await openSse(`${url}?${queryString({ query })}`, null);
    expect([streamed.response.status, streamed.response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(log.events).toEqual([]);
  });

  test('answers mistakes with 200 to clients that read plain JSON only, else with 400', async () => {
    const { url } = await startServer();
    const statusFor = async (query: string, accept: string) => (await post(url, { query }, { accept })).status;
    for (const query of [
      '{',
      '{ nothing }',
      'query($of: Int!) { square(of: $of) }',
      '{ a: hello b: hello '.repeat(10),
    ]) {
      expect(await statusFor(query, 'application/json')).toBe(200);
      expect(await statusFor(query, 'application/graphql-response+json')).toBe(400);
      // As Apollo Kotlin and Apollo iOS ask for queries.
      expect(
        await statusFor(
          query,
          'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
        ),
      ).toBe(400);
    }
  });

  test('answers 406 to a client that reads nothing it can write', async () => {
    const { url } = await startServer();
    expect((await post(url, { query: '{ hello }' }, { accept: 'image/png' })).status).toBe(406);
  });

  test('answers an error in one field beside the data, with 200', async () => {
    const { url } = await startServer();
    const response = await post(url, { query: '{ hello boom }' }, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(200);
    const body = await response.text();
    expect(body).not.toContain(SECRET);
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message: 'Internal error',
          path: ['boom'],
          locations: [{ line: 1, column: 9 }],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
      data: { hello: 'hello world', boom: null },
    });
  });

  test('lets the pages of the configured origins ask, and no others', async () => {
    const { url } = await startServer({ corsOrigins: ['https://studio.apollographql.com'] });
    const preflightFor = async (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type, authorization, apollo-require-preflight',
        },
      });
    const allowed = await preflightFor('https://studio.apollographql.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflightFor('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const stream = await openSse(
      url,
      { query: 'subscription { follow { text } }' },
      { origin: 'https://studio.apollographql.com' },
    );
    expect(stream.response.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
  });

  test.each([
    ['/graphql', 'GET, HEAD, POST, OPTIONS'],
    ['/health/live', 'GET, HEAD, OPTIONS'],
    ['/health/ready?verbose', 'GET, HEAD, OPTIONS'],
    ['/metrics', 'GET, HEAD, OPTIONS'],
    ['/hints/eventbridge', 'POST, OPTIONS'],
  ])('says to OPTIONS and to another method which ones %s takes', async (target, allow) => {
    const { url } = await startServer({ hints: { secret: 'secret', receive: async () => {} } });
    const options = await fetch(new URL(target, url), { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const other = await fetch(new URL(target, url), { method });
      expect([other.status, other.headers.get('allow')]).toEqual([405, allow]);
      expect((await answerOf(other)).errors?.[0]?.message).toBe(`This address takes ${allow}, and not ${method}.`);
    }
  });

  test('answers OPTIONS of an address that does not exist with 404, unless a page asks whether it may', async () => {
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

  test.each(['/graphql', '/graphql?query={hello}', '/health/live', '/health/ready', '/metrics'])(
    'answers HEAD of %s with the fields of an answer and no body',
    async (target) => {
      const { url } = await startServer();
      const response = await fetch(new URL(target, url), { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([200, '']);
      expect(response.headers.get('content-type')).toMatch(/^(?:application\/json|text\/plain)/);
    },
  );

  test.each(['*/*', 'application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'runs nothing by HEAD for a client that reads %s',
    async (accept) => {
      const { url, log } = await startServer();
      const query = encodeURIComponent('mutation { append(text: "x") }');
      await fetch(`${url}?query=${query}`, { method: 'HEAD', headers: { ...preflight, accept } });
      expect(log.events).toEqual([]);
    },
  );

  test('answers HTTP/1.0 without a Host header', async () => {
    const { url } = await startServer();
    const asks = [
      'GET /graphql?query={hello} HTTP/1.0\r\nApollo-Require-Preflight: 1\r\n\r\n',
      'POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"query":"{hello}"}',
    ];
    for (const ask of asks) {
      const connection = await openConnection(url);
      connection.socket.write(ask);
      await connection.ended;
      expect(connection.received()).toMatch(/^HTTP\/1.1 200 [^]*"hello world"/);
    }
  });

  test('answers a URL and header fields of more than 16 KB with the limit and what to do', async () => {
    const { url } = await startServer();
    const long = 'x'.repeat(17_000);
    for (const [target, headers] of [
      [url, { long }],
      [`${url}?query=${long}`, {}],
    ] as const) {
      const response = await fetch(target, { headers });
      expect(response.status).toBe(431);
      expect((await answerOf(response)).errors?.[0]).toMatchObject({
        message: expect.stringMatching(/body of a POST, and fewer cookies \(limit 16384\)/),
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'headerBytes' },
      });
    }
  });

  test('says what would be right to a GET that a foreign page could send', async () => {
    const { url } = await startServer();
    for (const accept of ['application/json', 'multipart/mixed;subscriptionSpec=1.0']) {
      const response = await fetch(`${url}?query={hello}`, { headers: { accept } });
      const message = (await answerOf(response)).errors?.[0]?.message ?? '';
      expect([response.status, message]).toEqual([
        400,
        expect.stringContaining(
          'Add the header "apollo-require-preflight: true", or send the operation by POST as JSON',
        ),
      ]);
    }
  });

  test.each(['POST', 'WebSocket'])(
    'logs the origin of a page that is refused over %s in one line, and so many origins only',
    async (transport) => {
      const { url, lines } = await startServer({ corsOrigins: ['https://app.example'] });
      const ask = async (origin: string): Promise<unknown> =>
        transport === 'POST' ? post(url, { query: '{ hello }' }, { origin }) : upgradeStatus(url, { origin });
      await ask('https://app.example');
      await ask(new URL(url).origin);
      for (let times = 0; times < 3; times += 1) await ask('https://foreign.example');
      const refused = () => lines.filter(({ msg }) => String(msg).startsWith('a page of this origin was refused'));
      expect(refused()).toEqual([
        expect.objectContaining({
          level: 40,
          origin: 'https://foreign.example',
          msg: 'a page of this origin was refused: list the origin in CORS_ORIGINS if its pages may call',
        }),
      ]);
      for (let count = 0; count < 150; count += 1) await ask(`https://${count}.example`);
      expect(refused()).toHaveLength(MAX_CAUSES + 1);
    },
  );

  test('answers other paths and methods in JSON', async () => {
    const { url } = await startServer();
    const lost = await fetch(url.replace('/graphql', '/nowhere'));
    expect([lost.status, (await answerOf(lost)).errors?.[0]?.extensions['code']]).toEqual([404, 'NOT_FOUND']);
    const put = await fetch(url, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });

  test.each(['a<b', '127.0M0.1', '1.2.3.4.5', 'localhost:99999', '[::1'])(
    'answers the Host header %s, which is not a host, in JSON',
    async (host) => {
      // With tokens no list of names is looked at first.
      const issuer = await createIssuer();
      const { url, lines } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
      const { port } = new URL(url);
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(
            `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
          ),
        );
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('end', () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('BAD_REQUEST');
      expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    },
  );

  test('refuses to listen where somebody listens already, and leaves nothing behind', async () => {
    const { url } = await startServer();
    await expect(startServer({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
