/** The board with AUTH=jwt: signing in, expiry, renewal, pasted tokens, and the rights of a person. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { until } from '../support/clients/waiting.js';
import { startGateway, type Settings, type TestGateway } from '../support/harness/gateway.js';
import { accessibilityFaults, addressOf, inBrowser, isLive, openBoard, rowsOf, useBrowser } from './board-page.js';
import { CLIENT_ID, createOauthIssuer, type Tokens } from './oauth-issuer.js';

const ALL = 'tasks:read tasks:start records:read records:write';
const START = `mutation { startEngagementFromOpportunityTask(input: {
  catalog: SANDBOX, identifier: "O5000002", awsSubmission: { involvementType: CO_SELL, visibility: FULL }
}) { task { id } userErrors { message } } }`;

inBrowser('the access to the board', () => {
  useBrowser();

  function gatewayFor(issuer: string, settings: Settings = {}): Promise<TestGateway> {
    const auth: Settings = { AUTH: 'jwt', JWT_ISSUER: issuer, JWT_AUDIENCE: AUDIENCE, BOARD: 'on' };
    return startGateway({ ...auth, ...settings }, { speed: 50 });
  }
  async function startAs(gateway: TestGateway, token: string): Promise<string> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: START }),
    });
    const { data } = (await response.json()) as {
      data: { startEngagementFromOpportunityTask: { task: { id: string } } };
    };
    return data.startEngagementFromOpportunityTask.task.id;
  }
  async function paste(page: Page, token: string): Promise<void> {
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Use this token' }).click();
  }
  /** The text of the focused element, or its name. */
  const focused = (page: Page) =>
    page.evaluate<string>('document.activeElement.textContent || document.activeElement.tagName');
  const stored = (page: Page) => page.evaluate<number>('localStorage.length + sessionStorage.length');

  async function withSignIn(tokens: Partial<Tokens> = {}) {
    const issuer = await createOauthIssuer({ scope: ALL, lifetimeMs: 600_000, isRenewable: true, ...tokens });
    const gateway = await gatewayFor(issuer.url, { BOARD_CLIENT_ID: CLIENT_ID });
    return { issuer, gateway, options: { mayCall: [issuer.url] } };
  }
  const signIn = (page: Page) => page.getByRole('button', { name: /^Sign in at/ }).click();

  test('a person signs in at the issuer, returns to the same view, and nothing of the token is kept on the device', async () => {
    const { issuer, gateway, options } = await withSignIn();
    const page = await openBoard(addressOf(gateway, 'board#/start/submit?id=O1000001'), options);
    await signIn(page);
    await page.getByRole('heading', { name: 'Submit an opportunity' }).waitFor();
    await isLive(page);
    expect(new URL(page.url()).search).toBe('');
    expect(new URL(page.url()).hash).toBe('#/start/submit?id=O1000001');
    expect(await stored(page)).toBe(0);
    expect(issuer.visit()?.get('code_challenge_method')).toBe('S256');
    expect(issuer.visit()?.get('scope')).toBe(`openid ${ALL} offline_access`);
    expect(issuer.grants()).toEqual(['authorization_code']);
  });

  test('a token that expires is renewed without the person, and the page stays live', async () => {
    const { issuer, gateway, options } = await withSignIn({ lifetimeMs: 3000 });
    const page = await openBoard(addressOf(gateway), options);
    await signIn(page);
    await page.getByText('There are no tasks yet.').waitFor();
    const before = issuer.grants().length;
    // The gateway closes the stream at the expiry of its token, and the page may be cut off for a moment only.
    await until(() => issuer.grants().length > before);
    await isLive(page);
    expect(new Set(issuer.grants().slice(1))).toEqual(new Set(['refresh_token']));
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('an issuer that is away for a while is asked again, and the person stays signed in', async () => {
    const { issuer, gateway, options } = await withSignIn({ lifetimeMs: 3000 });
    const page = await openBoard(addressOf(gateway), options);
    await signIn(page);
    await page.getByText('There are no tasks yet.').waitFor();
    await page.route(`${issuer.url}/token`, (route) => route.abort());
    await page.locator('.live.is-lost').waitFor();
    const fails = () => page.waitForEvent('requestfailed', (request) => request.url().endsWith('/token'));
    await fails();
    await fails();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.unroute(`${issuer.url}/token`);
    await isLive(page);
    expect(new Set(issuer.grants().slice(1))).toEqual(new Set(['refresh_token']));
  });

  test('the next token decides what a person is offered', async () => {
    const issuer = await createIssuer();
    const gateway = await gatewayFor(issuer.url);
    const page = await openBoard(addressOf(gateway));
    await paste(page, await issuer.token({ scope: ALL }, { expiresAt: Date.now() + 10_000 }));
    await page.locator('a', { hasText: /^Start$/ }).waitFor();
    await page.getByRole('dialog').waitFor();
    await paste(page, await issuer.token({ scope: 'tasks:read' }, { subject: 'bob' }));
    await page.locator('a', { hasText: /^Start$/ }).waitFor({ state: 'detached' });
    await page.reload();
    await paste(page, await issuer.token({ scope: 'other' }));
    await page.getByRole('button', { name: 'Use another access token' }).click();
    await page.getByLabel('Access token').waitFor();
  });

  test('a person who refuses at the issuer reads why, and can try again', async () => {
    const { issuer, gateway, options } = await withSignIn();
    issuer.refuseNext();
    const page = await openBoard(addressOf(gateway), options);
    await signIn(page);
    await page.getByText(/The sign-in has failed/).waitFor();
    await signIn(page);
    await page.getByText('There are no tasks yet.').waitFor();
  });

  test('without a client a token is pasted; a refused or expired one is replaced, and the page goes on where it was', async () => {
    const issuer = await createIssuer();
    const gateway = await gatewayFor(issuer.url);
    const id = await startAs(gateway, await issuer.token({ scope: ALL }));
    const page = await openBoard(addressOf(gateway, `#/task/${id}`));
    expect(await accessibilityFaults(page)).toEqual([]);
    await paste(page, 'nonsense');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await paste(page, await issuer.token({ scope: ALL }, { expiresAt: Date.now() + 10_000 }));
    // The dialog about the expired token may hide the page from a screen reader before a slow machine has shown it.
    await page.locator('button', { hasText: 'Retry' }).waitFor();
    await isLive(page);
    await page.locator('button', { hasText: 'Retry' }).focus();
    await page.getByRole('dialog').waitFor();
    await page.getByText('The token has expired').waitFor();
    expect(await focused(page)).toBe('TEXTAREA');
    await paste(page, await issuer.token({ scope: ALL }));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await isLive(page);
    expect(await page.getByRole('button', { name: 'Retry' }).isVisible()).toBe(true);
    await until(async () => (await focused(page)) === 'Retry');
    expect(await stored(page)).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access token').waitFor();
  });

  test('a person is offered only what the scopes allow', async () => {
    const issuer = await createIssuer();
    const gateway = await gatewayFor(issuer.url);
    const own = await startAs(gateway, await issuer.token({ scope: ALL }));
    await startAs(gateway, await issuer.token({ scope: ALL }, { subject: 'bob' }));

    const reader = await openBoard(addressOf(gateway, `#/task/${own}`));
    await paste(reader, await issuer.token({ scope: 'tasks:read' }));
    await reader.locator('.is-failure').waitFor();
    expect(await reader.getByRole('button', { name: 'Retry' }).count()).toBe(0);
    expect(await reader.getByRole('link', { name: 'Start', exact: true }).count()).toBe(0);
    expect(await reader.getByRole('complementary', { name: 'Records' }).count()).toBe(0);
    await reader.getByRole('link', { name: 'Tasks' }).first().click();
    await rowsOf(reader).nth(1).waitFor();
    await reader.getByRole('button', { name: 'Mine' }).click();
    await reader.getByText('1 in all').waitFor();
    expect(await rowsOf(reader).count()).toBe(1);
    expect(await rowsOf(reader).first().innerText()).toContain('alice');

    const none = await openBoard(addressOf(gateway));
    await paste(none, await issuer.token({ scope: 'records:read' }));
    await none.getByRole('heading', { name: 'You may not see tasks' }).waitFor();
  });

  test('an issuer that cannot be read is named, and a token can be pasted instead', async () => {
    const gateway = await gatewayFor('http://127.0.0.1:9/', { BOARD_CLIENT_ID: CLIENT_ID });
    const page = await openBoard(addressOf(gateway));
    await page.getByText(/The issuer's endpoints cannot be read from http:\/\/127\.0\.0\.1:9\//).waitFor();
    await page.getByLabel('Access token').waitFor();
  });
});
