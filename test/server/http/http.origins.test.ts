/** Pages of other origins: CORS, CSRF, the log of refused origins, and invalid Host headers. */
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { MAX_CAUSES } from '../../../src/server/security/once-logger.js';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { upgradeStatus } from '../../support/clients/raw-socket.js';
import { answerOf, post, queryString } from '../../support/clients/requests.js';
import { openSse } from '../../support/clients/response-streams.js';
import { startServer } from '../../support/server/server.js';

describe('pages of other origins', () => {
  test('a GET that a foreign page could send is answered 400', async () => {
    const { url } = await startServer();
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const response = await fetch(`${url}?${queryString({ query: '{ hello }' })}`, { headers: foreign });
      expect(response.status).toBe(400);
      expect((await answerOf(response)).errors?.[0]?.message).toContain('CSRF');
    }
  });

  test('a GET of the own page, of an allowed origin or of a program is answered, and runs no mutation', async () => {
    const { url, log } = await startServer({ corsOrigins: ['https://app.example'] });
    const own = [{ 'sec-fetch-site': 'same-origin' }, { origin: new URL(url).origin }];
    for (const headers of [...own, { origin: 'https://app.example' }, {}]) {
      const accept = 'application/graphql-response+json, application/json';
      const ask = async (query: string) =>
        fetch(`${url}?${queryString({ query })}`, { headers: { accept, ...headers } });
      expect((await answerOf(await ask('{ hello }'))).data).toEqual({ hello: 'hello world' });
      expect((await ask('mutation { append(text: "x") }')).status).toBe(405);
    }
    expect(log.events).toEqual([]);
  });

  test('the answer to a GET that a foreign page could send names the remedies', async () => {
    const { url } = await startServer();
    for (const accept of ['application/json', 'multipart/mixed;subscriptionSpec=1.0']) {
      const headers = { accept, 'sec-fetch-site': 'cross-site' };
      const response = await fetch(`${url}?query={hello}`, { headers });
      const message = (await answerOf(response)).errors?.[0]?.message ?? '';
      expect([response.status, message]).toEqual([
        400,
        expect.stringContaining(
          'Add the header "apollo-require-preflight: true", or send the operation by POST as JSON ("content-type: ' +
            'application/json"; urql: preferGetMethod: false). A page of another origin may use GET once its origin ' +
            'is listed in CORS_ORIGINS.',
        ),
      ]);
    }
  });

  test('CORS allows the pages of the configured origins only', async () => {
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

  test.each(['POST', 'WebSocket'])(
    'the origin of a page that is refused over %s is logged once, up to a number of origins',
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

  test.each(['a<b', '127.0M0.1', '1.2.3.4.5', 'localhost:99999', '[::1'])(
    'the invalid Host header %s is answered 400 in JSON',
    async (host) => {
      // With tokens the host check is off, so the request gets as far as the parser.
      const issuer = await createIssuer();
      const { url, lines } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
      const { port } = new URL(url);
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(
            `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ` +
              `2\r\nconnection: close\r\n\r\n{}`,
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
});
