/** The example for web frontends as a team builds it: codegen, the compiler, Vite, and a page in a real Chromium. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import { FRAGMENT_FILES, publishedNames } from '../support/fixtures/published/published-operations.js';
import { whenDone } from '../support/harness/cleanup.js';
import { freePort } from '../support/programs/free-port.js';
import { spawnProcess } from '../support/programs/process.js';
import { generate } from './codegen.js';
import type { Request, Sink } from './recipes/follow.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
export const hasBrowser = CHROMIUM !== undefined;

const SHIPPED = [...publishedNames(), ...FRAGMENT_FILES].map((name) => `schema/operations/${name}.graphql`);
const PARTS = ['schema', 'test/clients/recipes', 'test/clients/web'];
const VITE = resolve('node_modules/vite/bin/vite.js');
const TSC = resolve('node_modules/typescript/bin/tsc');

/** Builds the example in a folder of dist/, because packages are found from there. @returns the folder */
export async function buildExample(name: string): Promise<string> {
  const root = resolve('dist', name);
  for (const part of PARTS) cpSync(part, join(root, part), { recursive: true });
  const folder = join(root, 'test/clients/web');
  const own = readdirSync(join(folder, 'src'))
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => join(folder, 'src', file));
  const documents = [...SHIPPED, ...own].map((path): [string, string] => [path, readFileSync(path, 'utf8')]);
  await generate(new Map(documents), join(folder, 'src/gql'), 'TypeScript');
  const run = promisify(execFile);
  await run(process.execPath, [TSC, '--project', folder]);
  await run(process.execPath, [VITE, 'build', '--logLevel', 'warn'], { cwd: folder });
  return folder;
}

/** Serves the built example with Vite's proxy in front of the gateway. @returns the address of the page */
export async function serveExample(folder: string, gateway: string): Promise<string> {
  const port = await freePort();
  const server = spawnProcess(
    process.execPath,
    [VITE, 'preview', '--host', '127.0.0.1', '--port', String(port), '--strictPort'],
    { GATEWAY: gateway },
    { cwd: folder },
  );
  await server.waitFor(/http:/);
  return `http://127.0.0.1:${port}/`;
}

/** @param token the sign-in of the page */
export async function openPage(url: string, token?: () => Promise<string>): Promise<Page> {
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  whenDone(() => browser.close());
  const page = await browser.newPage();
  if (token !== undefined) await page.exposeFunction('tokenOfUser', token);
  await page.goto(url);
  return page;
}

/**
 * Follows a feed in the page by the recipe, with the browser's own EventSource.
 * @param token for each attempt. A backend of the page adds it, because an EventSource sends no header of its own.
 */
export async function followByEventSource(
  page: Page,
  request: Request,
  sink: Sink,
  token?: () => Promise<string>,
): Promise<void> {
  const entryPoints = [fileURLToPath(new URL('recipes/event-source.js', import.meta.url))];
  const options = { bundle: true, format: 'iife', globalName: 'recipe', write: false } as const;
  const [bundle] = (await build({ entryPoints, ...options })).outputFiles;
  await page.addScriptTag({ content: bundle?.text ?? '' });
  if (token !== undefined)
    await page.route('**/graphql?query=*', async (route) => {
      const authorization = `Bearer ${await token()}`;
      await route.continue({ headers: { ...(await route.request().allHeaders()), authorization } });
    });
  await page.exposeFunction('sinkNext', (result: unknown) => sink.next(result));
  await page.exposeFunction('sinkError', (error: unknown) => sink.error(error));
  await page.exposeFunction('sinkComplete', () => sink.complete());
  await page.evaluate<void>(`
    recipe.followEventSource(
      (url) => new EventSource(url),
      location.origin + '/graphql',
      ${JSON.stringify(request)},
      { next: sinkNext, error: (error) => sinkError(String(error)), complete: sinkComplete },
    );
    undefined;
  `);
}
