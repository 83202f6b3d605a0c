/** Edits of opportunities through the page: the fix of a failure, conflicts, locked fields, and rights. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { atAws } from '../support/clients/seller.js';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import { accessibilityFaults, addressOf, inBrowser, openBoard, reaches, useBrowser } from './board-page.js';

inBrowser('the edits of the board', () => {
  useBrowser();
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ PERSISTED_OPERATIONS: 'only' }, { speed: 10 });
  });

  const edit = (page: Page) => page.getByRole('button', { name: 'Edit the opportunity' }).click();
  const save = (page: Page) => page.getByRole('button', { name: 'Save at AWS' }).click();
  const verdict = (page: Page, value: string) => page.locator(`[data-verdict="${value}"]`).waitFor();

  test('a person corrects the opportunity of a failed task beside its failure, and retries', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000002'));
    await verdict(page, 'BLOCKED');
    await page.getByRole('button', { name: 'Submit to AWS anyway' }).click();
    await page.locator('.is-failure').waitFor();
    await edit(page);
    await page.getByLabel('Solutions').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Associate' }).click();
    await verdict(page, 'CLEAR');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
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

  test('fields that the state of the opportunity locks cannot be typed in, and say why', async () => {
    const page = await openBoard(addressOf(gateway, '#/start/submit?id=O5000008'));
    await edit(page);
    expect(await page.getByLabel('Title').isDisabled()).toBe(true);
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
