/** Leads through the page: the acceptance of an invitation to a lead, and the way from it to an opportunity. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { FORGOTTEN_MS, atAws } from '../support/clients/seller.js';
import { clockThatJumps } from '../support/fakes/clocks.js';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { runToEnd, startGateway, type Settings } from '../support/harness/gateway.js';
import {
  accessibilityFaults,
  addressOf,
  inBrowser,
  loseFirstAnswer,
  openBoard,
  reaches,
  useBrowser,
} from './board-page.js';

const LEAD = 'engi-leadpending01';

inBrowser('the leads of the board', () => {
  useBrowser();

  const gatewayWith = (settings: Settings = {}) => startGateway(settings, { speed: 10 });
  const button = (page: Page) => page.getByRole('button', { name: 'Accept the lead' });
  const accepted = (page: Page) => page.getByText('The lead is accepted.').waitFor();

  test('a person finds a lead among the invitations, accepts, qualifies and converts it', async () => {
    const gateway = await gatewayWith({ PERSISTED_OPERATIONS: 'only' });
    const page = await openBoard(addressOf(gateway, '#/start/accept'));
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: `${LEAD} · lead` }).click();
    await button(page).waitFor();
    // No task accepts a lead, so the page neither offers one nor shows the readiness for one.
    expect(await page.getByRole('button', { name: /Accept the invitation/ }).count()).toBe(0);
    expect(await page.locator('[data-verdict]').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await button(page).click();
    await accepted(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Convert the lead' }).click();
    await page.locator('.contexts button').first().click();
    await page.getByRole('button', { name: 'Edit the lead' }).click();
    await page.getByLabel('Qualification').fill('Qualified');
    await page.getByRole('button', { name: 'Save at AWS' }).click();
    await page.locator('.contexts').getByText('1 Qualified').waitFor();
    await page.getByRole('button', { name: 'Convert the lead', exact: true }).click();
    await reaches(page, 'COMPLETE');
  });

  test('a person whose start for a lead has failed is led to the acceptance of the lead', async () => {
    const gateway = await gatewayWith();
    const { payload } = await runToEnd(gateway, LEAD);
    const page = await openBoard(addressOf(gateway, `#/task/${payload.task.id}`));
    await page.getByRole('heading', { name: 'A new start is needed' }).waitFor();
    await page.getByText('If the invitation is to a lead, accept the lead, so that it can be converted.').waitFor();
    await page.getByRole('link', { name: `Start ${LEAD} again` }).click();
    await button(page).click();
    await accepted(page);
  });

  test('the return key accepts a lead, and an acceptance whose answer is lost is repeated by itself', async () => {
    const gateway = await gatewayWith();
    const page = await openBoard(addressOf(gateway, `#/start/accept?id=${LEAD}`));
    await button(page).waitFor();
    const lost = await loseFirstAnswer(page, 'AcceptEngagementInvitation');
    await page.getByRole('textbox', { name: 'Invitation' }).press('Enter');
    await accepted(page);
    expect(lost()).toBe(1);
    expect(
      gateway.simulator.calls().filter(({ operation }) => operation === 'AcceptEngagementInvitation'),
    ).toHaveLength(1);
  });

  test('a lead that was rejected elsewhere in the meantime is no longer offered after the refusal', async () => {
    const clock = clockThatJumps();
    const gateway = await startGateway({}, { speed: 10 }, { clock });
    const page = await openBoard(addressOf(gateway, `#/start/accept?id=${LEAD}`));
    await button(page).waitFor();
    await atAws(gateway).reject(LEAD);
    clock.jump(FORGOTTEN_MS);
    await button(page).click();
    await page.getByText('The lead can no longer be accepted.').waitFor();
    expect(await button(page).count()).toBe(0);
  });

  test('a refused acceptance says why', async () => {
    const gateway = await gatewayWith();
    const page = await openBoard(addressOf(gateway, `#/start/accept?id=${LEAD}`));
    await button(page).waitFor();
    const refusal = 'AWS refuses the acceptance.';
    await page.route('**/graphql', async (route) => {
      if (!/AcceptEngagementInvitation/.test(route.request().postData() ?? '')) return route.continue();
      const userErrors = [{ code: 'ACCESS_DENIED', message: refusal, field: null }];
      return route.fulfill({ json: { data: { acceptEngagementInvitation: { changed: [], userErrors } } } });
    });
    await button(page).click();
    await page.getByRole('alert').getByText(refusal).waitFor();
    expect(await button(page).isEnabled()).toBe(true);
  });

  test('a person without the right to edit sees what the acceptance of a lead needs', async () => {
    const issuer = await createIssuer();
    const gateway = await gatewayWith({ AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, BOARD: 'on' });
    const page = await openBoard(addressOf(gateway, `#/start/accept?id=${LEAD}`));
    await page.getByLabel('Access token').fill(await issuer.token({ scope: 'tasks:read tasks:start records:read' }));
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByText('To accept a lead, you need the right to edit records.').waitFor();
    expect(await button(page).count()).toBe(0);
  });
});
