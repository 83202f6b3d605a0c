import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
/**
 * The page needs a browser, which is not in npm. .ci/run installs it, and a machine without it reports these as
 * skipped.
 */
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

/**
 * A stand-in for Apollo's script. It needs what the page's policy must allow: a frame of Apollo, requests to the
 * gateway.
 */
const SANDBOX_SCRIPT = `window.EmbeddedSandbox = function (options) {
  window.sandboxOptions = options;
  var frame = document.createElement('iframe');
  frame.src = 'https://sandbox.embed.apollographql.com/sandbox/explorer';
  document.querySelector(options.target).appendChild(frame);
};`;

inBrowser('The page at /graphql in a real browser', () => {
  let browser: Browser;
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Opens the page with or without the internet. `violations` lists what the page's security policy has blocked. */
  async function open(internet: 'apollo' | 'none'): Promise<{ page: Page; violations: string[] }> {
    const page = await browser.newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) violations.push(message.text());
    });
    await page.route(/apollographql\.com/, (route) => {
      if (internet === 'none') return route.abort();
      const script = route.request().url().endsWith('.js');
      return route.fulfill({
        contentType: script ? 'text/javascript' : 'text/html',
        body: script ? SANDBOX_SCRIPT : '<p>Sandbox</p>',
      });
    });
    await page.goto(gateway.url);
    return { page, violations };
  }

  test('the page loads Sandbox for this address over HTTP and WebSocket, with a document to start and follow a task', async () => {
    const { page, violations } = await open('apollo');
    await page.frameLocator('#sandbox iframe').getByText('Sandbox').waitFor();
    const options = await page.evaluate<any>('window.sandboxOptions');
    expect(options.initialEndpoint).toBe(gateway.url);
    expect(options.initialSubscriptionEndpoint).toBe(gateway.url.replace('http', 'ws'));
    expect(options.initialState.document).toMatch(/mutation Start[^]*subscription Follow/);
    expect(violations).toEqual([]);
    await page.close();
  });

  test('the page may query and subscribe as Sandbox does, with headers as a flat map in connection_init', async () => {
    const { page, violations } = await open('apollo');
    const answer = await page.evaluate<any>(`fetch(location.href, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ __schema { queryType { name } } }' })
    }).then((response) => response.json())`);
    expect(answer.data.__schema.queryType.name).toBe('Query');
    const first = await page.evaluate<any>(`new Promise((resolve) => {
      const socket = new WebSocket(location.href.replace('http', 'ws'), 'graphql-transport-ws');
      socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: 'Bearer none', 'x-team': 'a' } }));
      socket.onmessage = (event) => { resolve(JSON.parse(event.data)); socket.close(); };
    })`);
    expect(first.type).toBe('connection_ack');
    expect(violations).toEqual([]);
    await page.close();
  });

  test('the page without the internet says what to do instead', async () => {
    const { page } = await open('none');
    const text = await page.locator('#instead').innerText();
    expect(text).toContain('this browser cannot reach');
    expect(text).toContain(gateway.url);
    expect(text).toContain('mutation Start');
    expect(await page.locator('#instead').isVisible()).toBe(true);
    await page.close();
  });
});

test("the hosted Sandbox's origin may send requests with its headers, and another origin may not", async () => {
  const gateway = await startGateway();
  const preflight = (origin: string) =>
    fetch(gateway.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization,apollo-require-preflight',
      },
    });
  const sandbox = await preflight('https://studio.apollographql.com');
  expect(sandbox.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
  expect(sandbox.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe(
    'https://evil.example',
  );
});
