/** A wrong issuer is found when the server starts, and reported to the operator with the setting to check. */
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createIssuer, type Issuer } from '../../../support/fakes/issuer.js';
import { answerOf, post } from '../../../support/clients/requests.js';
import { until } from '../../../support/clients/waiting.js';
import { freePort } from '../../../support/programs/free-port.js';
import { WHO, bearer, jwt, keyErrorOf, readiness, warningsOf } from '../../../support/server/authentication.js';
import { startServer } from '../../../support/server/server.js';

describe("the issuer's keys", () => {
  test('the keys are read when the server starts, before the first token', async () => {
    const issuer = await createIssuer();
    const server = await startServer(jwt(issuer.url));
    await until(() => issuer.fetches() === 1);
    expect((await post(server.url, WHO, bearer(await issuer.token()))).status).toBe(200);
    expect(issuer.fetches()).toBe(1);
    expect(await readiness(server)).toMatchObject({ ready: true, reasons: [] });
    expect(warningsOf(server)).toEqual([]);
  });

  const wrong: {
    what: string;
    at: (issuer: Issuer) => [string, string?];
    place: (issuer: Issuer) => string;
    cause: (issuer: Issuer) => string;
    remedy: string;
  }[] = [
    {
      what: 'is not at JWT_ISSUER',
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
    {
      what: 'has no keys at JWKS_URL',
      at: ({ url }) => [url, `${url}/nowhere?secret=hunter2`],
      place: ({ url }) => `${url}/nowhere`,
      cause: () => 'it answered 404',
      remedy: 'Check JWKS_URL.',
    },
    {
      what: 'has a page at JWKS_URL',
      at: ({ url }) => [url, `${url}/page`],
      place: ({ url }) => `${url}/page`,
      cause: () => 'it is not JSON',
      remedy: 'Check JWKS_URL.',
    },
    {
      what: 'has another document at JWKS_URL',
      at: ({ url }) => [url, `${url}/.well-known/openid-configuration`],
      place: ({ url }) => `${url}/.well-known/openid-configuration`,
      cause: () => 'it has no list "keys"',
      remedy: 'Check JWKS_URL.',
    },
    {
      what: 'cannot be reached',
      at: ({ url }) => [url, 'http://127.0.0.1:1/keys'],
      place: () => 'http://127.0.0.1:1/keys',
      cause: () => 'it cannot be reached (',
      remedy: 'Check JWKS_URL.',
    },
  ];
  test.each(wrong)(
    'an issuer that $what causes a reason in /health/ready and one warning, with cause and setting',
    async ({ at, place, cause, remedy }) => {
      const issuer = await createIssuer();
      const server = await startServer(jwt(...at(issuer)));
      const reported = await keyErrorOf(server);
      expect(reported.startsWith(`The issuer's keys cannot be read from ${place(issuer)}: ${cause(issuer)}`)).toBe(
        true,
      );
      expect(reported.endsWith(`. ${remedy}`)).toBe(true);
      for (let times = 0; times < 3; times += 1) {
        const refused = await post(server.url, WHO, bearer(await issuer.token()));
        expect([refused.status, (await answerOf(refused)).errors?.[0]?.extensions['code']]).toEqual([
          503,
          'AUTHENTICATION_UNAVAILABLE',
        ]);
      }
      expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: reported })]);
      expect(JSON.stringify(server.lines)).not.toMatch(/"stack"|hunter2/);
      expect(await keyErrorOf(server)).toBe(reported);
    },
  );

  test('readable keys remove the reason, and the log reports it', async () => {
    const issuer = await createIssuer('ES256', await freePort());
    const token = await issuer.token();
    await issuer.stop();
    const server = await startServer(jwt(issuer.url));
    expect(await keyErrorOf(server)).toContain('ECONNREFUSED');
    await issuer.start();
    await until(async () => (await post(server.url, WHO, bearer(token))).status === 200);
    expect(await readiness(server)).toMatchObject({ ready: true, reasons: [] });
    expect(server.lines.filter(({ msg }) => msg === "The issuer's keys can be read again.")).toHaveLength(1);
  });

  test('an issuer that never answers delays neither the start nor the end of the server', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const begunAt = performance.now();
    const asked = new Promise((resolve) =>
      silent.once('connection', (socket) => resolve(socket.on('error', () => {}).resume())),
    );
    const server = await startServer(jwt(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`));
    await asked;
    expect(await readiness(server)).toMatchObject({ ready: true, reasons: [] });
    await server.server.close();
    await new Promise((resolve) => silent.close(resolve));
    expect(performance.now() - begunAt).toBeLessThan(4000);
    expect(warningsOf(server)).toEqual([]);
  });
});
