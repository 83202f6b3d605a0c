/** Events of EventBridge at a whole gateway: they expedite a poll that is a minute away, also in another process. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DAY, SECOND } from '../../../src/runtime/clock.js';
import { clockThatJumps } from '../../support/fakes/clocks.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { runToEnd, startGateway } from '../../support/harness/gateway.js';
import { startPostgres } from '../../support/programs/postgres.js';
import { createReplicas, leaderOf, median, type Replica, type Replicas } from '../../support/programs/replicas.js';
import { until } from '../../support/clients/waiting.js';

const SECRET = 'only-EventBridge-has-it';
const SPEED = 20;
/** Without an event, the next poll would come after a minute. */
const SETTINGS = { HINTS_SECRET: SECRET, POLL_MIN_MS: '60000', POLL_MAX_MS: '60000' };

function send(url: string, opportunity: string, secret = SECRET): Promise<Response> {
  const event = {
    source: 'aws.partnercentral-selling',
    'detail-type': 'Opportunity Updated',
    detail: { catalog: 'Sandbox', opportunity: { identifier: opportunity } },
  };
  return fetch(new URL('/hints/eventbridge', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hint-secret': secret },
    body: JSON.stringify(event),
  });
}

describe('Two gateways on one database', () => {
  let replicas: Replicas;
  let leader: Replica;
  let other: Replica;
  let latestEvent: () => Promise<unknown>;
  beforeAll(async () => {
    const postgres = await startPostgres();
    whenDone(() => postgres.stop());
    const url = await postgres.createDatabase();
    latestEvent = async () => postgres.query('select max(event_at) as at from task_lists', [], url);
    replicas = await createReplicas(url, SETTINGS, { speed: SPEED });
    const both = await Promise.all([replicas.add(), replicas.add()]);
    const found = await leaderOf(both);
    leader = found.leader;
    other = found.others[0] ?? leader;
  });

  test('an event at the gateway that does not poll makes the other one see the end of a task at once', async () => {
    const took: number[] = [];
    for (const opportunity of ['O6000001', 'O6000002', 'O6000003', 'O6000004', 'O6000005']) {
      const { id } = await leader.client.start(opportunity, opportunity);
      const followed = leader.client.follow(id);
      const atAws = () => replicas.simulator.tasks().find((task) => task.target === opportunity);
      // The task has ended by then, and the look need not wait: looks that events cause are a second apart.
      await until(() => Date.now() > (atAws()?.startedAt ?? Infinity) + 1.5 * SECOND);
      const begun = performance.now();
      expect((await send(other.url, opportunity)).status).toBe(202);
      expect((await followed).at(-1)?.status).toBe('COMPLETE');
      took.push(performance.now() - begun);
    }
    // A lost notification would take up to five seconds.
    expect(median(took)).toBeLessThan(SECOND);
  });

  test('an event without the secret has no effect', async () => {
    const { id } = await leader.client.start('O1000005', 'forged');
    await until(
      async () =>
        (await leader.client.request('query($id: ID!) { task(id: $id) { status } }', { id })).task.status ===
        'IN_PROGRESS',
    );
    // An event is stored before its answer, and looked at up to a second later.
    const before = await latestEvent();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        send(index % 2 === 0 ? leader.url : other.url, 'O1000005', 'only-EventBridge-has-it-not'),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await latestEvent()).toEqual(before);
    expect((await send(other.url, 'O1000005')).status).toBe(202);
    expect(await latestEvent()).not.toEqual(before);
  });
});

test('a gateway without HINTS_SECRET has no endpoint for events', async () => {
  const { url } = await startGateway();
  expect((await send(url, 'O1000001')).status).toBe(404);
});

test('partnerCentral says that events are missing after three days with completed tasks, until one comes', async () => {
  const clock = clockThatJumps();
  const gateway = await startGateway({ HINTS_SECRET: SECRET }, { speed: SPEED, clock }, { clock });
  const missing = async () => (await gateway.query('{ partnerCentral { eventsMissing } }')).data.partnerCentral;
  expect((await runToEnd(gateway, 'O1000001')).last.status).toBe('COMPLETE');
  expect(await missing()).toEqual({ eventsMissing: null });
  clock.jump(3 * DAY);
  expect(await missing()).toEqual({ eventsMissing: expect.stringMatching(/Enable events in Partner Central/) });
  expect((await send(gateway.url, 'O1000001', 'forged')).status).toBe(401);
  expect(await missing()).not.toEqual({ eventsMissing: null });
  expect((await send(gateway.url, 'O1000001')).status).toBe(202);
  expect(await missing()).toEqual({ eventsMissing: null });
});
