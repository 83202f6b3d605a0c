import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AUDIENCE, createIssuer, type Issuer } from '../../support/fakes/issuer.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { until } from '../../support/clients/waiting.js';

const START = `mutation($identifier: String!, $token: String, $catalog: Catalog = SANDBOX) {
  startEngagementFromOpportunityTask(input: { catalog: $catalog, identifier: $identifier, clientToken: $token, awsSubmission: { involvementType: CO_SELL } }) {
    task { id startedBy status } replayed userErrors { code message }
  }
}`;

describe('Authorization with AUTH=jwt', () => {
  let issuer: Issuer;
  let gateway: TestGateway;

  beforeEach(async () => {
    issuer = await createIssuer();
    gateway = await startGateway(
      {
        AUTH: 'jwt',
        JWT_ISSUER: issuer.url,
        JWT_AUDIENCE: AUDIENCE,
        JWKS_URL: issuer.jwksUrl,
        CATALOGS: 'SANDBOX,AWS',
        START_WAIT_MS: '0',
      },
      { speed: 100 },
    );
  });

  function as(subject: string, scope: string, claims: Record<string, unknown> = {}) {
    const token = () => issuer.token({ scope, ...claims }, { subject });
    return {
      async query(query: string, variables: Record<string, unknown> = {}): Promise<any> {
        const response = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
          body: JSON.stringify({ query, variables }),
        });
        return response.json();
      },
      async start(identifier: string, variables: Record<string, unknown> = {}): Promise<any> {
        const result = await this.query(START, { identifier, ...variables });
        return result.data?.startEngagementFromOpportunityTask ?? result;
      },
      /** The results of a subscription until `enough`. */
      async collect(query: string, enough: (events: any[]) => boolean = () => false): Promise<any[]> {
        const socket = createClient({
          url: gateway.url.replace('http', 'ws'),
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: async () => ({ Authorization: `Bearer ${await token()}` }),
        });
        const events: any[] = [];
        for await (const event of socket.iterate<any>({ query })) {
          events.push(event.data);
          if (enough(events)) break;
        }
        await socket.dispose();
        return events;
      },
    };
  }

  test('the page, the schema and Apollo Studio are closed, although HOST is loopback', async () => {
    const page = await fetch(gateway.url, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([
      expect.any(Number),
      expect.not.stringContaining('EmbeddedSandbox'),
    ]);
    expect(await as('alice', 'tasks:read').query('{ __schema { queryType { name } } }')).toMatchObject({
      errors: [{ extensions: { code: 'INTROSPECTION_DISABLED' } }],
    });
    const origin = 'https://studio.apollographql.com';
    const preflight = await fetch(gateway.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a start stores its subject, and a client token belongs to the subject that used it', async () => {
    const anna = await as('anna', 'tasks:start tasks:read').start('O1000001', { token: 'same' });
    const ben = await as('ben', 'tasks:start tasks:read').start('O1000002', { token: 'same' });
    expect([anna.task.startedBy, ben.task.startedBy]).toEqual(['anna', 'ben']);
    expect(ben.userErrors).toEqual([]);
    expect(ben.task.id).not.toBe(anna.task.id);
  });

  test('tasks:read:own shows own tasks only, by id, in lists and in streams alike', async () => {
    const anna = as('anna', 'tasks:start tasks:read:own');
    const ben = as('ben', 'tasks:start tasks:read:own');
    const hers = await anna.start('O1000001');
    const his = await ben.start('O1000001');
    expect((await anna.query('query($id: ID!) { task(id: $id) { id } }', { id: his.task.id })).data.task).toBeNull();
    expect((await anna.query('{ tasks { totalCount nodes { id } } }')).data.tasks).toEqual({
      totalCount: 1,
      nodes: [{ id: hers.task.id }],
    });
    expect((await anna.query('{ tasks(filter: { startedBy: "ben" }) { totalCount } }')).data.tasks.totalCount).toBe(0);
    await expect(
      anna.collect(`subscription { taskTransitions(id: "${his.task.id}") { status } }`),
    ).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  test('tasks:read:own and the claim catalogs narrow the counts of partnerCentral like the list of tasks', async () => {
    const anna = as('anna', 'tasks:start tasks:read:own');
    const ben = as('ben', 'tasks:start tasks:read:own', { catalogs: ['AWS'] });
    const root = as('root', 'tasks:read');
    // Each start stays queued, because AWS cannot be reached.
    await gateway.simulator.close();
    await anna.start('O1000001');
    await anna.start('O1000001', { catalog: 'AWS' });
    await ben.start('O1000001', { catalog: 'AWS' });
    const COUNTS = `{
      partnerCentral { queuedCount inProgressCount }
      tasks(filter: { statuses: [QUEUED] }) { totalCount }
    }`;
    const inSandbox = as('anna', 'tasks:read', { catalogs: ['SANDBOX'] });
    const carl = as('carl', 'tasks:read:own');
    for (const [caller, totalCount] of [
      [anna, 2],
      [ben, 1],
      [root, 3],
      [inSandbox, 1],
      [carl, 0],
    ] as const) {
      const partnerCentral = { queuedCount: totalCount, inProgressCount: 0 };
      expect((await caller.query(COUNTS)).data).toEqual({ partnerCentral, tasks: { totalCount } });
    }
    const waitOf = async (caller: typeof anna): Promise<string | null> =>
      (await caller.query('{ partnerCentral { waitingFor } }')).data.partnerCentral.waitingFor;
    await until(async () => (await waitOf(anna)) !== null);
    expect(await waitOf(carl)).toBeNull();
  });

  test('each scope allows only its own operations', async () => {
    const reader = as('reader', 'tasks:read');
    const starter = as('starter', 'tasks:start');
    expect((await reader.start('O1000001')).errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await starter.start('O1000002')).userErrors).toEqual([]);
    expect((await starter.query('{ tasks { totalCount } }')).errors[0].extensions.code).toBe('FORBIDDEN');
    await expect(starter.collect('subscription { taskFeed { status } }')).rejects.toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  test('the claim catalogs restricts the tasks that may be started and seen', async () => {
    const everywhere = as('anna', 'tasks:start tasks:read');
    await everywhere.start('O1000001', { catalog: 'AWS' });
    const sandboxOnly = as('anna', 'tasks:start tasks:read', { catalogs: ['SANDBOX'] });
    expect((await sandboxOnly.start('O1000001', { catalog: 'AWS' })).userErrors).toMatchObject([
      { code: 'CATALOG_NOT_ALLOWED' },
    ]);
    expect((await sandboxOnly.query('{ tasks { totalCount } }')).data.tasks.totalCount).toBe(0);
    expect((await everywhere.query('{ tasks { totalCount } }')).data.tasks.totalCount).toBe(1);
  });

  test('the claim catalogs accepts the spelling of AWS, and unknown names allow nothing', async () => {
    const sandboxOnly = as('anna', 'tasks:start tasks:read', { catalogs: ['Sandbox', 'Moon'] });
    expect(await sandboxOnly.start('O1000001')).toMatchObject({ userErrors: [], task: {} });
    expect((await sandboxOnly.query('{ tasks { totalCount } }')).data.tasks.totalCount).toBe(1);
    expect((await sandboxOnly.start('O1000002', { catalog: 'AWS' })).userErrors).toMatchObject([
      { code: 'CATALOG_NOT_ALLOWED' },
    ]);
  });

  test('the refusal of a token without a valid catalog lists the catalogs', async () => {
    const nowhere = as('anna', 'tasks:start tasks:read records:read', { catalogs: ['Sandbx'] });
    const refusal = {
      message: expect.stringMatching(/Allowed: none\. .* The names of the catalogs are AWS and SANDBOX\.$/),
    };
    const submission = { catalog: 'SANDBOX', identifier: 'O1000001', awsSubmission: { involvementType: 'CO_SELL' } };
    const many =
      `mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: ` +
      `$inputs) { results { userErrors { code message } } } }`;
    expect((await nowhere.start('O1000001')).userErrors).toMatchObject([{ code: 'CATALOG_NOT_ALLOWED', ...refusal }]);
    expect(
      (await nowhere.query(many, { inputs: [submission] })).data.startEngagementFromOpportunityTasks.results,
    ).toMatchObject([{ userErrors: [{ code: 'CATALOG_NOT_ALLOWED', ...refusal }] }]);
    expect(
      (await nowhere.query('{ opportunity(catalog: SANDBOX, identifier: "O5000001") { id } }')).errors,
    ).toMatchObject([{ extensions: { code: 'CATALOG_NOT_ALLOWED' }, ...refusal }]);
    expect((await nowhere.query('{ tasks { totalCount } }')).data.tasks.totalCount).toBe(0);
  });

  test('no subject receives a transition that it may not see, in any mix of starts and subscribers', async () => {
    const subjects = ['anna', 'ben', 'carl'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...subjects), { minLength: 1, maxLength: 8 }), async (starters) => {
        // Each subscriber reads from before the first start until the last task of the round has ended.
        const first = await as('root', 'tasks:start tasks:read').start('O1000002');
        const [{ taskTransitions: origin }] = await as('root', 'tasks:read').collect(
          `subscription { taskTransitions(id: "${first.task.id}", from: BEGINNING) { cursor } }`,
          () => true,
        );
        const started = await Promise.all(
          starters.map(async (subject) => (await as(subject, 'tasks:start').start('O1000001')).task.id as string),
        );
        const feed = (subject: string, scope: string, expected: number) =>
          as(subject, scope).collect(
            `subscription { taskFeed(after: "${origin.cursor}") { isTerminal task { id startedBy } } }`,
            (events) =>
              events.filter((event) => event.taskFeed.isTerminal && started.includes(event.taskFeed.task.id)).length ===
              expected,
          );
        const everything = await feed('root', 'tasks:read', starters.length);
        expect(new Set(everything.map((event) => event.taskFeed.task.id))).toEqual(
          new Set([first.task.id, ...started]),
        );
        for (const subject of new Set(starters)) {
          const own = await feed(subject, 'tasks:read:own', starters.filter((starter) => starter === subject).length);
          expect(own.every((event) => event.taskFeed.task.startedBy === subject)).toBe(true);
        }
      }),
      { numRuns: 8, verbose: 1 },
    );
  });

  test('a request without a token that the issuer signed is refused', async () => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ tasks { totalCount } }"}',
    });
    expect(response.status).toBe(401);
    expect(((await response.json()) as any).errors[0].extensions.code).toMatch(/UNAUTHENTICATED/);
  });
});
