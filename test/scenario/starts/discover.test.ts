/** Tasks that were started elsewhere, as clients of a whole gateway see them. */
import { describe, expect, test } from '@jest/globals';
import {
  PartnerCentralSellingClient,
  StartEngagementFromOpportunityTaskCommand,
} from '@aws-sdk/client-partnercentral-selling';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { DAY, MINUTE } from '../../../src/runtime/clock.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { patientClock } from '../../support/fakes/patient-clock.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { until } from '../../support/clients/waiting.js';

const FEED =
  'subscription { taskFeed { status isTerminal task { __typename id origin kind catalog taskId opportunityId ' +
  'startedBy clientToken ... on ExternalTask { targetIdentifier } } } }';

/** Starts a task as another program of the same account does, with AWS's own SDK. */
async function startElsewhere({ simulator }: TestGateway, identifier: string): Promise<string> {
  const client = new PartnerCentralSellingClient({
    region: 'us-east-1',
    endpoint: simulator.endpoint,
    credentials: { accessKeyId: 'other', secretAccessKey: 'other' },
  });
  whenDone(() => Promise.resolve(client.destroy()));
  const answer = await client.send(
    new StartEngagementFromOpportunityTaskCommand({
      Catalog: 'Sandbox',
      ClientToken: `crm-${identifier}`,
      Identifier: identifier,
      AwsSubmission: { InvolvementType: 'Co-Sell' },
    }),
  );
  return answer.TaskId ?? '';
}

async function untilFollowed({ url }: TestGateway, count: number): Promise<void> {
  await until(async () =>
    (await (await fetch(new URL('/metrics', url))).text()).includes(
      `gateway_subscriptions_open{transport="websocket"} ${count}`,
    ),
  );
}

describe('Discovery with DISCOVER=on', () => {
  test('a task that a CRM connector started appears in the feed with its origin, and is followed to its end', async () => {
    const clock = patientClock(8);
    // A duration of two minutes, so that the task is found before it ends, also on a busy machine.
    const gateway = await startGateway({ DISCOVER: 'on', POLL_MIN_MS: '1000' }, { clock, speed: 0.5 }, { clock });
    const begunAt = clock.now();
    const following = gateway.collect(FEED, {}, (results) => results.at(-1)?.data.taskFeed.isTerminal === true);
    await untilFollowed(gateway, 1);
    const taskId = await startElsewhere(gateway, 'O1000005');
    const seen = (await following).map((result) => result.data.taskFeed);
    expect(seen.map(({ status }) => status)).toEqual(['IN_PROGRESS', 'COMPLETE']);
    expect(seen[0].task).toMatchObject({
      __typename: 'ExternalTask',
      origin: 'EXTERNAL',
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      targetIdentifier: 'O1000005',
      taskId,
      opportunityId: 'O1000005',
      startedBy: null,
      clientToken: `external:${taskId}`,
    });
    expect(clock.now() - begunAt).toBeLessThan(4 * MINUTE);
    expect(gateway.simulator.calls().filter(({ operation }) => operation.startsWith('Start'))).toHaveLength(1);

    const next = await gateway.restart();
    const counted = await next.query('{ tasks { totalCount nodes { id status } } }');
    expect(counted.data.tasks).toEqual({ totalCount: 1, nodes: [{ id: seen[0].task.id, status: 'COMPLETE' }] });
  });

  test('an external task is seen with tasks:read, and not with tasks:read:own', async () => {
    const issuer = await createIssuer();
    const clock = patientClock(8);
    const gateway = await startGateway(
      {
        DISCOVER: 'on',
        AUTH: 'jwt',
        JWT_ISSUER: issuer.url,
        JWT_AUDIENCE: AUDIENCE,
        JWKS_URL: issuer.jwksUrl,
        POLL_MIN_MS: '1000',
      },
      { clock },
      { clock },
    );
    const token = (scope: string) => issuer.token({ scope }, { subject: 'anna', expiresAt: clock.now() + DAY });
    const all = await token('tasks:read');
    const own = await token('tasks:read:own');
    const ask = async (authorization: string, query: string): Promise<any> => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${authorization}` },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
    const feedOf = (authorization: string) => {
      const client = createClient({
        url: gateway.url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { Authorization: `Bearer ${authorization}` },
      });
      whenDone(async () => client.dispose());
      return client.iterate<any>({ query: FEED });
    };
    const nothing = feedOf(own);
    const firstOfNothing = nothing.next();
    const feed = feedOf(all);
    const first = feed.next();
    await untilFollowed(gateway, 2);
    await startElsewhere(gateway, 'O1000001');
    const found = (await first).value?.data.taskFeed.task;
    expect(found.origin).toBe('EXTERNAL');
    const byId = `{ task(id: "${found.id}") { id } }`;
    expect((await ask(all, byId)).data.task).toEqual({ id: found.id });
    expect((await ask(own, byId)).data.task).toBeNull();
    expect((await ask(all, '{ tasks { totalCount } }')).data.tasks.totalCount).toBe(1);
    expect((await ask(own, '{ tasks { totalCount } }')).data.tasks.totalCount).toBe(0);
    await feed.return?.();
    // The client ends this stream, which has delivered nothing.
    await nothing.return?.();
    expect((await firstOfNothing).done).toBe(true);
  });
});
