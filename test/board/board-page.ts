/** The board in a real Chromium. Each page reports what it must not do: blocked or foreign requests, and errors. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeAll, describe, expect } from '@jest/globals';
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type Locator,
  type Page,
  type Route,
} from 'playwright-core';
import { whenDone } from '../support/harness/cleanup.js';
import { deferred } from '../support/harness/deferred.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
/** The tests need a browser, which is not in npm. Without one they are reported as skipped. */
export const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Things that no page may do; a test fails at its end if one did. */
const faults: string[] = [];
const open: Page[] = [];
let browser: Browser;

/** Call it once in a test file, inside of `inBrowser`. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    whenDone(() => browser.close());
  }, 60_000);
  afterEach(async () => {
    for (const page of open.splice(0)) await page.context().close();
    expect(faults.splice(0)).toEqual([]);
  });
}

export type BoardOptions = BrowserContextOptions & {
  /** Origins besides the gateway's that the page may call, such as the issuer's. */
  readonly mayCall?: readonly string[];
};

/** @param url the address of the gateway, at the root or below it, with a fragment for a view */
export async function openBoard(url: string, { mayCall = [], ...options }: BoardOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  open.push(page);
  const origins = [new URL(url).origin, new URL(url).origin.replace('http', 'ws'), ...mayCall];
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (!origins.includes(origin)) faults.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  await page.addInitScript(`
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  `);
  await page.goto(url);
  return page;
}

export function addressOf(gateway: { readonly url: string }, fragment = ''): string {
  return new URL(`/${fragment}`, gateway.url).href;
}

/** The rows of the list, or the row of a task. */
export function rowsOf(page: Page, text?: string): Locator {
  const rows = page.locator('.tasks tbody tr');
  return text === undefined ? rows : rows.filter({ hasText: text });
}

export const isLive = (page: Page): Promise<void> => page.locator('.live.is-live').waitFor();

/** The sum of the movements that nothing but the page itself has caused, as browsers report them. */
export function movementOf(page: Page): Promise<number> {
  return page.evaluate<number>('window.shifts.reduce((sum, value) => sum + value, 0)');
}

/** The findings of axe, as rules with the elements that break them. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Waits until the page shows a status of the task that it is about. */
export async function reaches(page: Page, status: string): Promise<void> {
  await page.locator(`.timeline li[data-status="${status}"]`).waitFor();
}

/**
 * Cuts off the answer to the first request that names the operation. The gateway has received that request.
 * @returns a function that returns the number of lost answers
 */
export async function loseFirstAnswer(page: Page, operation: string): Promise<() => number> {
  let lostCount = 0;
  await page.route('**/graphql', async (route) => {
    if (!concerns(route, operation) || lostCount > 0) return route.continue();
    lostCount += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  return () => lostCount;
}

/**
 * Holds the requests that name the operation.
 * @returns a function that sends them, and lets later ones pass
 */
export async function holdRequests(page: Page, operation: string): Promise<() => void> {
  const { promise: sent, resolve: send } = deferred();
  await page.route('**/graphql', async (route) => {
    if (concerns(route, operation)) await sent;
    return route.continue();
  });
  return send;
}

function concerns(route: Route, operation: string): boolean {
  return route.request().postData()?.includes(operation) ?? false;
}
