/** The example for web frontends in a real Chromium: it lists, starts, follows, shows a failure and retries. */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/clients/waiting.js';
import { createWire, type Wire } from '../support/clients/wire.js';
import { atAws } from '../support/clients/seller.js';
import { FOLLOW, start, startGateway, type GraphqlResult, type TestGateway } from '../support/harness/gateway.js';
import { buildExample, followByEventSource, hasBrowser, openPage, serveExample } from './web-page.js';

const FEED = 'subscription($after: String) { taskFeed(after: $after) { cursor isTerminal task { id } } }';

const inBrowser = hasBrowser ? describe : describe.skip;

inBrowser('the example for web frontends', () => {
  let gateway: TestGateway;
  let wire: Wire;
  let url: string;
  let page: Page;
  beforeAll(async () => {
    gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 50 });
    wire = await createWire(Number(new URL(gateway.url).port));
    url = await serveExample(await buildExample('web-example'), `http://127.0.0.1:${wire.port}`);
  }, 300_000);
  afterEach(() => page.close());

  /** Opens the page, and waits for the cursor of its list. From there on, the page misses nothing. */
  async function openWithActivity(): Promise<Page> {
    const opened = await openPage(url);
    await opened.locator('#activity[data-after]').waitFor({ state: 'attached' });
    return opened;
  }
  const row = (id: string) => page.locator(`#opportunities tr[data-id="${id}"]`);
  /** Waits until the feed of the page shows the end of a task. */
  const shown = (id: string) => page.locator(`#activity li:has-text("${id} COMPLETE")`).waitFor();

  test('the page lists opportunities with a badge, and with the rules that decide it', async () => {
    page = await openPage(url);
    await row('O5000001').waitFor();
    expect(await row('O5000001').locator('[data-verdict="CLEAR"]').innerText()).toBe('Ready');
    expect(await row('O5000001').locator('[data-rule]').count()).toBe(0);
    expect(await row('O5000002').locator('[data-verdict="BLOCKED"]').innerText()).toBe('Not ready');
    expect(await row('O5000002').locator('[data-rule="SOLUTION_ASSOCIATED"]').innerText()).toMatch(/^No solution/);
  });

  test('the page submits an opportunity and follows its task to the end', async () => {
    page = await openWithActivity();
    await row('O5000001').getByRole('button').click();
    const task = page.locator('#tasks li[data-status="COMPLETE"]', { hasText: 'O5000001: COMPLETE' });
    await task.waitFor();
    await shown(String(await task.getAttribute('data-id')));
  });

  test('the page shows what to do about a failure, and retries it', async () => {
    page = await openPage(url);
    await row('O5000002').getByRole('button').click();
    const failed = page.locator('#tasks li[data-status="FAILED"]', { hasText: 'O5000002' });
    await failed.waitFor();
    expect(await failed.innerText()).toMatch(/associate at least one solution/);
    await atAws(gateway).associate('O5000002', 'S-0000007');
    await failed.getByRole('button', { name: 'Retry' }).click();
    await page.locator('#tasks li[data-status="COMPLETE"]', { hasText: 'O5000002' }).waitFor();
  });

  test('the page goes on by itself after a restart of the gateway', async () => {
    page = await openWithActivity();
    await shown((await start(gateway, 'O1000001')).task.id);
    gateway = await gateway.restart();
    wire.lead(Number(new URL(gateway.url).port));
    await shown((await start(gateway, 'O1000001')).task.id);
  });

  test('the page shows each transition once after it was offline', async () => {
    page = await openWithActivity();
    await shown((await start(gateway, 'O1000001')).task.id);
    await page.context().setOffline(true);
    wire.refuse();
    wire.cut();
    const { id } = (await start(gateway, 'O1000001')).task;
    await gateway.collect('subscription($id: ID!) { taskTransitions(id: $id) { isTerminal } }', { id });
    await wire.accept();
    await page.context().setOffline(false);
    await shown(id);
    const statuses = await page.locator(`#activity li:has-text("${id}")`).allInnerTexts();
    expect(statuses.map((text) => text.split(' ').at(-1))).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
  });

  test('the EventSource of the browser shows each transition once through a restart', async () => {
    page = await openPage(url);
    const { id } = (await start(gateway, 'O1000001')).task;
    const [first] = await gateway.collect(FOLLOW, { id, from: 'BEGINNING' }, () => true);
    const variables = { after: first?.data.taskTransitions.cursor };
    const seen: string[] = [];
    const next = ({ data }: GraphqlResult) => seen.push(data.taskFeed.cursor);
    await followByEventSource(page, { query: FEED, variables }, { next, error: () => {}, complete: () => {} });
    await until(() => seen.length >= 2);
    gateway = await gateway.restart();
    wire.lead(Number(new URL(gateway.url).port));
    const last = (await start(gateway, 'O1000001')).task.id;
    const isLast = (result: GraphqlResult | undefined) =>
      result?.data.taskFeed.isTerminal === true && result.data.taskFeed.task.id === last;
    const expected = await gateway.collect(FEED, variables, (results) => isLast(results.at(-1)));
    await until(() => seen.length >= expected.length);
    expect(seen).toEqual(expected.map(({ data }) => data.taskFeed.cursor));
  });
});
