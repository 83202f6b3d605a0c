/** The schema as a file: who gets it, and how often it is sent. */
import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../../../support/fakes/issuer.js';
import { answerOf } from '../../../support/clients/requests.js';
import { startGateway } from '../../../support/harness/gateway.js';
import { startServer } from '../../../support/server/server.js';

const PATH = '/schema.graphql';

describe('/schema.graphql', () => {
  test('a gateway serves its published schema as text, with the descriptions', async () => {
    const { url } = await startGateway();
    const response = await fetch(new URL(PATH, url));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const text = await response.text();
    expect(text).toBe(readFileSync('schema/schema.graphql', 'utf8'));
    expect(buildSchema(text).getQueryType()?.description).toMatch(/^Reads tasks and records\./);
  });

  test('a client that has the present text gets no second copy of it', async () => {
    const { url } = await startServer();
    const first = await fetch(new URL(PATH, url));
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetch(new URL(PATH, url), { headers: { 'if-none-match': tags } });
      expect([tags, again.status, again.headers.get('etag'), await again.text()]).toEqual([tags, 304, etag, '']);
    }
    const old = await fetch(new URL(PATH, url), { headers: { 'if-none-match': '"other"' } });
    expect([old.status, await old.text()]).toEqual([200, await first.text()]);
  });

  test('HEAD is answered with the length and the type of the text', async () => {
    const { url } = await startServer();
    const head = await fetch(new URL(PATH, url), { method: 'HEAD' });
    const whole = await (await fetch(new URL(PATH, url))).text();
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(Buffer.byteLength(whole)),
      '',
    ]);
  });

  test('the file needs a token where requests need one, and no scope', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
    const without = await fetch(new URL(PATH, url));
    expect([without.status, (await answerOf(without)).errors?.[0]?.extensions['code']]).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    const token = await issuer.token({ scope: 'other' });
    const withToken = await fetch(new URL(PATH, url), { headers: { authorization: `Bearer ${token}` } });
    expect([withToken.status, await withToken.text()]).toEqual([200, expect.stringContaining('type Query')]);
  });

  test('a gateway without introspection has no schema file, and says where the schema is', async () => {
    const { url } = await startServer({ explorer: false });
    const response = await fetch(new URL(PATH, url));
    expect([response.status, response.headers.get('etag')]).toEqual([404, null]);
    const [error] = (await answerOf(response)).errors ?? [];
    expect(error?.extensions['code']).toBe('INTROSPECTION_DISABLED');
    expect(error?.message).toContain('Read schema/schema.graphql of its source');
  });
});
