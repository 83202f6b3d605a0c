/** Gateways on one PostgreSQL behave as one: each accepts starts, one sends them, and each delivers all transitions. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import {
  createReplicas,
  leaderOf,
  median,
  startsAt,
  tasksAt,
  type Replica,
  type Replicas,
} from '../../support/programs/replicas.js';
import { until } from '../../support/clients/waiting.js';

const MEMBERS = 'cursor sequence status isTerminal';

let postgres: Postgres;
let databaseUrl: string;
let replicas: Replicas;
let three: [Replica, Replica, Replica];
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
  databaseUrl = await postgres.createDatabase();
  replicas = await createReplicas(databaseUrl);
  const [a, b, c] = await Promise.all([replicas.add(), replicas.add(), replicas.add()]);
  three = [a, b, c];
  await leaderOf(three);
});

describe('Three replicas', () => {
  test('exactly one replica calls AWS', async () => {
    const leading = await Promise.all(three.map((replica) => replica.isLeading()));
    expect(leading.filter(Boolean)).toHaveLength(1);
  });

  test('a start on one replica is followed on the second and resumed on the third', async () => {
    const [a, b, c] = three;
    const { id } = await a.client.start('O6000001', 'start here');
    const followed = await b.client.follow(id);
    expect(followed.map(({ sequence, status }) => [sequence, status])).toEqual([
      [1, 'QUEUED'],
      [2, 'IN_PROGRESS'],
      [3, 'COMPLETE'],
    ]);
    for (const [index, { cursor }] of followed.entries()) {
      if (index < 2) expect(await c.client.follow(id, cursor)).toEqual(followed.slice(index + 1));
    }
  });

  test('a start that is made ten times at once on each replica is one task', async () => {
    const before = startsAt(replicas.simulator).length;
    const answers = await Promise.all(
      three.flatMap((replica) => Array.from({ length: 10 }, () => replica.client.start('O6000002', 'one start'))),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect([startsAt(replicas.simulator).length - before, tasksAt(replicas.simulator, 'O6000002')]).toEqual([1, 1]);
  });

  test('sixty starts on all replicas are sent to AWS once each, and each replica delivers all transitions', async () => {
    const before = startsAt(replicas.simulator).length;
    const begin = await three[0].client.start('O6000003', 'where the feeds begin');
    const after = (await three[0].client.follow(begin.id)).at(-1)?.cursor ?? '';
    const feeds = three.map((replica) =>
      replica.client.feed(after, (seen) => seen.filter(({ isTerminal }) => isTerminal).length === 60),
    );
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => three[n % 3]?.client.start(`O${5_100_000 + n}`, `${n}`)),
    );
    const [first, ...others] = await Promise.all(feeds);
    for (const other of others) expect(other).toEqual(first);
    expect(startsAt(replicas.simulator).length - before).toBe(61);
    for (let n = 0; n < 60; n += 1) expect(tasksAt(replicas.simulator, `O${5_100_000 + n}`)).toBe(1);
  });

  test('a start on a replica that does not lead reaches AWS in a fraction of a second', async () => {
    const { others } = await leaderOf(three);
    const tookMs: number[] = [];
    for (let n = 0; n < 15; n += 1) {
      const known = startsAt(replicas.simulator).length;
      const begun = Date.now();
      await others[n % 2]?.client.start(`O${5_200_000 + n}`, `fast ${n}`);
      tookMs.push((startsAt(replicas.simulator)[known] ?? Number.NaN) - begun);
    }
    process.stderr.write(
      `From the mutation on a replica that does not lead to AWS: median ${median(tookMs)} ms of ${tookMs.join(', ')}\n`,
    );
    expect(median(tookMs)).toBeLessThan(1000);
  });

  test('replicas whose connections are all ended reconnect, receive notifications again, and miss nothing', async () => {
    const [a, b, c] = three;
    const { id: known } = await a.client.start('O6000004', 'before the connections end');
    const after = (await a.client.follow(known)).at(-1)?.cursor ?? '';
    const feed = c.client.feed(after, (seen) => seen.filter(({ isTerminal }) => isTerminal).length === 12);
    const starts = Array.from({ length: 12 }, (_, n) => [`O${5_300_000 + n}`, `dropped ${n}`] as const);
    const first = starts.slice(0, 6).map(([identifier, token]) => a.client.start(identifier, token));
    expect(await postgres.terminate(databaseUrl)).toBeGreaterThan(6);
    const second = starts.slice(6).map(([identifier, token]) => b.client.start(identifier, token));
    const ids = (await Promise.all([...first, ...second])).map(({ id }) => id);
    const seen = await feed;
    for (const id of ids) {
      const sequences = seen.filter(({ task }) => task.id === id).map(({ sequence }) => sequence);
      expect({ id, sequences }).toEqual({ id, sequences: sequences.map((_, index) => index + 1) });
    }
    for (const [identifier] of starts)
      expect([identifier, tasksAt(replicas.simulator, identifier)]).toEqual([identifier, 1]);
    const listening = () =>
      postgres.query("select 1 from pg_stat_activity where datname = $1 and application_name like '%notifications'", [
        new URL(databaseUrl).pathname.slice(1),
      ]);
    await until(async () => (await listening()).length === 3);
    await leaderOf(three);
  });

  test(`the replicas return the same data of a task: ${MEMBERS}`, async () => {
    const [a, b, c] = three;
    const { id } = await b.client.start('O2000013', 'the same everywhere');
    await a.client.follow(id);
    const query =
      `query($id: ID!) { task(id: $id) { status message failure { message category } transitions(first: 10) { edges ` +
      `{ node { ${MEMBERS} } } } } }`;
    const answers = await Promise.all([a, b, c].map((replica) => replica.client.request(query, { id })));
    expect(answers[0].task.status).toBe('FAILED');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
