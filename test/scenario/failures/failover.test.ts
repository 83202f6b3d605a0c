/**
 * The leading replica dies, freezes or is cut off. Another one leads within 5 s, and writes of the former have no
 * effect.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { expectWholeFeed } from '../../support/crash/crash-proof.js';
import { startPostgres, startProxy, type Postgres } from '../../support/programs/postgres.js';
import { createReplicas, leaderOf, startsAt, tasksAt, type Replica } from '../../support/programs/replicas.js';
import { until } from '../../support/clients/waiting.js';

const WITHIN_MS = 5000;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

describe('The leader', () => {
  test('a leader that is killed with starts in flight is replaced within 5 s, and every start ends once', async () => {
    const databaseUrl = await postgres.createDatabase();
    const replicas = await createReplicas(databaseUrl, {}, { latencyMs: 100 });
    const { leader, others } = await leaderOf(await Promise.all([replicas.add(), replicas.add(), replicas.add()]));
    const [witness] = others as [Replica];
    const story = await followFrom(witness, 20);
    const accepted = starts(witness, 20, 6);
    await until(() => startsAt(replicas.simulator).length >= 8);
    await leader.kill();
    const { tookMs } = await leaderOf(others);
    process.stderr.write(`Leader killed: another leads after ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(WITHIN_MS);
    await accepted;
    await story.isWhole();
    for (let n = 0; n < 20; n += 1) expect([n, tasksAt(replicas.simulator, opportunity(6, n))]).toEqual([n, 1]);
  });

  test.each([
    ['that is frozen and loses its database connection', true],
    ['that is frozen without notice to the database', false],
  ])('a leader %s is replaced within 5 s, and its writes after it thaws have no effect', async (_, ended) => {
    const databaseUrl = await postgres.createDatabase();
    const replicas = await createReplicas(databaseUrl, {}, { latencyMs: 200 });
    const { leader, others } = await leaderOf(await Promise.all([replicas.add(), replicas.add()]));
    const [witness] = others as [Replica];
    const story = await followFrom(witness, 10);
    const known = startsAt(replicas.simulator).length;
    const accepted = starts(witness, 10, 7);
    // These starts are in flight, and their answers reach the leader when it thaws.
    await until(() => startsAt(replicas.simulator).length >= known + 3);
    leader.child.kill('SIGSTOP');
    if (ended) await endHolder(databaseUrl);
    const { tookMs } = await leaderOf(others);
    process.stderr.write(
      `Leader frozen${ended ? ', connection ended' : ''}: another leads after ${Math.round(tookMs)} ms\n`,
    );
    expect(tookMs).toBeLessThan(WITHIN_MS);
    leader.child.kill('SIGCONT');
    await accepted;
    await story.isWhole();
    // The thawed process has received its answers, found that it was deposed, and waits for the lease again.
    await until(async () => !(await leader.isLeading()));
    expect(
      await leader.client.request('{ tasks(first: 50, filter: { statuses: [COMPLETE] }) { totalCount } }'),
    ).toEqual({ tasks: { totalCount: 11 } });
    for (let n = 0; n < 10; n += 1) expect([n, tasksAt(replicas.simulator, opportunity(7, n))]).toEqual([n, 1]);
    await Promise.all([leader.kill(), witness.kill()]);
  });

  test('a leader cut off from the database is replaced within 5 s of its notice, and serves again when it is reconnected', async () => {
    const databaseUrl = await postgres.createDatabase();
    const proxy = await startProxy(databaseUrl);
    whenDone(() => proxy.close());
    const replicas = await createReplicas(databaseUrl);
    const leader = await replicas.add({ DATABASE_URL: proxy.url });
    await leaderOf([leader]);
    const witness = await replicas.add();
    const story = await followFrom(witness, 5);
    proxy.cut();
    const accepted = starts(witness, 5, 8);
    const { tookMs } = await leaderOf([witness]);
    process.stderr.write(`Leader cut off: another leads after ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(WITHIN_MS);
    await accepted;
    proxy.restore();
    await story.isWhole();
    const { id } = await leader.client.start('O6000009', 'after the reconnection');
    expect((await leader.client.follow(id)).at(-1)?.status).toBe('COMPLETE');
    for (let n = 0; n < 5; n += 1) expect([n, tasksAt(replicas.simulator, opportunity(8, n))]).toEqual([n, 1]);
  });
});

function opportunity(series: number, n: number): string {
  return `O${5_000_000 + series * 10_000 + n}`;
}

/**
 * Ends the connection that holds the lease, not one that waits for it. A waiting replica would lead for a moment, lose
 * its connection too, and the thawed process could lead again first.
 */
async function endHolder(databaseUrl: string): Promise<void> {
  const holder =
    `select pid from pg_locks join pg_database on pg_database.oid = database where locktype = 'advisory' and ` +
    `granted and datname = current_database()`;
  const ended = await postgres.query(
    `select pg_terminate_backend(pid, 10000) from (${holder}) as holder`,
    [],
    databaseUrl,
  );
  expect(ended).toHaveLength(1);
}

async function starts(replica: Replica, count: number, series: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => replica.client.start(opportunity(series, n), `${n}`)));
}

/** A stream of all tasks on one replica, from before the failure until `count` tasks have ended. */
async function followFrom(replica: Replica, count: number) {
  const { id } = await replica.client.start('O6000000', 'where the stream begins');
  const after = (await replica.client.follow(id)).at(-1)?.cursor ?? '';
  const feed = replica.client.feed(after, (seen) => seen.filter(({ isTerminal }) => isTerminal).length >= count);
  return {
    async isWhole() {
      const seen = await feed;
      expect(new Set(seen.map(({ task }) => task.id)).size).toBe(count);
      expect(new Set(seen.filter(({ isTerminal }) => isTerminal).map(({ status }) => status))).toEqual(
        new Set(['COMPLETE']),
      );
      await expectWholeFeed(replica.client, seen);
    },
  };
}
