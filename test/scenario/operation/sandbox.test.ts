import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
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
/** Apollo's frame begins with a message to the page, in which it asks for the schema. */
const SANDBOX_FRAME =
  "<p>Sandbox</p><script>parent.postMessage({ name: 'ExplorerListeningForHandshake' }, '*')</script>";

/** The internet of a browser: Apollo, nothing, packets that a firewall drops, or only a cached script of Apollo. */
type Internet = 'apollo' | 'none' | 'dropped' | 'script only';

inBrowser('The page at /graphql in a real browser', () => {
  let browser: Browser;
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({}, { speed: 50 });
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** `violations` lists what the page's security policy has blocked, and `requests` the addresses of all requests. */
  type Opened = { readonly page: Page; readonly violations: string[]; readonly requests: string[] };

  async function open(internet: Internet, prepare: (page: Page) => Promise<void> = async () => {}): Promise<Opened> {
    const page = await browser.newPage();
    const [violations, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) violations.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url()));
    await page.route(
      ({ hostname }) => hostname !== '127.0.0.1',
      (route) => {
        const script = route.request().url().endsWith('.js');
        if (internet === 'dropped') return;
        if (internet === 'none' || (internet === 'script only' && !script)) return route.abort();
        return route.fulfill({
          contentType: script ? 'text/javascript' : 'text/html',
          body: script ? SANDBOX_SCRIPT : SANDBOX_FRAME,
        });
      },
    );
    await prepare(page);
    await page.goto(gateway.url, { waitUntil: 'domcontentloaded' });
    return { page, violations, requests };
  }

  /** The actions of a person in GraphiQL. */
  function handsOn(page: Page) {
    const result = page.locator('.result-window');
    return {
      result,
      // The editor shows spaces that do not break.
      shown: async () => JSON.parse((await result.innerText()).replaceAll('\u00a0', ' ')),
      run: async (name: string) => {
        // Before GraphiQL has read the document, the button has no menu and runs the first operation.
        await page.locator('.graphiql-execute-button[aria-haspopup="menu"]').click();
        await page.getByRole('menuitem', { name }).click();
      },
      write: async (editor: string, text: string) => {
        await page.locator(`${editor} .CodeMirror-lines`).locator('visible=true').first().click();
        await page.keyboard.press('Control+A');
        await page.keyboard.insertText(text);
      },
    };
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

  test('the page with Sandbox loads nothing of GraphiQL', async () => {
    const { page, requests } = await open('apollo', (each) => each.clock.install());
    await page.frameLocator('#sandbox iframe').getByText('Sandbox').waitFor();
    await page.clock.fastForward(60_000);
    expect(page.url()).toBe(gateway.url);
    expect(await page.locator('#silent').isVisible()).toBe(false);
    expect(requests.filter((url) => url.startsWith(new URL('/', gateway.url).href))).toEqual([gateway.url]);
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

  test('a browser without the internet gets GraphiQL, and runs the example and a query by hand', async () => {
    const { page, violations, requests } = await open('none');
    // At once, and not only when the page has waited for ten seconds. GraphiQL itself may load for longer.
    await page.waitForURL(`${gateway.url}/explorer`, { timeout: 8000, waitUntil: 'commit' });
    const { result, shown, run, write } = handsOn(page);
    await run('Start');
    await result.getByText('"userErrors"').waitFor();
    const { id } = (await shown()).data.startEngagementFromOpportunityTask.task;

    await write('[aria-label="Variables"]', JSON.stringify({ id }));
    await run('Follow');
    await result.getByText('"COMPLETE"').waitFor();
    expect((await shown()).data.taskTransitions).toMatchObject({
      isTerminal: true,
      task: { engagementId: expect.stringMatching(/^eng-/) },
    });

    await write('.graphiql-query-editor', `query Look { task(id: "${id}") { status catalog } }`);
    // GraphiQL names the tab once it has read the document.
    await page.getByRole('tab', { name: 'Look' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await result.getByText('"catalog"').waitFor();
    expect(await shown()).toEqual({
      data: { task: { status: 'COMPLETE', catalog: 'SANDBOX' } },
    });

    expect(violations).toEqual([]);
    const foreign = requests.filter(
      (url) => !url.startsWith(new URL('/', gateway.url).href) && !url.startsWith('data:'),
    );
    // The page before GraphiQL has tried to load Sandbox.
    expect(foreign).toEqual([expect.stringContaining('embeddable-sandbox.cdn.apollographql.com')]);
    await page.close();
  });

  test('a token in the headers of GraphiQL counts for queries and subscriptions, and is not stored', async () => {
    const issuer = await createIssuer();
    const settings = { AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, EXPLORER: 'on' };
    const guarded = await startGateway(settings, { speed: 50 });
    const page = await browser.newPage();
    await page.goto(`${guarded.url}/explorer`);
    const { result, shown, run, write } = handsOn(page);
    await run('Start');
    await result.getByText('"UNAUTHENTICATED"').first().waitFor();
    const token = await issuer.token({ scope: 'tasks:read tasks:start' });
    await page.getByRole('button', { name: 'Headers' }).click();
    await write('[aria-label="Headers"]', JSON.stringify({ authorization: `Bearer ${token}` }));
    await run('Start');
    await result.getByText('"userErrors"').waitFor();
    const { id } = (await shown()).data.startEngagementFromOpportunityTask.task;
    await page.getByRole('button', { name: 'Variables' }).click();
    await write('[aria-label="Variables"]', JSON.stringify({ id }));
    await run('Follow');
    await result.getByText('"COMPLETE"').waitFor();
    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain(token);
    await page.close();
  });

  test("GraphiQL's dialogs keep the security policy, and the schema is in its documentation", async () => {
    const { page, violations } = await open('none');
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('Reads tasks and records.').or(page.getByText('PartnerCentral').first()).first().waitFor();
    expect(violations).toEqual([]);
    await page.close();
  });

  test('a browser whose requests to the internet get no answer goes on to GraphiQL after ten seconds', async () => {
    const { page } = await open('dropped', (each) => each.clock.install());
    expect(page.url()).toBe(gateway.url);
    await page.clock.fastForward(10_000);
    await page.waitForURL(`${gateway.url}/explorer`);
    await page.close();
  });

  test('the page offers GraphiQL if the script of Sandbox is cached and its frame does not answer', async () => {
    const { page } = await open('script only', (each) => each.clock.install());
    await page.locator('#sandbox iframe').waitFor();
    const offer = page.locator('#silent');
    expect(await offer.isVisible()).toBe(false);
    await page.clock.fastForward(10_000);
    await offer.getByRole('link', { name: 'Open GraphiQL' }).click();
    await page.locator('.graphiql-container').waitFor();
    await page.close();
  });

  test('the page that waits for Sandbox fits a narrow window, and says what else works', async () => {
    const { page } = await open('dropped', (each) => each.setViewportSize({ width: 360, height: 640 }));
    const text = await page.locator('#instead').innerText();
    expect(text).toContain('curl -N');
    expect(text).toContain(gateway.url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await page.locator('.graphiql-container').waitFor();
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
