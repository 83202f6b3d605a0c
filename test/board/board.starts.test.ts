/** Starts, failures, retries and batches through the page, as a person does them. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { atAws } from '../support/clients/seller.js';
import { until } from '../support/clients/waiting.js';
import { clockThatJumps } from '../support/fakes/clocks.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import { addressOf, inBrowser, loseFirstAnswer, openBoard, reaches, useBrowser } from './board-page.js';

/** Enough for a simulator that runs a hundred times slower. */
const FAILS_AFTER_MS = 200_000;

inBrowser('the starts of the board', () => {
  useBrowser();
  let gateway: TestGateway;
  beforeAll(async () => {
    // The board must work with its own operations only.
    gateway = await startGateway({ PERSISTED_OPERATIONS: 'only' }, { speed: 10 });
  });

  const verdict = (page: Page, value: string) => page.locator(`[data-verdict="${value}"]`).waitFor();

  test('a person starts the first example of the README and follows it to its end', async () => {
    const page = await openBoard(addressOf(gateway));
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await page.getByRole('textbox', { name: 'Opportunity' }).fill('O1000001');
    await verdict(page, 'CLEAR');
    await page.getByRole('button', { name: 'Submit to AWS' }).click();
    await reaches(page, 'COMPLETE');
    const statuses = await page
      .locator('.timeline li')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-status')));
    expect(statuses).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('O1000001');
    await page.getByText(/^eng-/).first().waitFor();
  });

  test('a person sees before the start why it will fail, then the failure with advice, fixes it at AWS and retries', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000002'));
    await verdict(page, 'BLOCKED');
    await page.getByText('No solution is associated.').waitFor();
    await page.getByRole('button', { name: 'Submit to AWS anyway' }).click();
    await page.getByRole('heading', { name: 'Correct the record, then retry' }).waitFor();
    await page.getByText(/associate at least one solution/).waitFor();
    await atAws(gateway).associate('O5000002', 'S-0000007');
    const failed = page.url();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.waitForURL((url) => url.href !== failed);
    await reaches(page, 'COMPLETE');
    await page.getByRole('link', { name: 'Show that task' }).click();
    await page.getByText('This task has been retried.').waitFor();
  });

  test('the page of a started task has the warnings until it ends', async () => {
    const clock = clockThatJumps();
    const slow = await startGateway({}, { speed: 0.01, clock });
    const page = await openBoard(addressOf(slow, '#/start/submit?id=O5000007'));
    await verdict(page, 'BLOCKED');
    await page.getByRole('button', { name: 'Submit to AWS anyway' }).click();
    await page.getByText('AWS will probably refuse this start.').waitFor();
    clock.jump(FAILS_AFTER_MS);
    await page.locator('.is-failure').waitFor();
    expect(await page.getByText('AWS will probably refuse this start.').count()).toBe(0);
  });

  test('a conflict is retried only after a person says that the work is not done', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/accept?id=engi-accepted00001'));
    await page.getByRole('button', { name: /Accept the invitation/ }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    const button = page.getByRole('button', { name: 'Retry anyway' });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    await page.getByRole('checkbox').check();
    const failed = page.url();
    await button.click();
    await page.waitForURL((url) => url.href !== failed);
  });

  test('a refused start shows the fields that AWS objects to', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O3000001'));
    await page.getByRole('button', { name: /Submit to AWS/ }).click();
    await page.locator('.field-errors li').nth(1).waitFor();
    await page.getByRole('button', { name: 'Retry' }).waitFor();
  });

  test('a failure that needs other input offers another start with the same input to change', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/convert?id=eng-alreadyproject&context=1'));
    await page.getByRole('button', { name: /Convert the lead/ }).click();
    await page.getByRole('link', { name: 'Start eng-alreadyproject again' }).click();
    expect(await page.getByRole('textbox', { name: 'Engagement' }).inputValue()).toBe('eng-alreadyproject');
    expect(await page.getByRole('textbox', { name: 'Context' }).inputValue()).toBe('1');
  });

  test('a person chooses a lead of an engagement and converts it', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/convert'));
    await page.getByLabel('Engagement').fill('eng-leadqualified1');
    await page.locator('.contexts button').first().click();
    await page.getByRole('button', { name: 'Convert the lead' }).click();
    await reaches(page, 'COMPLETE');
    await page.getByRole('link', { name: 'Submit the opportunity' }).click();
    expect(await page.getByRole('textbox', { name: 'Opportunity' }).inputValue()).toMatch(/^O\d+$/);
  });

  test('a person accepts an invitation', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/accept?id=engi-completes0001'));
    await page.getByRole('button', { name: /Accept the invitation/ }).click();
    await reaches(page, 'COMPLETE');
  });

  test('an identifier of the wrong form is explained beside the field, and cannot be started', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit'));
    await page.getByRole('textbox', { name: 'Opportunity' }).fill('eng-1');
    await page.getByText('Expected O and up to 19 digits, for example O1000001.').waitFor();
    expect(await page.getByRole('button', { name: 'Submit to AWS' }).isDisabled()).toBe(true);
  });

  test('a person submits fifty opportunities from a pasted list and sees them all end', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/batch'));
    const identifiers = Array.from({ length: 50 }, (_, index) => `O7${String(index).padStart(6, '0')}`);
    await page.getByLabel('Opportunities').fill(`${identifiers.join('\n')}, ${identifiers[0]}`);
    await page.getByText('50 opportunities, 1 repeated and counted once').waitFor();
    await page.getByRole('button', { name: 'Submit 50 to AWS' }).click();
    await page.getByText('All have ended.').waitFor();
    expect(await page.getByText('50 of 50 ended').count()).toBe(1);
    // The rows come from another answer than the counts.
    await until(async () => (await page.locator('.tasks tbody tr').count()) === 50);
    await page.locator('.tasks a', { hasText: identifiers[7] ?? '' }).click();
    await page.getByRole('link', { name: 'Show the batch' }).click();
    await page.getByText('50 of 50 ended').waitFor();
  });

  test('a person chooses among the opportunities that wait for submission', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit'));
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: /O5000004/ }).click();
    expect(await page.getByRole('textbox', { name: 'Opportunity' }).inputValue()).toBe('O5000004');
    await verdict(page, 'BLOCKED');
  });

  test('a person chooses among the invitations that wait for an answer', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/accept'));
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: /engi-opportunity01/ }).click();
    await verdict(page, 'CLEAR');
  });

  test('the readiness of a list names what AWS would refuse, and leaves it out', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/batch'));
    await page.getByLabel('Opportunities').fill('O5000001 O5000004 O5000013');
    await page.getByRole('button', { name: 'Check the readiness first' }).click();
    await page.getByText('1 is not ready.').waitFor();
    await page.getByRole('button', { name: 'Leave them out' }).click();
    await page.getByRole('button', { name: 'Submit 2 to AWS' }).waitFor();
    expect(await page.getByLabel('Opportunities').inputValue()).toBe('O5000001\nO5000013');
  });

  test('a list with wrong identifiers names them and is not sent', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/batch'));
    await page.getByLabel('Opportunities').fill('O1000001 X1 X2 X3 X4');
    await page.getByText('Expected O and up to 19 digits, got X1, X2, X3 and 1 more.').waitFor();
    expect(await page.getByRole('button', { name: /Submit/ }).isDisabled()).toBe(true);
  });

  test('a start whose answer is lost is repeated by itself and starts nothing twice', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O1000002'));
    await page.getByRole('button', { name: /Submit to AWS/ }).waitFor();
    const lost = await loseFirstAnswer(page, 'SubmitOpportunity');
    await page.getByRole('button', { name: /Submit to AWS/ }).click();
    await reaches(page, 'COMPLETE');
    await page.goto(addressOf(gateway, '#/tasks?find=O1000002'));
    await page.getByText('1 in all').waitFor();
    expect(lost()).toBe(1);
  });
});
