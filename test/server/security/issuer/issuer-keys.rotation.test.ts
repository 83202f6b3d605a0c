/** Keys change while tokens arrive: a valid token is never refused as invalid, and the issuer is read rarely. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { createAuthenticator, type AuthOutcome } from '../../../../src/server/security/auth.js';
import { READ_INTERVAL_MS } from '../../../../src/server/security/issuer/issuer-keys.js';
import { createTelemetry } from '../../../../src/runtime/telemetry.js';
import { AUDIENCE, createIssuer, serve } from '../../../support/fakes/issuer.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { answerOf, post } from '../../../support/clients/requests.js';
import { openRawSocket } from '../../../support/clients/raw-socket.js';
import { until } from '../../../support/clients/waiting.js';
import { freePort } from '../../../support/programs/free-port.js';
import { startServer } from '../../../support/server/server.js';

const WHO = { query: '{ whoAmI }' };

async function openWorld() {
  const clock = createManualClock(Date.now());
  const issuer = await createIssuer('ES256', await freePort());
  const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE }, clock });
  await until(() => issuer.fetches() === 1);
  await until(async () => (await send(url, await issuer.token())).status === 200);
  return { clock, issuer, url };
}

async function send(url: string, token: string) {
  return post(url, WHO, { authorization: `Bearer ${token}` });
}

describe('a token of a key that was published just after the keys were read', () => {
  test('the token is answered 503 with the time to retry, and then accepted', async () => {
    const { clock, issuer, url } = await openWorld();
    await clock.advance(400);
    await issuer.rotate();
    const token = await issuer.token();
    const refused = await send(url, token);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await answerOf(refused)).errors).toEqual([
      {
        message:
          'The key that signed the token is not among the keys that the gateway read from the issuer last. Try again.',
        extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryAfterMs: 600 },
      },
    ]);
    await clock.advance(599);
    expect((await send(url, token)).status).toBe(503);
    expect(issuer.fetches()).toBe(1);
    await clock.advance(1);
    expect((await send(url, token)).status).toBe(200);
    expect(issuer.fetches()).toBe(2);
  });

  test('the socket is closed with a code after which clients reconnect', async () => {
    const { issuer, url } = await openWorld();
    await issuer.rotate();
    const raw = openRawSocket(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${await issuer.token()}` } });
    expect((await raw.closed).code).toBe(1013);
  });
});

describe('a token of a key that the issuer does not publish', () => {
  test('the token is refused after the first read since its arrival, until the next read', async () => {
    const { clock, issuer, url } = await openWorld();
    const early = await issuer.token({}, { kid: 'made-up' });
    expect((await send(url, early)).status).toBe(503);
    await clock.advance(1000);
    for (let times = 0; times < 3; times += 1) expect((await send(url, early)).status).toBe(401);
    expect(issuer.fetches()).toBe(2);
  });

  test('the token is refused at its second try, although strangers with made-up keys cause every read', async () => {
    const { clock, issuer, url } = await openWorld();
    const strangers = async (count: number) => {
      for (let index = 0; index < count; index += 1)
        await send(url, await issuer.token({}, { kid: `made-up-${index}` }));
    };
    const withdrawn = await issuer.token();
    await issuer.rotate();
    const good = await issuer.token();
    await clock.advance(1000);
    await strangers(5);
    expect([(await send(url, good)).status, (await send(url, withdrawn)).status]).toEqual([200, 503]);
    await clock.advance(1000);
    await strangers(5);
    expect([(await send(url, good)).status, (await send(url, withdrawn)).status]).toEqual([200, 401]);
  });

  test('tokens of unknown keys cause at most one read a second', async () => {
    const { clock, issuer, url } = await openWorld();
    for (let second = 0; second < 3; second += 1) {
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, index) => issuer.token({}, { kid: `made-up-${second}-${index}` })),
      );
      await Promise.all(tokens.map((token) => send(url, token)));
      for (const token of tokens) expect([401, 503]).toContain((await send(url, token)).status);
      expect(issuer.fetches()).toBe(second + 1);
      await clock.advance(1000);
    }
  });
});

test('a clock that is set back does not prevent reads of the keys', async () => {
  const clock = createManualClock(Date.now());
  const issuer = await createIssuer();
  const { url } = await startServer({ auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE }, clock });
  await until(async () => (await send(url, await issuer.token())).status === 200);
  await issuer.rotate();
  clock.jump(-3_600_000);
  await clock.advance(READ_INTERVAL_MS);
  expect((await send(url, await issuer.token())).status).toBe(200);
});

test('keys older than ten minutes are read again, and accept no token until the read succeeds', async () => {
  const { clock, issuer, url } = await openWorld();
  const token = await issuer.token({}, { expiresAt: Date.now() + 86_400_000 });
  await issuer.stop();
  await clock.advance(600_000 - 1);
  expect((await send(url, token)).status).toBe(200);
  await clock.advance(1);
  expect((await send(url, token)).status).toBe(503);
  await issuer.start();
  expect((await send(url, token)).status).toBe(503);
  await clock.advance(1000);
  expect((await send(url, token)).status).toBe(200);
});

type Step =
  | { readonly do: 'publish' | 'withdraw'; readonly key: number }
  | { readonly do: 'present'; readonly key: number; readonly token: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'break' | 'repair' };

const KEYS = 3;
const key = fc.nat(KEYS - 1);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('publish' as const, 'withdraw' as const), key }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('present' as const), key, token: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 999, 1000, 3000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('break' as const, 'repair' as const) }) },
);

function statusOf(outcome: AuthOutcome): number {
  return outcome.kind === 'caller' ? 200 : outcome.requestError.status;
}

test('a token of a published key is never refused as invalid, in random orders of keys, times, outages and tokens', async () => {
  const pairs = await Promise.all(Array.from({ length: KEYS }, () => generateKeyPair('ES256', { extractable: true })));
  const jwks = await Promise.all(
    pairs.map(async ({ publicKey }, index) => ({ ...(await exportJWK(publicKey)), kid: `key-${index}`, alg: 'ES256' })),
  );
  const published = new Set<number>();
  let isBroken = false;
  let fetches = 0;
  const url = await serve((_request, response) => {
    fetches += 1;
    response
      .writeHead(isBroken ? 500 : 200)
      .end(JSON.stringify({ keys: jwks.filter((_, index) => published.has(index)) }));
  });
  const startAt = Date.now();
  const tokens = await Promise.all(
    pairs.map(({ privateKey }, index) =>
      Promise.all(
        ['one', 'two'].map((subject) =>
          new SignJWT({})
            .setProtectedHeader({ alg: 'ES256', kid: `key-${index}` })
            .setIssuer(url)
            .setAudience(AUDIENCE)
            .setSubject(subject)
            .setExpirationTime(startAt / 1000 + 86_400)
            .sign(privateKey),
        ),
      ),
    ),
  );

  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 40 }), async (steps) => {
      const clock = createManualClock(startAt);
      const telemetry = createTelemetry({ level: 'error', destination: { write: () => {} } });
      const auth = createAuthenticator(
        { mode: 'jwt', issuer: url, audience: AUDIENCE, jwksUrl: url },
        { clock, telemetry },
      );
      published.clear();
      isBroken = false;
      fetches = 0;
      /** Tokens that came while their key was published, and whose key was not withdrawn since. */
      const good = new Set<string>();
      const seen = new Set<string>();
      for (const step of steps) {
        switch (step.do) {
          case 'publish':
            published.add(step.key);
            break;
          case 'withdraw':
            published.delete(step.key);
            for (const token of tokens[step.key] ?? []) good.delete(token);
            break;
          case 'break':
          case 'repair':
            isBroken = step.do === 'break';
            break;
          case 'pass':
            await clock.advance(step.ms);
            break;
          case 'present': {
            const token = tokens[step.key]?.[step.token] ?? '';
            if (!seen.has(token) && published.has(step.key)) good.add(token);
            seen.add(token);
            const status = statusOf(await auth.authenticate(`Bearer ${token}`));
            if (good.has(token)) expect(status).not.toBe(401);
            break;
          }
          default:
            step satisfies never;
        }
        expect(fetches).toBeLessThanOrEqual(1 + Math.floor((clock.now() - startAt) / 1000));
      }
      // Each token gets its final verdict once the issuer answers and an interval has passed.
      isBroken = false;
      for (const [index, ofKey] of tokens.entries()) {
        for (const token of ofKey) {
          await clock.advance(1000);
          const status = statusOf(await auth.authenticate(`Bearer ${token}`));
          expect(published.has(index) ? status === 200 : status !== 503).toBe(true);
        }
      }
      auth.close();
    }),
    { numRuns: 60, endOnFailure: true },
  );
});
