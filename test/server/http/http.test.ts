/** GraphQL over HTTP: methods, statuses and media types, as the specification and its clients expect them. */
import { describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { answerOf, post, queryString } from '../../support/clients/requests.js';
import { openConnection } from '../../support/clients/raw-connection.js';
import { openSse } from '../../support/clients/response-streams.js';
import { SECRET } from '../../support/server/server-schema.js';
import { startServer } from '../../support/server/server.js';

const preflight = { 'apollo-require-preflight': 'true' };

describe('GraphQL over HTTP', () => {
  test('the server passes all audits of graphql-http if the preflight header is sent', async () => {
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

  test('a wrong value that repeats the words of a suggestion is answered quickly', async () => {
    const { url } = await startServer();
    const c = 'Did you mean '.repeat(19_000);
    const begunAt = process.cpuUsage();
    const response = await post(url, { query: 'query($c: Color) { color(of: $c) }', variables: { c } });
    expect((await answerOf(response)).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    // A search of the rest of the message from each of its words would take seconds. Pauses of the process do not count.
    expect(process.cpuUsage(begunAt).user / 1000).toBeLessThan(1500);
  });

  test('a batch of operations is answered 400', async () => {
    const { url } = await startServer();
    const plain = await post(url, [{ query: '{ hello }' }, { query: '{ hello }' }]);
    expect(plain.status).toBe(400);
    expect((await answerOf(plain)).errors?.[0]?.message).toBe('Operation batching disabled.');
    const streamed = await post(url, [{ query: '{ hello }' }], { accept: 'text/event-stream' });
    expect(streamed.status).toBe(400);
    expect((await answerOf(streamed)).errors?.[0]?.message).toBe('Operation batching disabled.');
  });

  test.each(['POST', 'GET'])(
    'a subscription by %s without a stream gets an error that names the three transports',
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

  test('a mutation by GET is answered 405 and not run', async () => {
    const { url, log } = await startServer();
    const query = 'mutation { append(text: "x") }';
    const plain = await fetch(`${url}?${queryString({ query })}`, { headers: preflight });
    expect([plain.status, plain.headers.get('allow')]).toEqual([405, 'POST']);
    const streamed = await openSse(`${url}?${queryString({ query })}`, null);
    expect([streamed.response.status, streamed.response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(log.events).toEqual([]);
  });

  test('an invalid operation is answered 200 if the client accepts only application/json, otherwise 400', async () => {
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
      // The Accept header of Apollo Kotlin and Apollo iOS for queries.
      expect(
        await statusFor(
          query,
          'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
        ),
      ).toBe(400);
    }
  });

  test('a client that accepts no type of the server is answered 406', async () => {
    const { url } = await startServer();
    expect((await post(url, { query: '{ hello }' }, { accept: 'image/png' })).status).toBe(406);
  });

  test('an error of one field is answered 200, beside the data', async () => {
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

  test('a request over HTTP/1.0 without a Host header is answered', async () => {
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

  test('a URL and header fields over 16 KB are answered 431 with the limit and the remedy', async () => {
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

  test('starting a server on a used port fails with EADDRINUSE', async () => {
    const { url } = await startServer();
    await expect(startServer({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
