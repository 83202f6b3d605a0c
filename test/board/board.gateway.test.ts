/** The view of the gateway: its quotas, its queue, its lists and its leader, and that it stays current. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/clients/waiting.js';
import { runToEnd, start, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { addressOf, inBrowser, movementOf, openBoard, rowsOf, useBrowser } from './board-page.js';

/** Longer than the time between two readings of the status. */
const REFRESHED = { timeout: 15_000 };
const VIEW = '#/gateway';

inBrowser('the view of the gateway', () => {
  useBrowser();

  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

  /** A gateway that has followed a task, and whose other starts wait. */
  async function busyGateway(): Promise<TestGateway> {
    const gateway = await startGateway({ START_WAIT_MS: '0', WRITES_PER_SECOND: '0.02' }, { speed: 50 });
    await runToEnd(gateway, 'O1000001');
    await start(gateway, 'O1000002');
    await start(gateway, 'O1000003');
    return gateway;
  }

  test('the view shows the quotas with their plots, the queue, the lists and the leader', async () => {
    const gateway = await busyGateway();
    const page = await openBoard(addressOf(gateway, VIEW));
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
    await card(page, 'Service').getByRole('link', { name: 'schema.graphql' }).click();
    await page.getByText('type Query {').waitFor();
    await page.goBack();
    expect(await page.locator('dl.card').innerText()).toMatch(
      /Waiting\s+2\s+In progress\s+0\s+Delay of news\s+no task to follow\s+Leader\s+this gateway\s+for \d/,
    );
  });

  test('the numbers of a plot are there for a keyboard, and the plot says what is under the pointer', async () => {
    const page = await openBoard(addressOf(await busyGateway(), VIEW));
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
  });

  test('the view stays current, and a new number moves nothing', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0', POLL_MIN_MS: '1000' }, { speed: 0.05 });
    await runWhileLeading(gateway);
    const page = await openBoard(addressOf(gateway, VIEW));
    await card(page, 'Starts that wait').getByText('None').waitFor();
    const before = await movementOf(page);
    const summary = page.locator('dl.card');
    await start(gateway, 'O1000001');
    await summary.getByText('up to 1 s').waitFor(REFRESHED);
    await card(page, 'Following tasks').getByRole('cell', { name: '1 s', exact: true }).waitFor(REFRESHED);
    await card(page, 'Writes').getByText('9,999').waitFor(REFRESHED);
    expect(await movementOf(page)).toBe(before);
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
    const page = await openBoard(addressOf(gateway, VIEW));
    await card(page, 'Starts that wait').getByText('connect ECONNREFUSED 127.0.0.1:9').first().waitFor();
  });

  test('the list of tasks loads nothing of the view', async () => {
    const gateway = await startGateway();
    await runToEnd(gateway, 'O1000001');
    const page = await openBoard(addressOf(gateway));
    await rowsOf(page, 'O1000001').waitFor();
    const loaded = () => page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)");
    const isOfView = (url: string) => url.includes('/gateway-');
    expect((await loaded()).filter(isOfView)).toEqual([]);
    await page.getByRole('link', { name: 'Gateway', exact: true }).click();
    await card(page, 'Reads').locator('canvas').first().waitFor();
    expect((await loaded()).filter(isOfView).length).toBe(1);
  });
});
