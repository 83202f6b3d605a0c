/** An outage of the database under load: nothing acknowledged is lost, and the gateway recovers by itself. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { whenDone } from '../../support/harness/cleanup.js';
import { FOLLOW } from '../../support/harness/gateway.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import {
  createReplicas,
  leaderOf,
  startsAt,
  tasksAt,
  type Replica,
  type Replicas,
} from '../../support/programs/replicas.js';
import { readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const START = `mutation($token: String!) {
  startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O6000002", clientToken: $token, awsSubmission: { involvementType: CO_SELL } }) { task { id } userErrors { message } }
}`;

describe('An outage of PostgreSQL', () => {
  let postgres: Postgres;
  let replicas: Replicas;
  let gateway: Replica;
  let other: Replica;
  beforeAll(async () => {
    // Durable as by default: an acknowledged commit survives a kill of the server.
    postgres = await startPostgres({ synchronous_commit: 'on' });
    whenDone(() => postgres.stop());
    // Tasks take 3 s at this speed, so that the outage falls into their duration.
    replicas = await createReplicas(await postgres.createDatabase(), {}, { speed: 1 });
    [gateway, other] = await Promise.all([replicas.add(), replicas.add()]);
    await leaderOf([gateway, other]);
  });

  test('an outage keeps streams open or resumable, makes starts retryable, and ends without a restart', async () => {
    const { id } = await gateway.client.start('O6000001', 'before the outage');
    const watched = watch(gateway, id);
    await until(() => watched.seen.length >= 2);
    const followed = other.client.follow(id);
    await postgres.kill();

    const refused = await Promise.all(
      [gateway, other].map((replica) => replica.ask(START, { token: 'during the outage' })),
    );
    for (const answer of refused) {
      expect(answer).toMatchObject({
        errors: [
          { message: expect.stringMatching(/try again/), extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } },
        ],
      });
    }
    for (const replica of [gateway, other]) {
      expect(await readinessOf(replica.url)).toEqual({
        status: 503,
        ready: false,
        reasons: [expect.stringMatching(/database does not answer/)],
      });
      expect((await fetch(new URL('/health/live', replica.url))).status).toBe(200);
    }

    await postgres.revive();
    const whole = await followed;
    expect(whole.map(({ sequence, status }) => [sequence, status])).toEqual([
      [1, 'QUEUED'],
      [2, 'IN_PROGRESS'],
      [3, 'COMPLETE'],
    ]);
    // A stream that stayed open has delivered all. Another one was closed with a code after which clients reconnect.
    const end = await watched.ended;
    expect(end === 'complete' ? watched.seen : end).toEqual(end === 'complete' ? [1, 2, 3] : 1013);

    const answers = await Promise.all(
      [gateway, other].map((replica) => replica.client.request(START, { token: 'during the outage' })),
    );
    const [first, second] = answers.map((answer) => answer.startEngagementFromOpportunityTask.task.id);
    expect(first).toBe(second);
    expect((await other.client.follow(first)).at(-1)?.status).toBe('COMPLETE');
    for (const identifier of ['O6000001', 'O6000002'])
      expect([identifier, tasksAt(replicas.simulator, identifier)]).toEqual([identifier, 1]);
    for (const replica of [gateway, other]) expect(await readinessOf(replica.url)).toMatchObject({ status: 200 });
  });

  test('an outage while AWS answers a start does not lose the answer', async () => {
    const known = startsAt(replicas.simulator).length;
    // The answer takes 2.5 s.
    const accepted = gateway.client.start('O1000003', 'answered during the outage');
    await until(() => startsAt(replicas.simulator).length > known);
    await postgres.kill();
    await until(() => replicas.simulator.calls().at(-1)?.outcome === 'ok');
    await postgres.revive();
    const { id } = await accepted;
    expect((await other.client.follow(id)).map(({ sequence, status }) => [sequence, status])).toEqual([
      [1, 'QUEUED'],
      [2, 'COMPLETE'],
    ]);
    expect(tasksAt(replicas.simulator, 'O1000003')).toBe(1);
  });
});

/** A stream that is not resumed: the sequences that it delivered, and its end, 'complete' or the close code. */
function watch(replica: Replica, id: string) {
  const seen: number[] = [];
  const ended = new Promise<unknown>((resolve) => {
    const socket = createClient({
      url: replica.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      on: { closed: (event: any) => resolve(event.code) },
    });
    whenDone(() => socket.dispose());
    socket.subscribe<any>(
      { query: FOLLOW, variables: { id, from: 'BEGINNING' } },
      {
        next: ({ data }) => seen.push(data.taskTransitions.sequence),
        error: resolve,
        complete: () => resolve('complete'),
      },
    );
  });
  return { seen, ended };
}
