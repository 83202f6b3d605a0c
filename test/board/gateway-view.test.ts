/** The view of the gateway in a real browser: what it shows, that it stays current, and that everyone can use it. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { until } from '../support/clients/waiting.js';
import { runToEnd, start, startGateway, type Settings, type TestGateway } from '../support/harness/gateway.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Longer than the time between two readings of the status. */
const REFRESHED = { timeout: 15_000 };
const DESKTOP = { viewport: { width: 1280, height: 900 } };

inBrowser('the view of the gateway', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  type Opened = { readonly page: Page; readonly complaints: string[]; readonly requests: string[] };

  /** `complaints` has the warnings and errors of the page, such as violations of its security policy. */
  async function open(
    gateway: TestGateway,
    options: BrowserContextOptions = DESKTOP,
    place = '#/gateway',
  ): Promise<Opened> {
    const page = await browser.newPage(options);
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(new URL(`/${place}`, gateway.url).href);
    return { page, complaints, requests };
  }

  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

  /** A gateway that has followed a task, and whose other starts wait. */
  async function busyGateway(settings: Settings = {}): Promise<TestGateway> {
    const gateway = await startGateway({ START_WAIT_MS: '0', WRITES_PER_SECOND: '0.02', ...settings }, { speed: 50 });
    await runToEnd(gateway, 'O1000001');
    await start(gateway, 'O1000002');
    await start(gateway, 'O1000003');
    return gateway;
  }

  test('the view shows the quotas with their plots, the queue, the lists and the leader', async () => {
    const gateway = await busyGateway();
    const { page, complaints, requests } = await open(gateway);
    const writes = card(page, 'Writes');
    await writes.locator('canvas').first().waitFor();
    const left = await gateway.query('{ partnerCentral { writes { remainingToday } } }');
    expect(left.data.partnerCentral.writes.remainingToday).toBe(9999);
    await writes.getByText('9,999').waitFor();
    const plots = writes.getByRole('img');
    expect(await plots.evaluateAll((all) => all.map((plot) => plot.getAttribute('aria-label')))).toEqual([
      'Writes of the last hour by minute: 1 call in all',
      'Writes of the last 24 hours by hour: 1 call in all',
    ]);
    expect(await card(page, 'Reads').locator('canvas').count()).toBe(2);

    const queue = card(page, 'Starts that wait');
    await queue.getByText('They are sent in turn, 0.02 a second. The last one leaves in about 1 min 40 s.').waitFor();
    expect(await queue.getByRole('link').allInnerTexts()).toEqual(['O1000003', 'O1000002']);
    expect(await card(page, 'Following tasks').getByRole('rowheader').allInnerTexts()).toEqual([
      'Submit opportunity',
      'Convert lead',
      'Accept invitation',
    ]);
    expect(await page.locator('dl.card').innerText()).toMatch(
      /Waiting\s+2\s+In progress\s+0\s+Delay of news\s+no task to follow\s+Leader\s+this gateway\s+for \d/,
    );
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(new URL('/', gateway.url).href))).toEqual([]);
    await page.close();
  });

  test('the numbers of a plot are there for a keyboard, and the plot says what is under the pointer', async () => {
    const { page } = await open(await busyGateway());
    const day = card(page, 'Writes').locator('figure').nth(1);
    await day.locator('summary').focus();
    await page.keyboard.press('Enter');
    const rows = day.getByRole('row');
    expect(await rows.count()).toBe(1 + 24);
    expect(await rows.last().innerText()).toMatch(/^.+ to .+\s1$/);
    const { x = 0, y = 0, width = 0, height = 0 } = (await day.locator('.u-over').boundingBox()) ?? {};
    await page.mouse.move(x + width - 5, y + height / 2);
    await day
      .locator('figcaption')
      .getByText(/ to .*: 1 call$/)
      .waitFor();
    await page.close();
  });

  test('the view stays current, and a new number moves nothing', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0', POLL_MIN_MS: '1000' }, { speed: 0.05 });
    await runWhileLeading(gateway);
    const { page } = await open(gateway);
    await card(page, 'Starts that wait').getByText('None').waitFor();
    await page.evaluate(`
      window.moved = [];
      const named = ({ node }) => node?.outerHTML ?? node?.textContent ?? '';
      new PerformanceObserver((list) => { for (const { sources } of list.getEntries()) window.moved.push(...sources.map(named)); })
        .observe({ type: 'layout-shift' });
    `);
    const summary = page.locator('dl.card');
    await start(gateway, 'O1000001');
    await summary.getByText('up to 1 s').waitFor(REFRESHED);
    await card(page, 'Following tasks').getByRole('cell', { name: '1 s', exact: true }).waitFor(REFRESHED);
    await card(page, 'Writes').getByText('9,999').waitFor(REFRESHED);
    expect(await page.evaluate('window.moved')).toEqual([]);
    await page.close();
  });

  /** Waits until the gateway leads, so that the view shows a leader from its first reading on. */
  async function runWhileLeading(gateway: TestGateway): Promise<void> {
    await until(async () => {
      const { data } = await gateway.query('{ partnerCentral { leader { isAnswering } } }');
      return data.partnerCentral.leader?.isAnswering === true;
    });
  }

  test('the view says why starts wait while the service does not answer', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0', PARTNER_CENTRAL_ENDPOINT: 'http://127.0.0.1:9' });
    await start(gateway, 'O1000001');
    await until(async () => {
      const { data } = await gateway.query('{ partnerCentral { waitingFor } }');
      return data.partnerCentral.waitingFor !== null;
    });
    const { page } = await open(gateway);
    await card(page, 'Starts that wait').getByText('connect ECONNREFUSED 127.0.0.1:9').first().waitFor();
    await page.close();
  });

  test.each([
    ['light', { ...DESKTOP, colorScheme: 'light' }],
    ['dark', { ...DESKTOP, colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 360, height: 740 } }],
  ] as const)('axe finds nothing in the %s view, and it fits its window', async (_name, options) => {
    const { page } = await open(await busyGateway(), options);
    await card(page, 'Reads').locator('canvas').nth(1).waitFor();
    await card(page, 'Reads').locator('summary').first().click();
    await page.evaluate(AXE);
    const violations = await page.evaluate<unknown[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`,
    );
    expect(violations).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('the list of tasks loads nothing of the view', async () => {
    const { page, requests } = await open(await startGateway(), DESKTOP, '');
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    expect(requests.filter((url) => url.includes('/gateway-'))).toEqual([]);
    await page.close();
  });
});
