/** GraphiQL below the endpoint: its page, its files, and the settings under which they exist. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { answerOf } from '../../../support/clients/requests.js';
import { temporaryDirectory } from '../../../support/harness/directory.js';
import { startServer } from '../../../support/server/server.js';

type Sent = { readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** A request without the codings that `fetch` asks for and decodes by itself. */
function read(url: URL, accepted: string | null): Promise<Sent> {
  const headers = accepted === null ? {} : { 'accept-encoding': accepted };
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      buffer(response).then((body) => resolve({ headers: response.headers, body }), reject);
    }).on('error', reject);
  });
}

const explorerFiles = new URL('../../../../explorer/', import.meta.url);

describe('/graphql/explorer', () => {
  test('the page allows only its own scripts and this server, with a new nonce each time', async () => {
    const { url } = await startServer({ explorerFiles });
    const page = await fetch(`${url}/explorer`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    const { host } = new URL(url);
    for (const part of ["default-src 'none'", "script-src 'self';", `connect-src 'self' ws://${host} wss://${host};`])
      expect(policy).toContain(part);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(await page.text()).toContain(`nonce="${nonce}"`);
    expect((await fetch(`${url}/explorer`)).headers.get('content-security-policy')).not.toContain(nonce);
  });

  test('a file is sent as the browser can read it, and may be kept for a year', async () => {
    const { url } = await startServer({ explorerFiles });
    const [, name = ''] = /src="([^"]+)"/.exec(await (await fetch(`${url}/explorer`)).text()) ?? [];
    const script = new URL(name, `${url}/explorer`);
    const plain = await read(script, null);
    const zipped = await read(script, 'gzip, deflate');
    const small = await read(script, 'gzip, deflate, br, zstd');
    const refused = await read(script, 'br;q=0, gzip;q=0');
    for (const { headers } of [plain, zipped, small, refused])
      expect([headers['content-type'], headers['cache-control'], headers.vary]).toEqual([
        'text/javascript; charset=utf-8',
        'public, max-age=31536000, immutable',
        'accept-encoding',
      ]);
    expect([zipped.headers['content-encoding'], small.headers['content-encoding']]).toEqual(['gzip', 'br']);
    expect([plain.headers['content-encoding'], refused.headers['content-encoding']]).toEqual([undefined, undefined]);
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(small.body).equals(refused.body)).toBe(true);
    expect(small.body.length).toBeLessThan(500_000);
  });

  test.each(['main.js', '..%2Fboard%2Findex.html', 'index.html.br'])('there is no file %s', async (name) => {
    const { url } = await startServer({ explorerFiles });
    const response = await fetch(`${url}/explorer/${name}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect((await answerOf(response)).errors?.[0]?.message).toBe('GraphiQL has no such file.');
  });

  test('a gateway that has not been built says so', async () => {
    const { url } = await startServer({ explorerFiles: pathToFileURL(`${temporaryDirectory()}/`) });
    const response = await fetch(`${url}/explorer`);
    expect([response.status, (await answerOf(response)).errors?.[0]?.message]).toEqual([
      404,
      'GraphiQL has not been built. Run: npm run build',
    ]);
  });

  test.each([{ explorer: false }, { persisted: { mode: 'only' as const, documents: new Map() } }])(
    'the page does not exist with %j, as Sandbox does not',
    async (options) => {
      const { url } = await startServer({ explorerFiles, ...options });
      const response = await fetch(`${url}/explorer`);
      expect([response.status, (await answerOf(response)).errors?.[0]?.message]).toEqual([
        404,
        'Not found. The GraphQL endpoint is /graphql.',
      ]);
    },
  );
});
