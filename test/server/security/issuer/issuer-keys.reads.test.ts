/** The addresses from which the issuer's keys are read, how often, and for which algorithms. */
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer, serve } from '../../../support/fakes/issuer.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { answerOf, post } from '../../../support/clients/requests.js';
import { openRawSocket } from '../../../support/clients/raw-socket.js';
import { until } from '../../../support/clients/waiting.js';
import { freePort } from '../../../support/programs/free-port.js';
import { FOLLOW, WHO, bearer, jwt } from '../../../support/server/authentication.js';
import { startServer } from '../../../support/server/server.js';

describe("the issuer's keys", () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('tokens signed by %s are accepted', async (algorithm) => {
    const issuer = await createIssuer(algorithm);
    const { url } = await startServer(jwt(issuer.url));
    expect((await post(url, WHO, bearer(await issuer.token()))).status).toBe(200);
  });

  test('the keys are read once, from the address of discovery or of JWKS_URL', async () => {
    const issuer = await createIssuer();
    for (const auth of [jwt(issuer.url).auth, { ...jwt(issuer.url).auth, jwksUrl: issuer.jwksUrl }]) {
      const before = issuer.fetches();
      const { url } = await startServer({ auth });
      const token = await issuer.token();
      for (let times = 0; times < 5; times += 1) expect((await post(url, WHO, bearer(token))).status).toBe(200);
      expect(issuer.fetches()).toBe(before + 1);
    }
  });

  test('after a rotation tokens of the new key are accepted and tokens of the old key refused', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    const old = await issuer.token();
    expect((await post(url, WHO, bearer(old))).status).toBe(200);
    await issuer.rotate();
    const fresh = await issuer.token();
    await until(async () => (await post(url, WHO, bearer(fresh))).status === 200);
    const statuses: number[] = [];
    await until(async () => statuses.push((await post(url, WHO, bearer(old))).status) > 0 && statuses.at(-1) === 401);
    expect(statuses).not.toContain(200);
  });

  test('a failing discovery is not repeated for each token', async () => {
    let discoveries = 0;
    const issuer = await createIssuer();
    const dead = await serve((_request, response) => {
      discoveries += 1;
      response.writeHead(500).end();
    });
    const { url } = await startServer({
      auth: { ...jwt(issuer.url).auth, issuer: dead },
      clock: createManualClock(Date.now()),
    });
    const token = await issuer.token({}, { issuer: dead });
    for (let times = 0; times < 20; times += 1) expect((await post(url, WHO, bearer(token))).status).toBe(503);
    expect(discoveries).toBeLessThan(3);
  });

  test('redirects are not followed, although the target names the issuer', async () => {
    const issuer = await createIssuer();
    let own = '';
    own = await serve((request, response) => {
      if (request.url === '/elsewhere')
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ issuer: own, jwks_uri: issuer.jwksUrl }));
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { url } = await startServer({ auth: { ...jwt(issuer.url).auth, issuer: own } });
    expect((await post(url, WHO, bearer(await issuer.token({}, { issuer: own })))).status).toBe(503);
  });

  test('unreadable keys make each token wait, and are read as soon as the issuer answers', async () => {
    const issuer = await createIssuer('ES256', await freePort());
    const token = await issuer.token();
    await issuer.stop();
    const { url } = await startServer(jwt(issuer.url));
    for (const headers of [{}, { accept: 'text/event-stream' }, { accept: 'multipart/mixed;subscriptionSpec=1.0' }]) {
      const response = await post(url, FOLLOW, { ...bearer(token), ...headers });
      expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, 2]);
      expect((await answerOf(response)).errors?.[0]?.extensions).toMatchObject({
        code: 'AUTHENTICATION_UNAVAILABLE',
        retryAfterMs: 2000,
      });
    }
    const raw = openRawSocket(url);
    raw.send({ type: 'connection_init', payload: bearer(token) });
    expect((await raw.closed).code).toBe(1013);
    await issuer.start();
    await until(async () => (await post(url, WHO, bearer(token))).status === 200);
  });

  test('the keys of a discovery document for another issuer are not used', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer({ auth: { mode: 'jwt', issuer: `${issuer.url}/`, audience: AUDIENCE } });
    expect((await post(url, WHO, bearer(await issuer.token()))).status).toBe(503);
  });
});
