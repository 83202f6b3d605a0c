/** The look-ups of the board: what could not be read is never shown as what does not exist. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { start, startGateway, type GraphqlResult } from '../support/harness/gateway.js';
import { addressOf, inBrowser, openBoard, reaches, useBrowser } from './board-page.js';

inBrowser('the look-ups of the board', () => {
  useBrowser();

  /** Changes the answers to an operation. */
  async function changing(page: Page, operation: string, change: (answer: GraphqlResult) => void): Promise<void> {
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes(operation) !== true) return route.continue();
      const response = await route.fetch();
      const json = await response.json();
      change(json);
      return route.fulfill({ response, json });
    });
  }

  test('spent reads are named, and not shown as records that do not exist', async () => {
    const gateway = await startGateway({ READS_PER_DAY: '1' });
    await gateway.query('{ opportunity(catalog: SANDBOX, identifier: "O5000001") { id project { title } } }');
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000009'));
    await page.getByText('The opportunity could not be read.').waitFor();
    await page.getByText('All 1 reads of Partner Central').waitFor();
    await page.goto(addressOf(gateway, '#/start/submit'));
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByText('The list could not be read.').waitFor();
    await page.getByRole('link', { name: 'Submit many' }).click();
    await page.getByLabel('Opportunities').fill('O5000001');
    await page.getByRole('button', { name: 'Check the readiness first' }).click();
    await page.getByText('The readiness could not be read.').waitFor();
    expect(await page.getByRole('button', { name: 'Leave them out' }).count()).toBe(0);
  });

  test('a list says how many of its records could not be read', async () => {
    const page = await openBoard(addressOf(await startGateway(), '#/start/submit'));
    await changing(page, 'SubmissionWorklist', ({ data }) => data.opportunities.nodes.splice(0, 2, null, null));
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: /O5000003/ }).waitFor();
    await page.getByText('2 more could not be read.').waitFor();
  });

  test("AWS's side that could not be read is not shown as one that AWS has not begun", async () => {
    const gateway = await startGateway({}, { speed: 50 });
    const { id } = (await start(gateway, 'O5000001')).task;
    const page = await openBoard(addressOf(gateway));
    await changing(page, 'OpportunityAwsSide', (answer) => {
      answer.data.opportunity.aws = null;
      answer.errors = [{ message: 'No access.', path: ['opportunity', 'aws'], extensions: { code: 'ACCESS_DENIED' } }];
    });
    await page.goto(addressOf(gateway, `#/task/${id}`));
    await reaches(page, 'COMPLETE');
    await page.getByText("AWS's side could not be read.").waitFor();
    expect(await page.getByText('AWS has not begun.').count()).toBe(0);
  });

  test('the view of the gateway says that its queue could not be read', async () => {
    const gateway = await startGateway();
    const page = await openBoard(addressOf(gateway));
    await page.getByText('There are no tasks yet.').waitFor();
    await changing(page, 'TaskList', (answer) => {
      answer.data = null;
      answer.errors = [{ message: 'No access.', extensions: { code: 'FORBIDDEN' } }];
    });
    await page.getByRole('link', { name: 'Gateway', exact: true }).click();
    await page.getByText('No access.').waitFor();
  });

  test('the first start at AWS does not name an example of the simulator', async () => {
    const page = await openBoard(addressOf(await startGateway()));
    const link = page.getByRole('link', { name: 'Start the first one' });
    expect(await link.getAttribute('href')).toBe('#/start/submit');
  });

  test('no button offers to copy where browsers do not allow it', async () => {
    const gateway = await startGateway({}, { speed: 50 });
    const { id } = (await start(gateway, 'O1000002')).task;
    const page = await openBoard(addressOf(gateway, `#/task/${id}`));
    await reaches(page, 'COMPLETE');
    expect(await page.getByRole('button', { name: 'Copy the id of the task' }).count()).toBe(1);
    await page.addInitScript("Object.defineProperty(window, 'isSecureContext', { value: false })");
    await page.reload();
    await reaches(page, 'COMPLETE');
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
  });
});
