/** A wrong issuer is found out when the server starts, and told to whoever can mend it. */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { AUDIENCE, createIssuer, serve, type Issuer } from '../../support/fakes/issuer.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';
import { answerOf, post, readinessOf } from '../../support/clients/requests.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { startServer, type TestServer } from '../../support/harness/server.js';

const WHO = { query: '{ whoAmI }' };
const WARNING = 40;

const jwt = (issuer: string, jwksUrl?: string) => ({
  auth: { mode: 'jwt', issuer, audience: AUDIENCE, ...(jwksUrl === undefined ? {} : { jwksUrl }) } as const,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function readiness({ url }: TestServer): Promise<{ ready: boolean; reasons: string[] }> {
  const { status, ...readiness } = await readinessOf(url);
  expect(status).toBe(200);
  return readiness;
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
    {
      what: 'has no keys where JWKS_URL says',
      at: ({ url }) => [url, `${url}/nowhere?secret=hunter2`],
      place: ({ url }) => `${url}/nowhere`,
      cause: () => 'it answered 404',
      remedy: 'Check JWKS_URL.',
    },
    {
      what: 'has a page where JWKS_URL says',
      at: ({ url }) => [url, `${url}/page`],
      place: ({ url }) => `${url}/page`,
      cause: () => 'it is not JSON',
      remedy: 'Check JWKS_URL.',
    },
    {
      what: 'has something else where JWKS_URL says',
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
    'of an issuer that $what are a reason of /health/ready and one warning, with the cause and the setting',
    async ({ at, place, cause, remedy }) => {
      const issuer = await createIssuer();
      const server = await startServer(jwt(...at(issuer)));
      const trouble = await troubleOf(server);
      expect(trouble.startsWith(`The issuer's keys cannot be read from ${place(issuer)}: ${cause(issuer)}`)).toBe(true);
      expect(trouble.endsWith(`. ${remedy}`)).toBe(true);
      for (let times = 0; times < 3; times += 1) {
        const refused = await post(server.url, WHO, bearer(await issuer.token()));
        expect([refused.status, (await answerOf(refused)).errors?.[0]?.extensions['code']]).toEqual([
          503,
          'AUTHENTICATION_UNAVAILABLE',
        ]);
      }
      expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: trouble })]);
      expect(JSON.stringify(server.lines)).not.toMatch(/"stack"|hunter2/);
      expect(await troubleOf(server)).toBe(trouble);
    },
  );

  test('that can be read again are no reason any more, which the log tells', async () => {
    const issuer = await createIssuer();
    const token = await issuer.token();
    await issuer.stop();
    const server = await startServer(jwt(issuer.url));
    expect(await troubleOf(server)).toContain('ECONNREFUSED');
    await issuer.start();
    await until(async () => (await post(server.url, WHO, bearer(token))).status === 200);
    expect(await readiness(server)).toMatchObject({ ready: true, reasons: [] });
    expect(server.lines.filter(({ msg }) => msg === "The issuer's keys can be read again.")).toHaveLength(1);
  });

  test('that never come hold up neither the start nor the end', async () => {
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

/** Writes for as long as the other side takes it. */
function writeWithoutEnd(response: ServerResponse, written: { bytes: number }): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    if (response.destroyed) return;
    written.bytes += chunk.length;
    if (response.write(chunk)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

const deepList = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const manyKeys = JSON.stringify({ keys: Array.from({ length: 1001 }, () => ({})) });

const unusable: { what: string; answer: (response: ServerResponse) => void; cause: string }[] = [
  {
    what: 'is larger than a mebibyte',
    answer: (response) => response.end(' '.repeat(1024 * 1024 + 1)),
    cause: 'it is too large (limit 1048576 bytes)',
  },
  {
    what: 'unpacks to more than a mebibyte',
    answer: (response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '))),
    cause: 'it is too large (limit 1048576 bytes)',
  },
  {
    what: 'is nested 5,000 levels deep',
    answer: (response) => response.end(`{"keys":${deepList(5000)}}`),
    cause: 'it cannot be used: The JSON is nested too deeply (limit 64 levels)',
  },
  { what: 'is a list', answer: (response) => response.end('[]'), cause: 'it is not a JSON object' },
  { what: 'is half a text', answer: (response) => response.end('{"keys":['), cause: 'it is not JSON' },
  {
    what: 'redirects',
    answer: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    cause: 'it answered 302',
  },
];

describe.each(['discovery document', 'key set'])('the answer of an issuer that is asked for its %s', (part) => {
  const authFor = async (answer: (response: ServerResponse) => void) => {
    const url = await serve((_request, response) => answer(response));
    return part === 'key set' ? jwt(url, `${url}/keys`) : jwt(url);
  };
  const place = part === 'key set' ? '/keys' : '/.well-known/openid-configuration';

  test.each(unusable)(
    'an answer that $what lets no caller in, and is named in readiness and log',
    async ({ answer, cause }) => {
      const server = await startServer(await authFor(answer));
      const trouble = await troubleOf(server);
      expect(trouble).toContain(`${place}: ${cause}.`);
      expect((await post(server.url, WHO, bearer('a.b.c'))).status).toBe(401);
      const issuer = await createIssuer();
      expect((await post(server.url, WHO, bearer(await issuer.token()))).status).toBe(503);
      expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: trouble })]);
    },
  );

  test('an answer without end is read as far as it may be long', async () => {
    const written = { bytes: 0 };
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const server = await startServer(
      await authFor((response) => {
        response.once('close', end);
        writeWithoutEnd(response, written);
      }),
    );
    expect(await troubleOf(server)).toContain(`${place}: it is too large (limit 1048576 bytes).`);
    await ended;
    // The buffers of both sockets come on top of the mebibyte.
    expect(written.bytes).toBeLessThan(32 * 1024 * 1024);
  });

  test('an answer that drips is given up after five seconds', async () => {
    const clock = createManualClock(Date.now());
    let drip: () => void = () => {};
    const dripping = new Promise<void>((resolve) => (drip = resolve));
    const closed = { count: 0 };
    const auth = await authFor((response) => {
      response.once('close', () => (closed.count += 1));
      response.write('{"keys":');
      drip();
    });
    const server = await startServer({ ...auth, clock });
    await dripping;
    await clock.advance(4999);
    expect(await readiness(server)).toMatchObject({ ready: true, reasons: [] });
    await clock.advance(1);
    expect(await troubleOf(server)).toContain(`${place}: it did not answer within 5 s.`);
    await until(() => closed.count === 1);
  });
});

describe('the answer of an issuer', () => {
  test('a list of more than a thousand keys lets no caller in, and is named', async () => {
    const url = await serve((_request, response) => response.end(manyKeys));
    expect(await troubleOf(await startServer(jwt(url, `${url}/keys`)))).toContain(
      '/keys: it has too many keys (limit 1000, got 1001).',
    );
  });

  test('a list of keys that are not objects lets no caller in, and is named', async () => {
    const url = await serve((_request, response) => response.end('{"keys":[[]]}'));
    expect(await troubleOf(await startServer(jwt(url, `${url}/keys`)))).toContain('/keys: it has no list "keys".');
  });

  test('a very long name of another issuer is shortened', async () => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ issuer: 'x'.repeat(500_000), jwks_uri: 'http://127.0.0.1/' })),
    );
    const trouble = await troubleOf(await startServer(jwt(url)));
    expect(trouble).toContain('it speaks for another issuer, "xxx');
    expect(trouble.length).toBeLessThan(500);
  });

  test('a private key is named in the log once, and not for each token', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const url = await serve(async (_request, response) =>
      response.end(JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: 'key-1' }] })),
    );
    const server = await startServer(jwt(url, `${url}/keys`));
    const issuer = await createIssuer();
    for (let times = 0; times < 3; times += 1)
      expect((await post(server.url, WHO, bearer(await issuer.token()))).status).toBe(503);
    expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: "The issuer's key key-1 cannot be used." })]);
  });
});

describe('a token of a hostile client', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  const head = encoded('{"alg":"ES256","kid":"key-1"}');
  const tokens: [what: string, token: string][] = [
    ['is as long as a message may be', `${head}.${'a'.repeat(100_000)}.${'a'.repeat(100_000)}`],
    ['has a deep header', `${encoded(`{"alg":"ES256","kid":"key-1","x":${deepList(5000)}}`)}.e30.AA`],
    ['has a deep payload', `${head}.${encoded(deepList(5000))}.AA`],
    [
      'has a thousand critical headers',
      `${encoded(`{"alg":"ES256","kid":"key-1","crit":[${Array.from({ length: 1000 }, (_, index) => `"c${index}"`).join()}]}`)}.e30.AA`,
    ],
    ['is nothing but dots', '.'.repeat(200_000)],
    ['is nothing but spaces', `${' '.repeat(200_000)}x`],
  ];

  test.each(tokens)('a token that %s is refused on a WebSocket', async (_what, token) => {
    const issuer = await createIssuer();
    const server = await startServer(jwt(issuer.url));
    const raw = openRawSocket(server.url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect((await raw.closed).code).toBe(4403);
    expect(server.lines.filter(({ level }) => Number(level) > WARNING)).toEqual([]);
  });

  test.each(['scope', 'sub', 'aud', 'catalogs', 'other'])(
    'a signed token whose claim "%s" is nested deeply is refused unless nothing reads the claim',
    async (claim) => {
      const issuer = await createIssuer();
      const server = await startServer(jwt(issuer.url));
      const claims = {
        iss: JSON.stringify(issuer.url),
        aud: JSON.stringify(AUDIENCE),
        sub: '"alice"',
        scope: '"tasks:read"',
        exp: String(Math.floor(Date.now() / 1000) + 60),
        [claim]: deepList(4000),
      };
      const signed = await issuer.sign(
        `{${Object.entries(claims)
          .map(([name, json]) => `"${name}":${json}`)
          .join()}}`,
      );
      expect((await post(server.url, WHO, bearer(signed))).status).toBe(claim === 'other' ? 200 : 401);
    },
  );
});
