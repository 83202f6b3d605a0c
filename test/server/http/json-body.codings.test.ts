/** Bodies and parameters in other types, charsets and encodings than JSON in UTF-8, and bodies that are too large. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { openConnection } from '../../support/clients/raw-connection.js';
import { answerOf, post } from '../../support/clients/requests.js';
import { startServer } from '../../support/server/server.js';

describe('the body of a request', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body of type %s is answered 415 in JSON',
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
  ])('a body of type %s is read as UTF-8, with or without a byte order mark', async (type) => {
    const { url } = await startServer();
    for (const body of [bodyOf('utf8'), Buffer.concat([Buffer.from('\uFEFF'), bodyOf('utf8')])]) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
      expect(await answerOf(response)).toEqual({ data: { hello: 'hello é' } });
    }
  });

  test.each(['iso-8859-1', 'UTF-16', '"windows-1252"', `x${'y'.repeat(1000)}`])(
    'a body in the charset %s is answered 415 with the name of the charset',
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
            message: `The charset "${name}" is not supported. Send the body in UTF-8, without a charset.`,
            extensions: { code: 'BAD_REQUEST' },
          },
        ]);
      }
    },
  );

  test('a body that is not UTF-8 is answered 400 with that reason', async () => {
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
    'a body with the content-encoding %s is answered 415 with that name and accept-encoding: identity',
    async (encoding) => {
      const { url } = await startServer();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body: gzipSync(bodyOf('utf8')),
      });
      expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect((await answerOf(response)).errors?.[0]?.message).toBe(
        `The content-encoding "${encoding}" is not supported. Send the body without a content-encoding.`,
      );
    },
  );

  test.each(['application/json', 'text/event-stream'])(
    'parameters that are not UTF-8 are answered 400 if the client accepts %s, and a bare percent sign is accepted',
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
          `GET /graphql?query={hello(name:"é")} HTTP/1.1\r\nHost: localhost\r\nAccept: ` +
            `${accept}\r\nApollo-Require-Preflight: true\r\nConnection: close\r\n\r\n`,
        ),
      );
      await raw.ended;
      expect(raw.received()).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  test('a body that is not valid JSON is answered 400 in JSON', async () => {
    const { url } = await startServer();
    const response = await post(url, '{"query": ');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect((await answerOf(response)).errors).toEqual([
      { message: 'The request body is not valid JSON.', extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  test('a body over 256 KB is answered 413 with the limit', async () => {
    const { url } = await startServer();
    const response = await post(url, { query: '{ hello }', variables: { pad: 'x'.repeat(256 * 1024) } });
    expect(response.status).toBe(413);
    expect((await answerOf(response)).errors?.[0]?.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
      limit: 'bodyBytes',
      maximum: 262144,
    });
  });
});
