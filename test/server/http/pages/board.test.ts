/** The files of the board over HTTP: who gets the page, how it is cached and compressed, and what its policy allows. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { brotliDecompressSync } from 'node:zlib';
import { startGateway, type TestGateway } from '../../../support/harness/gateway.js';
import { get } from '../../../support/clients/plain-get.js';

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
/** The limit of the compressed bytes that a browser reads before it shows the list of tasks. */
const FIRST_LOAD_BYTES = 60 * 1024;

describe('the files of the board', () => {
  let gateway: TestGateway;
  let base: string;
  beforeAll(async () => {
    gateway = await startGateway();
    base = new URL(gateway.url).origin;
  });

  const page = async (path: string) => (await get(`${base}${path}`, { accept: HTML })).body.toString();
  const filesOf = (html: string) => [...html.matchAll(/(?:href|src)="(board\/[^"]+)"/g)].map((match) => `/${match[1]}`);

  test('a browser gets the page at / and at /board, with a policy against everything foreign', async () => {
    for (const path of ['/', '/board']) {
      const { status, headers, body } = await get(`${base}${path}`, { accept: HTML });
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(body.toString()).toContain('<div id="board">');
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ` +
          `connect-src 'self' ws://${new URL(base).host} wss://${new URL(base).host}; ` +
          `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
    }
  });

  test('a program still gets JSON at /', async () => {
    const { status, body } = await get(`${base}/`, { accept: '*/*' });
    expect([status, JSON.parse(body.toString()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('a file with a hash in its name may be kept for a year, compressed as the browser accepts', async () => {
    const [file = ''] = filesOf(await page('/')).filter((path) => path.endsWith('.js'));
    const plain = await get(`${base}${file}`, {});
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect([plain.headers['content-encoding'], plain.headers['vary']]).toEqual([undefined, 'accept-encoding']);
    const small = await get(`${base}${file}`, { 'accept-encoding': 'gzip, deflate, br' });
    expect(small.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(small.body)).toEqual(plain.body);
    const gzip = await get(`${base}${file}`, { 'accept-encoding': 'gzip;q=1, br;q=0' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
  });

  test('the first load has at most 60 KB compressed, with the list of tasks', async () => {
    const html = await page('/');
    const seen = new Set<string>(['/', ...filesOf(html)]);
    let bytes = 0;
    for (const path of seen) {
      const { body } = await get(`${base}${path}`, { accept: HTML, 'accept-encoding': 'br' });
      bytes += body.length;
      if (!path.endsWith('.js')) continue;
      const text = brotliDecompressSync(body).toString();
      // The chunks that a script imports at once, and that of the first view.
      for (const [, name] of text.matchAll(/from"\.\/([^"]+\.js)"|import"\.\/([^"]+\.js)"/g))
        if (name) seen.add(`/board/${name}`);
      for (const [, name] of text.matchAll(/import\("\.\/(task-list-[^"]+\.js)"\)/g))
        if (name) seen.add(`/board/${name}`);
    }
    expect([...seen].some((path) => path.includes('task-list'))).toBe(true);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  test('no path outside of the folder of the board is a file', async () => {
    for (const path of ['/board/none.js', '/board/..%2F..%2Fpackage.json', '/board/index.html.br', '/board/.hidden'])
      expect([path, (await get(`${base}${path}`, {})).status]).toEqual([path, 404]);
  });

  test('the page learns how the gateway authenticates, and nothing else', async () => {
    const { body, headers } = await get(`${base}/board/config.json`, {});
    expect(JSON.parse(body.toString())).toEqual({
      auth: 'none',
      signIn: null,
      signInProblem: null,
      hasSandbox: true,
      hasSchemaFile: true,
      version: expect.any(String),
    });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('the page learns that a gateway with only registered operations has no Sandbox, and still the schema', async () => {
    const other = await startGateway({ PERSISTED_OPERATIONS: 'only' });
    const { body } = await get(new URL('/board/config.json', other.url).href, {});
    expect(JSON.parse(body.toString())).toMatchObject({ hasSandbox: false, hasSchemaFile: true });
    expect((await get(new URL('/schema.graphql', other.url).href, {})).status).toBe(200);
  });

  test('a gateway without the board answers as for any unknown path', async () => {
    const other = await startGateway({ BOARD: 'off' });
    for (const path of ['/', '/board', '/board/config.json'])
      expect([path, (await get(new URL(path, other.url).href, { accept: HTML })).status]).toEqual([path, 404]);
  });
});
