/** The board with ten thousand tasks. */
import { expect, test } from '@jest/globals';
import { until } from '../support/clients/waiting.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import { addressOf, inBrowser, openBoard, rowsOf, useBrowser } from './board-page.js';

const BATCH = `mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) {
  startEngagementFromOpportunityTasks(inputs: $inputs) { results { task { id } } userErrors { message } }
}`;
inBrowser('the board with many tasks', () => {
  useBrowser();

  async function startMany(gateway: TestGateway, count: number): Promise<void> {
    for (let from = 0; from < count; from += 200) {
      const inputs = Array.from({ length: Math.min(200, count - from) }, (_, index) => ({
        catalog: 'SANDBOX',
        identifier: `O8${String(from + index).padStart(6, '0')}`,
        awsSubmission: { involvementType: 'CO_SELL' },
      }));
      const { data } = await gateway.query(BATCH, { inputs });
      expect(data.startEngagementFromOpportunityTasks.userErrors).toEqual([]);
    }
  }

  test('ten thousand tasks are shown in pages and stay smooth while they change', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0', WRITES_PER_SECOND: '20' }, { speed: 20 });
    await startMany(gateway, 10_000);
    const page = await openBoard(addressOf(gateway));
    await page.getByText('10,000 in all').waitFor();
    expect(await rowsOf(page).count()).toBe(50);
    // The longest time for which the page could not answer, while twenty tasks a second change.
    const longestOfPart = () =>
      page.evaluate<number>(`new Promise((resolve) => {
        let last = performance.now(), longest = 0, left = 60;
        requestAnimationFrame(function frame(time) {
          longest = Math.max(longest, time - last);
          last = time;
          left -= 1;
          if (left > 0) requestAnimationFrame(frame);
          else resolve(longest);
        });
      })`);
    // A pause of a busy machine is in one part only, and the cost of the changes is in each.
    expect(Math.min(await longestOfPart(), await longestOfPart(), await longestOfPart())).toBeLessThan(500);
    const first = await rowsOf(page).first().getAttribute('data-id');
    await page.getByRole('link', { name: 'Older tasks' }).click();
    await until(async () => (await rowsOf(page).first().getAttribute('data-id')) !== first);
    expect(await rowsOf(page).count()).toBe(50);
    await page.getByRole('link', { name: 'Newest' }).click();
    await until(async () => (await rowsOf(page).first().getAttribute('data-id')) === first);
  }, 240_000);
});
