/** The board stays current: through restarts, outages and bursts, and without moving what a person reads. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/clients/waiting.js';
import { createWire, type Wire } from '../support/clients/wire.js';
import { start, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { inBrowser, isLive, movementOf, openBoard, rowsOf, useBrowser } from './board-page.js';

/** An age that gets another digit grows to the left. A row that moves counts at least ten times as much. */
const UNSEEN = 0.0005;
const ENDED = 'subscription($id: ID!) { taskTransitions(id: $id) { isTerminal } }';

inBrowser('the live list of the board', () => {
  useBrowser();
  let gateway: TestGateway;
  let wire: Wire;
  let address: string;
  beforeEach(async () => {
    gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 50 });
    wire = await createWire(Number(new URL(gateway.url).port));
    address = `http://127.0.0.1:${wire.port}/`;
  });

  afterEach(() => gateway.gateway.stop());

  const row = (page: Page, text: string, status: string) =>
    rowsOf(page, text)
      .and(page.locator(`[data-status="${status}"]`))
      .first();

  test('a task that starts while the page is open appears first and reaches its end without a reload', async () => {
    await start(gateway, 'O1000002');
    const page = await openBoard(address);
    await row(page, 'O1000002', 'COMPLETE').waitFor();
    await start(gateway, 'O1000001');
    await row(page, 'O1000001', 'COMPLETE').waitFor();
    expect(await rowsOf(page).first().innerText()).toContain('O1000001');
    await page.getByText('2 in all').waitFor();
    expect(await movementOf(page)).toBeLessThan(UNSEEN);
  });

  test('the page goes on after a restart of the gateway in the middle of a stream', async () => {
    // The task takes longer than the restart.
    gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 2 });
    wire.lead(Number(new URL(gateway.url).port));
    const { id } = (await start(gateway, 'O1000005')).task;
    const page = await openBoard(`${address}#/task/${id}`);
    await page.locator('.timeline li[data-status="IN_PROGRESS"]').waitFor();
    const resumed: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const { type, payload: request } = JSON.parse(String(payload));
        if (type === 'subscribe') resumed.push(request.extensions.resume?.after ?? request.variables.after);
      }),
    );
    gateway = await gateway.restart();
    await page.locator('.live.is-lost').waitFor();
    wire.lead(Number(new URL(gateway.url).port));
    await isLive(page);
    await page.locator('.timeline li[data-status="COMPLETE"]').waitFor({ timeout: 90_000 });
    const statuses = await page
      .locator('.timeline li')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-status')));
    expect(statuses).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
    // The stream begins after the last transition that the page has, and not at the beginning.
    expect(resumed).toEqual([expect.any(String)]);
  }, 180_000);

  test('the page connects again at once after the device has slept', async () => {
    const page = await openBoard(address);
    await isLive(page);
    const again = page.waitForEvent('websocket');
    await page.clock.setFixedTime(Date.now() + 60_000);
    await again;
    await isLive(page);
  });

  test('the page says that it is not live while the network is away, and then shows what it missed', async () => {
    await start(gateway, 'O1000002');
    const page = await openBoard(address);
    await row(page, 'O1000002', 'COMPLETE').waitFor();
    await page.context().setOffline(true);
    wire.refuse();
    wire.cut();
    await page.getByText(/^Not live for/).waitFor();
    await page.getByText('This device is offline.').waitFor();
    const { id } = (await start(gateway, 'O1000001')).task;
    await gateway.collect(ENDED, { id });
    await wire.accept();
    await page.context().setOffline(false);
    await row(page, 'O1000001', 'COMPLETE').waitFor();
    await isLive(page);
    expect(await page.locator('.gap').count()).toBe(0);
  });

  test('the page notices a connection that is half open', async () => {
    const page = await openBoard(address);
    await page.getByText('There are no tasks yet.').waitFor();
    await isLive(page);
    wire.silence();
    await start(gateway, 'O1000001');
    await row(page, 'O1000001', 'COMPLETE').waitFor();
  });

  test('the page reads the list again when the gateway has lost its log', async () => {
    const page = await openBoard(address);
    await page.getByText('There are no tasks yet.').waitFor();
    await start(gateway, 'O1000001');
    await row(page, 'O1000001', 'COMPLETE').waitFor();
    const other = await startGateway({ START_WAIT_MS: '0' }, { speed: 50 });
    await start(other, 'O1000002');
    wire.lead(Number(new URL(other.url).port));
    wire.cut();
    await row(page, 'O1000002', 'COMPLETE').waitFor();
    expect(await rowsOf(page).count()).toBe(1);
  });

  test('new tasks are counted and do not move the rows while a person is busy with them', async () => {
    await start(gateway, 'O1000002');
    const page = await openBoard(address);
    await row(page, 'O1000002', 'COMPLETE').waitFor();
    await rowsOf(page).first().hover();
    await start(gateway, 'O1000001');
    await page.getByRole('button', { name: 'Show 1 new task' }).waitFor();
    expect(await rowsOf(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Show 1 new task' }).click();
    await row(page, 'O1000001', 'COMPLETE').waitFor();
    expect(await movementOf(page)).toBeLessThan(UNSEEN);
  });

  test('the filter is in the address, selects by status, kind and identifier, and stays live', async () => {
    const { id } = (await start(gateway, 'O1000002')).task;
    await start(gateway, 'O2000012');
    await start(gateway, 'eng-insidecall0001');
    const page = await openBoard(address);
    await row(page, 'O2000012', 'FAILED').waitFor();
    await page.getByRole('button', { name: 'Failed' }).click();
    await until(async () => (await rowsOf(page).count()) === 1);
    expect(page.url()).toContain('status=FAILED');
    await start(gateway, 'O2000013');
    await row(page, 'O2000013', 'FAILED').waitFor();
    await page.reload();
    await row(page, 'O2000013', 'FAILED').waitFor();
    expect(await rowsOf(page).count()).toBe(2);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Kind').selectOption('Convert lead');
    await until(async () => {
      const texts = await rowsOf(page).allInnerTexts();
      return texts.length === 1 && texts[0]?.includes('eng-insidecall0001');
    });
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('searchbox').fill(id);
    // The list of the kind before had one row as well.
    await until(async () => {
      const texts = await rowsOf(page).allInnerTexts();
      return texts.length === 1 && texts[0]?.includes('O1000002');
    });
    // A person types on while the page puts what was typed before into its address.
    await page.evaluate(`
      const replace = history.replaceState.bind(history);
      const box = document.querySelector('input[type=search]');
      history.replaceState = (...given) => {
        replace(...given);
        if (box.value !== 'O99') return;
        box.value = 'O9999999';
        box.dispatchEvent(new Event('input', { bubbles: true }));
      };
    `);
    await page.getByRole('searchbox').fill('O99');
    await page.waitForURL((url) => url.hash.endsWith('find=O9999999'));
    expect(await page.getByRole('searchbox').inputValue()).toBe('O9999999');
    await page.getByText('No task matches this filter.').waitFor();
  });
});
