/** Unusable answers of an issuer: too large, too deep, too slow, or of a wrong shape. Each is bounded and reported. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { createIssuer, serve } from '../../../support/fakes/issuer.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { post } from '../../../support/clients/requests.js';
import { until } from '../../../support/clients/waiting.js';
import {
  WHO,
  bearer,
  deepList,
  jwt,
  keyErrorOf,
  readiness,
  warningsOf,
} from '../../../support/server/authentication.js';
import { startServer } from '../../../support/server/server.js';

/** Writes until the other side closes the connection. */
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

const manyKeys = JSON.stringify({ keys: Array.from({ length: 1001 }, () => ({})) });

const unusable: { what: string; answer: (response: ServerResponse) => void; cause: string }[] = [
  {
    what: 'is larger than a mebibyte',
    answer: (response) => response.end(' '.repeat(1024 * 1024 + 1)),
    cause: 'it is too large (limit 1048576 bytes)',
  },
  {
    what: 'decompresses to more than a mebibyte',
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

describe.each(['discovery document', 'key set'])('readAnswer for the %s', (part) => {
  const authFor = async (answer: (response: ServerResponse) => void) => {
    const url = await serve((_request, response) => answer(response));
    return part === 'key set' ? jwt(url, `${url}/keys`) : jwt(url);
  };
  const place = part === 'key set' ? '/keys' : '/.well-known/openid-configuration';

  test.each(unusable)(
    'an answer that $what makes tokens wait, and is reported in readiness and log',
    async ({ answer, cause }) => {
      const server = await startServer(await authFor(answer));
      const reported = await keyErrorOf(server);
      expect(reported).toContain(`${place}: ${cause}.`);
      expect((await post(server.url, WHO, bearer('a.b.c'))).status).toBe(401);
      const issuer = await createIssuer();
      expect((await post(server.url, WHO, bearer(await issuer.token()))).status).toBe(503);
      expect(warningsOf(server)).toEqual([expect.objectContaining({ msg: reported })]);
    },
  );

  test('an endless answer is read up to the limit', async () => {
    const written = { bytes: 0 };
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const server = await startServer(
      await authFor((response) => {
        response.once('close', end);
        writeWithoutEnd(response, written);
      }),
    );
    expect(await keyErrorOf(server)).toContain(`${place}: it is too large (limit 1048576 bytes).`);
    await ended;
    // The buffers of both sockets come on top of the mebibyte.
    expect(written.bytes).toBeLessThan(32 * 1024 * 1024);
  });

  test('an answer that never ends is given up after five seconds', async () => {
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
    expect(await keyErrorOf(server)).toContain(`${place}: it did not answer within 5 s.`);
    await until(() => closed.count === 1);
  });
});

describe('createIssuerKeys', () => {
  test('a list of more than a thousand keys is reported and not used', async () => {
    const url = await serve((_request, response) => response.end(manyKeys));
    expect(await keyErrorOf(await startServer(jwt(url, `${url}/keys`)))).toContain(
      '/keys: it has too many keys (limit 1000, got 1001).',
    );
  });

  test('a list of keys that are not objects is reported and not used', async () => {
    const url = await serve((_request, response) => response.end('{"keys":[[]]}'));
    expect(await keyErrorOf(await startServer(jwt(url, `${url}/keys`)))).toContain('/keys: it has no list "keys".');
  });

  test('a very long name of another issuer is shortened', async () => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ issuer: 'x'.repeat(500_000), jwks_uri: 'http://127.0.0.1/' })),
    );
    const reported = await keyErrorOf(await startServer(jwt(url)));
    expect(reported).toContain('it speaks for another issuer, "xxx');
    expect(reported.length).toBeLessThan(500);
  });

  test('a private key is logged once and not for each token', async () => {
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
