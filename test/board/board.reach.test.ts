/** Everyone can use the board: by keyboard, with a screen reader, in the dark, and on a narrow phone. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { start, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { accessibilityFaults, addressOf, inBrowser, openBoard, reaches, rowsOf, useBrowser } from './board-page.js';

inBrowser('the reach of the board', () => {
  useBrowser();
  let gateway: TestGateway;
  let failed: string;
  let complete: string;
  beforeAll(async () => {
    gateway = await startGateway({ CATALOGS: 'SANDBOX,AWS' }, { speed: 50 });
    complete = (await start(gateway, 'O5000001')).task.id;
    failed = (await start(gateway, 'O5000002')).task.id;
    await start(gateway, 'O3000001');
    await start(gateway, 'O1000005');
    await start(gateway, 'eng-insidecall0001');
    await start(gateway, 'engi-insidecall001');
  });

  const views = (): Record<string, (page: Page) => Promise<void>> => ({
    '#/tasks': (page) => rowsOf(page).nth(5).waitFor(),
    '#/tasks?status=QUEUED': (page) => page.getByText('No task matches this filter.').waitFor(),
    [`#/task/${failed}`]: (page) => page.getByRole('button', { name: 'Retry' }).waitFor(),
    [`#/task/${complete}`]: async (page) => {
      await reaches(page, 'COMPLETE');
      await page.getByText('Readiness for another submission').waitFor();
    },
    '#/task/none': (page) => page.getByText('There is no such task').waitFor(),
    '#/start/submit?id=O5000003': (page) => page.locator('[data-verdict="BLOCKED"]').waitFor(),
    '#/start/convert?id=eng-fivecontexts01': (page) => page.locator('.contexts li').nth(4).waitFor(),
    '#/start/accept?id=engi-completes0001': (page) => page.locator('[data-verdict]').waitFor(),
    '#/start/submit': async (page) => {
      await page.getByRole('button', { name: 'Show them' }).click();
      await page.getByRole('button', { name: /O5000003/ }).waitFor();
    },
    '#/start/batch': async (page) => {
      await page.getByLabel('Opportunities').fill('O5000004');
      await page.getByRole('button', { name: 'Check the readiness first' }).click();
      await page.getByText('1 is not ready.').waitFor();
    },
    '#/gateway': (page) => page.locator('.quota canvas').nth(3).waitFor(),
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing on any view in %s colours',
    async (colorScheme) => {
      for (const [fragment, isShown] of Object.entries(views())) {
        const page = await openBoard(addressOf(gateway, fragment), { colorScheme });
        await isShown(page);
        expect([fragment, await accessibilityFaults(page)]).toEqual([fragment, []]);
        await page.context().close();
      }
    },
    240_000,
  );

  test('no view is wider than a phone of 360 pixels, and axe finds nothing there', async () => {
    for (const [fragment, isShown] of Object.entries(views())) {
      const page = await openBoard(addressOf(gateway, fragment), {
        viewport: { width: 360, height: 740 },
        isMobile: true,
      });
      await isShown(page);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect([fragment, width]).toEqual([fragment, 360]);
      expect([fragment, await accessibilityFaults(page)]).toEqual([fragment, []]);
      await page.context().close();
    }
  }, 240_000);

  test('a person without a pointer starts a task, reads its page, and finds it in the list', async () => {
    const page = await openBoard(addressOf(gateway));
    await rowsOf(page).nth(5).waitFor();
    const focused = () =>
      page.evaluate<string>('(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()');
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await focused()) === name) return;
      }
      throw new Error(`No press of the tabulator reaches ${name}.`);
    };
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await tabTo('Start');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Submit an opportunity' }).waitFor();
    await tabTo('Opportunity');
    await page.keyboard.type('O1000001');
    await page.locator('[data-verdict="CLEAR"]').waitFor();
    await page.keyboard.press('Enter');
    await reaches(page, 'COMPLETE');
    await tabTo('Tasks');
    await page.keyboard.press('Enter');
    await rowsOf(page, 'O1000001').waitFor();
    await tabTo('O1000001');
    await page.keyboard.press('Enter');
    await reaches(page, 'COMPLETE');
  });

  test('the focus moves to the new view, and a screen reader hears its title', async () => {
    const page = await openBoard(addressOf(gateway));
    await rowsOf(page).nth(5).waitFor();
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'Submit an opportunity' }).waitFor();
    expect(await page.title()).toBe('Start · Partner Central');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main');
  });
});
