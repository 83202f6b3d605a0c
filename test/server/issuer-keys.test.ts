/** A wrong issuer is found out when the server starts, and told to whoever can mend it. */
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer, type Issuer } from '../support/issuer-client.js';
import { answerOf, post, until } from '../support/server-clients.js';
import { startServer, type TestServer } from '../support/server.js';

const WHO = { query: '{ whoAmI }' };
const WARNING = 40;

const jwt = (issuer: string, jwksUrl?: string) => ({ auth: { mode: 'jwt', issuer, audience: AUDIENCE, ...(jwksUrl === undefined ? {} : { jwksUrl }) } as const });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function readiness({ url }: TestServer): Promise<{ ready: boolean; reasons: string[] }> {
  const response = await fetch(url.replace('/graphql', '/health/ready'));
  expect(response.status).toBe(200);
  return (await response.json()) as { ready: boolean; reasons: string[] };
}

async function troubleOf(server: TestServer): Promise<string> {
  await until(async () => (await readiness(server)).reasons.length > 0);
  const { ready, reasons } = await readiness(server);
  expect([ready, reasons.length]).toEqual([true, 1]);
  return reasons[0] ?? '';
}

const warningsOf = ({ lines }: TestServer) => lines.filter(({ level }) => level === WARNING);

describe("the issuer's keys", () => {
  test('are read when the server starts, before anybody comes with a token', async () => {
    const issuer = await createIssuer();
    const server = await startServer(jwt(issuer.url));
    await until(() => issuer.fetches() === 1);
    expect((await post(server.url, WHO, bearer(await issuer.token()))).status).toBe(200);
    expect(issuer.fetches()).toBe(1);
    expect(await readiness(server)).toEqual({ ready: true, reasons: [] });
    expect(warningsOf(server)).toEqual([]);
  });

  const wrong: { what: string; at: (issuer: Issuer) => [string, string?]; place: (issuer: Issuer) => string; cause: (issuer: Issuer) => string; remedy: string }[] = [
    {
      what: 'is not where JWT_ISSUER says',
      at: ({ url }) => [`${url}/tenant`],
      place: ({ url }) => `${url}/tenant/.well-known/openid-configuration`,
      cause: () => 'it answered 404',
      remedy: 'Check JWT_ISSUER, or set JWKS_URL.',
    },
    {
      what: 'has another name than JWT_ISSUER',
      at: ({ url }) => [`${url}/`],
      place: ({ url }) => `${url}/.well-known/openid-configuration`,
      cause: ({ url }) => `it speaks for another issuer, "${url}"`,
      remedy: 'Check JWT_ISSUER, or set JWKS_URL.',
    },
    { what: 'has no keys where JWKS_URL says', at: ({ url }) => [url, `${url}/nowhere?secret=hunter2`], place: ({ url }) => `${url}/nowhere`, cause: () => 'it answered 404', remedy: 'Check JWKS_URL.' },
    { what: 'has a page where JWKS_URL says', at: ({ url }) => [url, `${url}/page`], place: ({ url }) => `${url}/page`, cause: () => 'it is not JSON', remedy: 'Check JWKS_URL.' },
    {
      what: 'has something else where JWKS_URL says',
      at: ({ url }) => [url, `${url}/.well-known/openid-configuration`],
      place: ({ url }) => `${url}/.well-known/openid-configuration`,
      cause: () => 'it has no list "keys"',
      remedy: 'Check JWKS_URL.',
    },
    { what: 'cannot be reached', at: ({ url }) => [url, 'http://127.0.0.1:1/keys'], place: () => 'http://127.0.0.1:1/keys', cause: () => 'it cannot be reached (', remedy: 'Check JWKS_URL.' },
  ];
  test.each(wrong)('of an issuer that $what are a reason of /health/ready and one warning, with the cause and the setting', async ({ at, place, cause, remedy }) => {
    const issuer = await createIssuer();
    const server = await startServer(jwt(...at(issuer)));
    const trouble = await troubleOf(server);
    expect(trouble.startsWith(`The issuer's keys cannot be read from ${place(issuer)}: ${cause(issuer)}`)).toBe(true);
    expect(trouble.endsWith(`. ${remedy}`)).toBe(true);
    for (let times = 0; times < 3; times += 1) {
      const refused = await post(server.url, WHO, bearer(await issuer.token()));
      expect([refused.status, (await answerOf(refused)).errors?.[0]?.extensions['code']]).toEqual([503, 'AUTHENTICATION_UNAVAILABLE']);
    }
    expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: trouble })]);
    expect(JSON.stringify(server.lines)).not.toMatch(/"stack"|hunter2/);
    expect(await troubleOf(server)).toBe(trouble);
  });

  test('that can be read again are no reason any more, which the log tells', async () => {
    const issuer = await createIssuer();
    const token = await issuer.token();
    await issuer.stop();
    const server = await startServer(jwt(issuer.url));
    expect(await troubleOf(server)).toContain('ECONNREFUSED');
    await issuer.start();
    await until(async () => (await post(server.url, WHO, bearer(token))).status === 200);
    expect(await readiness(server)).toEqual({ ready: true, reasons: [] });
    expect(server.lines.filter(({ msg }) => msg === "The issuer's keys can be read again.")).toHaveLength(1);
  });

  test('that never come hold up neither the start nor the end', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const begunAt = performance.now();
    const asked = new Promise((resolve) => silent.once('connection', (socket) => resolve(socket.on('error', () => {}).resume())));
    const server = await startServer(jwt(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`));
    await asked;
    expect(await readiness(server)).toEqual({ ready: true, reasons: [] });
    await server.server.close();
    await new Promise((resolve) => silent.close(resolve));
    expect(performance.now() - begunAt).toBeLessThan(4000);
    expect(warningsOf(server)).toEqual([]);
  });
});
