/** Edits of opportunities through the page: the fix of a failure, conflicts, locked fields, and rights. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { atAws } from '../support/clients/seller.js';
import { until } from '../support/clients/waiting.js';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import {
  accessibilityFaults,
  addressOf,
  holdRequests,
  inBrowser,
  openBoard,
  reaches,
  useBrowser,
} from './board-page.js';

inBrowser('the edits of the board', () => {
  useBrowser();
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ PERSISTED_OPERATIONS: 'only' }, { speed: 10 });
  });

  const edit = (page: Page) => page.getByRole('button', { name: 'Edit the opportunity' }).click();
  const save = (page: Page) => page.getByRole('button', { name: 'Save at AWS' }).click();
  /** The label of the focused control, or its text. */
  const focused = (page: Page) =>
    page.evaluate<string>(
      '(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().slice(0, 40)',
    );
  const topsOf = async (page: Page, selectors: readonly string[]) => {
    for (const selector of selectors) await page.locator(selector).waitFor();
    const boxes = await Promise.all(selectors.map((selector) => page.locator(selector).boundingBox()));
    return boxes.map((box) => box?.y ?? NaN);
  };
  const verdict = (page: Page, value: string) => page.locator(`[data-verdict="${value}"]`).waitFor();

  /** Submits an opportunity that is not ready, and waits for the failure. */
  const submit = async (page: Page) => {
    await page.getByRole('button', { name: 'Submit to AWS anyway' }).click();
    await page.locator('.is-failure').waitFor();
  };

  test('a person corrects the opportunity of a failed task beside its failure, and retries', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000002'));
    await submit(page);
    await edit(page);
    await page.getByLabel('Solutions').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Associate' }).click();
    await verdict(page, 'CLEAR');
    expect(await accessibilityFaults(page)).toEqual([]);
    // The association has changed the opportunity, but none of the fields of the form.
    await page.getByLabel('Title').fill('Cold chain');
    await save(page);
    await page.locator('.record-name strong', { hasText: 'Cold chain' }).waitFor();
    const failed = page.url();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.waitForURL((url) => url.href !== failed);
    await reaches(page, 'COMPLETE');
  });

  test('a person fills a missing field, and the readiness follows', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000003'));
    await verdict(page, 'BLOCKED');
    await edit(page);
    expect(await page.getByRole('button', { name: 'Save at AWS' }).isDisabled()).toBe(true);
    await page.getByLabel('Sales activities').fill('Initialized discussions with customer');
    await save(page);
    await verdict(page, 'CLEAR');
    await page.getByRole('button', { name: 'Edit the opportunity' }).waitFor();
  });

  test('a value that is refused is explained beside its field', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000004'));
    await edit(page);
    await page.getByLabel('Sales activities').fill('Nonsense');
    await save(page);
    await page.locator('.hint.is-error').waitFor();
    // The button is far below the field. The focus moves after the page has shown the hint.
    await until(async () => (await focused(page)) === 'Sales activities');
  });

  test('nothing can be typed or cancelled while an edit is saved', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000014'));
    await edit(page);
    await page.getByLabel('Title').fill('Held');
    const send = await holdRequests(page, 'UpdateOpportunity');
    await save(page);
    await page.getByRole('button', { name: 'Saving at AWS…' }).waitFor();
    expect(await page.getByLabel('Next steps', { exact: true }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
    send();
    await page.locator('.record-name strong', { hasText: 'Held' }).waitFor();
  });

  test('a form that is opened again right after it was saved has what was saved', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000014'));
    await edit(page);
    await page.getByLabel('Title').fill('Saved');
    const send = await holdRequests(page, 'OpportunityPage');
    await save(page);
    await edit(page);
    send();
    expect(await page.getByLabel('Title').inputValue()).toBe('Saved');
  });

  test('a change of another person is not overwritten unawares', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000005'));
    await edit(page);
    await page.getByLabel('Title').fill('Mine');
    await atAws(gateway).update('O5000005', ({ Project }) => ({ Project: { ...Project, Title: 'Theirs' } }));
    await save(page);
    await page.getByText('It was changed in the meantime.').waitFor();
    await page.getByRole('button', { name: 'Save mine anyway' }).click();
    await page.locator('.record-name strong', { hasText: 'Mine' }).waitFor();
  });

  test('a person changes a contact and the spend, and only these lists are sent', async () => {
    const before = await atAws(gateway).getOpportunity('O5000006');
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000006'));
    await edit(page);
    await page.getByText('Contacts', { exact: true }).click();
    await page.getByRole('group', { name: 'Contact 1' }).getByLabel('Position').fill('Director');
    await page.getByRole('button', { name: 'Add contact' }).click();
    await page.getByRole('group', { name: 'Contact 2' }).getByLabel('First name').fill('Grace');
    await page.getByText('Spend and contract').click();
    await page.getByRole('group', { name: 'Spend 1' }).getByLabel('Amount').fill('4321.50');
    await page.getByRole('button', { name: 'Add spend' }).click();
    await page.getByRole('group', { name: 'Spend 2' }).getByLabel('Amount').fill('10');
    await page.getByRole('button', { name: 'Add duration' }).click();
    await page.getByRole('group', { name: 'Duration' }).getByLabel('Number').fill('24');
    expect(await accessibilityFaults(page)).toEqual([]);
    const sent = page.waitForRequest((request) => request.postData()?.includes('UpdateOpportunity') === true);
    await save(page);
    const { variables } = (await sent).postDataJSON();
    expect(Object.keys(variables.input.patch)).toEqual(['customer', 'project']);
    await page.getByRole('button', { name: 'Edit the opportunity' }).waitFor();
    const { Customer, Project, Marketing } = await atAws(gateway).getOpportunity('O5000006');
    expect(Customer?.Contacts).toEqual([
      { ...before.Customer?.Contacts?.[0], BusinessTitle: 'Director' },
      { FirstName: 'Grace' },
    ]);
    expect(Project?.ExpectedCustomerSpend).toMatchObject([
      { ...before.Project?.ExpectedCustomerSpend?.[0], Amount: '4321.50' },
      { Amount: '10', CurrencyCode: 'USD', Frequency: 'Monthly', TargetCompany: 'AWS' },
    ]);
    expect(Project?.ExpectedContractDuration).toEqual({ Term: 'Months', Value: '24' });
    expect([Customer?.Account, Marketing]).toEqual([before.Customer?.Account, before.Marketing]);

    await edit(page);
    await page.getByText('Contacts', { exact: true }).click();
    await page.getByRole('button', { name: 'Remove Contact 1' }).click();
    await page.getByText('Spend and contract').click();
    await page.getByRole('button', { name: 'Remove Duration' }).click();
    await page.getByRole('button', { name: 'Remove Spend 1' }).click();
    await save(page);
    await page.getByRole('button', { name: 'Edit the opportunity' }).waitFor();
    const after = await atAws(gateway).getOpportunity('O5000006');
    expect(after.Customer?.Contacts).toEqual([{ FirstName: 'Grace' }]);
    expect(after.Project?.ExpectedCustomerSpend).toMatchObject([{ Amount: '10' }]);
    expect(after.Project?.ExpectedContractDuration).toBeUndefined();
  });

  test('a refused value of a row is explained beside it, and a missing one in a folded section is shown', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000004'));
    await edit(page);
    await page.getByText('Contacts', { exact: true }).click();
    await page.getByRole('button', { name: 'Add contact' }).click();
    const contact = page.getByRole('group', { name: 'Contact 2' });
    await contact.getByLabel('E-mail').fill('no-address');
    await page.getByText('Software revenue').click();
    await page.getByRole('button', { name: 'Add amount' }).click();
    await page.getByText('Software revenue').click();
    const amount = page.getByRole('textbox', { name: 'Amount' });
    await amount.waitFor({ state: 'hidden' });
    await save(page);
    await amount.waitFor();
    await page.getByRole('button', { name: 'Remove Amount' }).click();
    await save(page);
    await contact.locator('.hint.is-error').waitFor();
    expect(await contact.getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true');
  });

  test('no control reaches into its neighbour or out of the form', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000004'));
    await edit(page);
    await page.locator('.section').first().waitFor();
    await page.evaluate("document.querySelectorAll('.section').forEach((section) => { section.open = true; })");
    const tooWide = await page
      .locator('.edit .field')
      .evaluateAll((fields) =>
        fields.filter((field) => field.scrollWidth > field.clientWidth).map((field) => field.textContent),
      );
    expect(tooWide).toEqual([]);
  });

  test('no form with rows is wider than a phone of 360 pixels', async () => {
    const viewport = { width: 360, height: 740 };
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000004'), { viewport, isMobile: true });
    await edit(page);
    await page.locator('.section').first().waitFor();
    await page.evaluate("document.querySelectorAll('.section').forEach((section) => { section.open = true; })");
    for (const noun of ['contact', 'spend', 'duration', 'amount', 'entry'])
      await page.getByRole('button', { name: `Add ${noun}` }).click();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('on a phone the record of a failed task stands between the failure and the history', async () => {
    const viewport = { width: 390, height: 740 };
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000005'), { viewport, isMobile: true });
    await submit(page);
    const places = await topsOf(page, ['.is-failure', 'aside .actions button', '#history']);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  });

  test('on a wide screen an open form beside a failed task does not part the failure from the history', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000005'));
    await submit(page);
    await edit(page);
    await page.locator('.section').first().waitFor();
    const [failure = NaN, record, history = NaN] = await topsOf(page, ['.is-failure', 'aside', '.card:has(#history)']);
    expect(record).toBe(failure);
    const height = await page.locator('.is-failure').evaluate((card) => card.clientHeight);
    expect(history - failure - height).toBeLessThan(20);
  });

  test('the focus goes into an opened form, and back to its button when it is cancelled or saved', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000003'));
    const button = page.getByRole('button', { name: 'Edit the opportunity' });
    await button.press('Enter');
    await page.locator('.edit').waitFor();
    expect(await focused(page)).toBe('Solutions');
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await button.waitFor();
    expect(await focused(page)).toBe('Edit the opportunity');
    await button.press('Enter');
    await page.getByLabel('Title').fill('By keyboard');
    await page.getByRole('button', { name: 'Save at AWS' }).press('Enter');
    await button.waitFor();
    expect(await focused(page)).toBe('Edit the opportunity');

    await page.goto(addressOf(gateway, '#/start/convert?id=eng-leadqualified1&context=1'));
    await page.getByRole('button', { name: 'Edit the lead' }).press('Enter');
    await page.locator('.edit').waitFor();
    expect(await focused(page)).toBe('Qualification');
  });

  test('a form that opens late does not take the focus from where the person has gone on', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000003'));
    let send = () => {};
    const held = new Promise<void>((resolve) => (send = resolve));
    await page.route(/edit-form/, async (route) => {
      await held;
      return route.continue();
    });
    await edit(page);
    await page.getByRole('textbox', { name: 'Opportunity' }).focus();
    send();
    await page.locator('.edit').waitFor();
    expect(await focused(page)).toBe('Opportunity');
  });

  test('a person qualifies a lead', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/convert?id=eng-fivecontexts01&context=1'));
    await page.getByRole('button', { name: 'Edit the lead' }).click();
    await page.getByLabel('Qualification').fill('Unqualified');
    await page.getByLabel('Market segment').fill('Enterprise');
    expect(await accessibilityFaults(page)).toEqual([]);
    await save(page);
    await page.getByRole('button', { name: 'Edit the lead' }).waitFor();
    const { Contexts } = await atAws(gateway).getEngagement('eng-fivecontexts01');
    const lead = Contexts?.find(({ Id }) => Id === '1')?.Payload?.Lead;
    expect([lead?.QualificationStatus, lead?.Customer?.MarketSegment]).toEqual(['Unqualified', 'Enterprise']);
  });

  test('fields that the state of the opportunity locks cannot be typed in, and say why', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000008'));
    await edit(page);
    expect(await page.getByLabel('Title').isDisabled()).toBe(true);
    await page.getByText('Contacts', { exact: true }).click();
    expect(await page.getByRole('button', { name: 'Add contact' }).isDisabled()).toBe(true);
    await page.getByRole('group', { name: 'Contacts at the customer' }).getByText('The opportunity is').waitFor();
  });

  test('a person without the right to edit is not offered the form', async () => {
    const issuer = await createIssuer();
    const closed = await startGateway({ AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, BOARD: 'on' });
    const page = await openBoard(addressOf(closed, '#/start/submit?id=O5000003'));
    await page.getByLabel('Access token').fill(await issuer.token({ scope: 'tasks:read tasks:start records:read' }));
    await page.getByRole('button', { name: 'Use this token' }).click();
    await verdict(page, 'BLOCKED');
    expect(await page.getByRole('button', { name: 'Edit the opportunity' }).count()).toBe(0);
  });
});
