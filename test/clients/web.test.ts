/** The example for web frontends in a real Chromium: it lists, starts, follows, shows a failure and retries. */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createWire, type Wire } from '../support/clients/wire.js';
import { atAws } from '../support/clients/seller.js';
import { FOLLOW, start, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { buildExample, hasBrowser, openPage, serveExample } from './web-page.js';

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

  /** Opens the page with the activity since the end of a task, so that the page misses none that starts while it loads. */
  async function openWithActivity(): Promise<Page> {
    const { id } = (await start(gateway, 'O1000001')).task;
    const transitions = await gateway.collect(FOLLOW, { id, from: 'BEGINNING' });
    return openPage(`${url}?after=${transitions.at(-1)?.data.taskTransitions.cursor}`);
  }
  const row = (id: string) => page.locator(`#opportunities tr[data-id="${id}"]`);
  /** Waits until the feed of the page shows the end of a task. */
  const shown = (id: string) => page.locator(`#activity li:has-text("${id} COMPLETE")`).waitFor();

  test('the page lists opportunities with what would make their submission fail', async () => {
    page = await openPage(url);
    await row('O5000001').waitFor();
    expect(await row('O5000001').innerText()).toContain('Ready');
    expect(await row('O5000002').innerText()).toContain('No solution is associated.');
    expect(await row('O5000002').getAttribute('data-blocked')).toBe('true');
  });

  test('the page submits an opportunity and follows its task to the end', async () => {
    page = await openWithActivity();
    await row('O5000001').getByRole('button').click();
    const task = page.locator('#tasks li[data-status="COMPLETE"]', { hasText: /O5000001: .*COMPLETE$/ });
    await task.waitFor();
    await shown(String(await task.getAttribute('data-id')));
  });

  test('the page shows what to do about a failure, and retries it', async () => {
    page = await openPage(url);
    await row('O5000002').getByRole('button').click();
    const failed = page.locator('#tasks li[data-status="FAILED"]', { hasText: 'O5000002' });
    await failed.waitFor();
    expect(await failed.innerText()).toMatch(/solution must be associated/);
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
});
