/** The board over a slow or broken connection: it keeps what was typed, says what it knows, and heals by itself. */
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/clients/waiting.js';
import { createWire } from '../support/clients/wire.js';
import { serve } from '../support/fakes/issuer.js';
import { start, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { addressOf, holdRequests, inBrowser, isLive, openBoard, rowsOf, useBrowser } from './board-page.js';

const ACTIVITY = 'Initialized discussions with customer';

inBrowser('the board over a broken connection', () => {
  useBrowser();

  const verdict = (page: Page, value: string) => page.locator(`[data-verdict="${value}"]`).waitFor();
  const activities = (page: Page) => page.getByLabel('Sales activities');

  /** A page with the form of an opportunity in which a person has begun to type. */
  async function whileTyping(address: string): Promise<Page> {
    const page = await openBoard(address);
    await page.getByRole('button', { name: 'Edit the opportunity' }).click();
    await activities(page).fill(ACTIVITY);
    return page;
  }

  test('a form keeps what was typed while its record cannot be read, and for another involvement of AWS', async () => {
    const page = await whileTyping(addressOf(await startGateway(), '#/start/submit?id=O5000003'));
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('The opportunity could not be read again. This is its earlier state.').waitFor();
    expect(await activities(page).inputValue()).toBe(ACTIVITY);
    await page.getByText('For visibility only').click();
    await page.locator('[data-verdict]').waitFor({ state: 'detached' });
    // A verdict for another involvement must not decide about this one.
    expect(await page.getByRole('button', { name: /^Submit to AWS/ }).innerText()).toBe('Submit to AWS');
    await page.context().setOffline(false);
    await page.locator('[data-verdict]').waitFor();
    expect(await activities(page).inputValue()).toBe(ACTIVITY);
  });

  test('a form keeps what was typed when the task beside it fails', async () => {
    // The second start waits until another gateway has more writes.
    const gateway = await startGateway({ START_WAIT_MS: '0', WRITES_PER_SECOND: '0.01' }, { speed: 50 });
    await start(gateway, 'O1000002');
    const { id } = (await start(gateway, 'O5000003')).task;
    const wire = await createWire(Number(new URL(gateway.url).port));
    const page = await whileTyping(`http://127.0.0.1:${wire.port}/#/task/${id}`);
    expect(await page.getByText('Queued', { exact: true }).first().isVisible()).toBe(true);
    const { url } = await gateway.restart({ WRITES_PER_SECOND: '500' });
    wire.lead(Number(new URL(url).port));
    await page.locator('.is-failure').waitFor({ timeout: 60_000 });
    expect(await activities(page).inputValue()).toBe(ACTIVITY);
  });

  test('a start without an answer does not claim to be stored, and its answer does not move a person who has left', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 50 });
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O1000001'), {
      viewport: { width: 360, height: 740 },
    });
    await verdict(page, 'CLEAR');
    await isLive(page);
    const nav = page.getByRole('navigation', { name: 'Views' });
    const before = await nav.boundingBox();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Submit to AWS' }).click();
    await page.getByText('The start has no answer yet.').waitFor();
    await page.getByText('Keep this page open until the gateway has answered.').waitFor();
    // The time counts on without a new announcement.
    await page.locator('.gap [aria-hidden="true"]', { hasText: / for \d+ s/ }).waitFor();
    expect(await nav.boundingBox()).toEqual(before);
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    const lastCard = (await page.locator('.card').last().boundingBox()) ?? { y: 0, height: 0 };
    expect(lastCard.y + lastCard.height).toBeLessThan((await page.locator('.gap').boundingBox())?.y ?? 0);
    await page.getByRole('link', { name: 'Convert a lead' }).click();
    await page.getByLabel('Engagement').fill('eng-leadqual');
    const answered = page.waitForResponse((answer) => /SubmitOpportunity/.test(answer.request().postData() ?? ''));
    await page.context().setOffline(false);
    await (await answered).finished();
    await isLive(page);
    expect(await page.getByLabel('Engagement').inputValue()).toBe('eng-leadqual');
    await page.getByRole('link', { name: 'Tasks' }).click();
    await rowsOf(page, 'O1000001').waitFor();
  });

  test('a view whose script does not come is loaded once the gateway sends it', async () => {
    const gateway = await startGateway();
    const page = await openBoard(addressOf(gateway));
    await page.getByText('There are no tasks yet.').waitFor();
    await page.route('**/board/gateway-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Gateway', exact: true }).click();
    await page.getByText('The gateway does not send a file of this page.').waitFor();
    await page.unroute('**/board/gateway-*.js');
    await page.getByRole('heading', { name: 'Gateway' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('the check of a list goes on after an outage, and holds for one catalog only', async () => {
    const page = await openBoard(addressOf(await startGateway({ CATALOGS: 'SANDBOX,AWS' }), '#/start/batch'));
    await page.getByLabel('Opportunities').fill('O5000001 O5000004');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Check the readiness first' }).click();
    await page.getByText('This device is offline. Trying again.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('1 is not ready.').waitFor();
    await page.getByText('1 is ready.').waitFor();
    expect(await page.getByText('Trying again.').count()).toBe(0);
    await page.getByText('AWS (production)').click();
    await page.getByText('Costs about two reads for each.').waitFor();
    expect(await page.getByText('1 is not ready.').count()).toBe(0);
  });

  test('the view of the gateway keeps its failure in sight while it tries again', async () => {
    const page = await openBoard(addressOf(await startGateway(), '#/gateway'));
    await page.locator('.quota canvas').nth(3).waitFor();
    await page.context().setOffline(true);
    const refresh = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await refresh();
    await page.getByText('The status could not be read again. This is the earlier one.').waitFor();
    await page.evaluate(`
      window.removed = 0;
      new MutationObserver((changes) => {
        const removed = changes.flatMap(({ removedNodes }) => [...removedNodes]);
        window.removed += removed.filter(({ className }) => className.includes('notice')).length;
      }).observe(document.querySelector('main'), { childList: true });
    `);
    const failed = page.waitForEvent('requestfailed');
    await refresh();
    await failed;
    await page.context().setOffline(false);
    await page.getByText('The status could not be read again.').waitFor({ state: 'detached' });
    expect(await page.evaluate('window.removed')).toBe(1);
  });

  test('the rows of an earlier filter are marked until the new ones come', async () => {
    const gateway = await startGateway({}, { speed: 50 });
    await start(gateway, 'O1000002');
    const page = await openBoard(addressOf(gateway));
    await rowsOf(page, 'O1000002').waitFor();
    const send = await holdRequests(page, 'TaskList');
    await page.getByRole('searchbox').fill('O9999999');
    await page.locator('.list.is-earlier').waitFor();
    expect(await page.getByText('1 in all').count()).toBe(0);
    send();
    await page.getByText('No task matches this filter.').waitFor();
    expect(await page.locator('.list.is-earlier').count()).toBe(0);
  });

  test('an answer that breaks off in the middle is requested again', async () => {
    const gateway = await startGateway({}, { speed: 50 });
    await start(gateway, 'O1000002');
    const { url, breaks } = await startBreaking(gateway);
    const page = await openBoard(`${url}/`);
    await rowsOf(page, 'O1000002').waitFor();
    expect(breaks()).toBe(1);
  });

  /** A proxy that breaks off the first list of tasks. */
  async function startBreaking(gateway: TestGateway) {
    let breaks = 0;
    const url = await serve(async (request, response) => {
      const body = await buffer(request);
      if (breaks === 0 && body.includes('TaskList')) {
        breaks += 1;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        return response.write('{"data":', () => response.destroy());
      }
      const { accept = '*/*', 'content-type': type = 'text/plain' } = request.headers;
      const isPost = request.method === 'POST';
      const answer = await fetch(new URL(request.url ?? '/', gateway.url), {
        headers: { accept, 'accept-encoding': 'identity', ...(isPost ? { 'content-type': type } : {}) },
        ...(isPost ? { method: 'POST', body: new Uint8Array(body) } : {}),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? type });
      return response.end(Buffer.from(await answer.arrayBuffer()));
    });
    return { url, breaks: () => breaks };
  }

  test('a request on a connection that is half open is sent again', async () => {
    const gateway = await startGateway();
    const wire = await createWire(Number(new URL(gateway.url).port));
    const page = await openBoard(`http://127.0.0.1:${wire.port}/#/start/submit`);
    await page.getByRole('button', { name: 'Show them' }).waitFor();
    await isLive(page);
    await page.clock.install();
    wire.silence();
    const sent = page.waitForRequest((request) => /OpportunityPage/.test(request.postData() ?? ''));
    await page.getByRole('textbox', { name: 'Opportunity' }).fill('O5000003');
    await sent;
    await until(async () => {
      await page.clock.fastForward(61_000);
      return (await page.locator('[data-verdict]').count()) === 1;
    });
  });
});
