/** The example for web frontends as a team builds it: codegen, the compiler, Vite, and a page in a real Chromium. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { FRAGMENT_FILES, publishedNames } from '../support/fixtures/published-operations.js';
import { whenDone } from '../support/harness/cleanup.js';
import { freePort } from '../support/programs/free-port.js';
import { spawnProcess } from '../support/programs/process.js';
import { generate } from './codegen.js';

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
