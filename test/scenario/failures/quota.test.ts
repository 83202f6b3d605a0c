/** AWS's quota, measured at AWS: never exceeded across replicas and crashes, and used in full. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { JITTER_TOLERANCE_MS } from '../../../src/partner-central/simulator/quota-limits.js';
import type { Simulator } from '../../../src/partner-central/simulator/simulator.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { createReplicas, leaderOf, startsAt, type Replica } from '../../support/programs/replicas.js';
import { until } from '../../support/clients/waiting.js';

const SECOND = 1000;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

describe('The quota', () => {
  test('a burst on two replicas uses the quota of a second in full, never exceeds it and keeps the order, although one dies', async () => {
    const perSecond = { READS_PER_SECOND: '5', WRITES_PER_SECOND: '10' };
    const url = await postgres.createDatabase();
    const replicas = await createReplicas(
      url,
      { ...perSecond, START_WAIT_MS: '0', POLL_MIN_MS: '1000' },
      { readsPerSecond: 5, writesPerSecond: 10 },
    );
    const both = await Promise.all([replicas.add(), replicas.add()]);
    const { leader, others } = await leaderOf(both);
    const [survivor = leader] = others;
    const count = 100;
    const accepted: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const identifier = `O${5_000_000 + n}`;
      // Each start waits for the one before, so that the order of acceptance is known.
      await survivor.client.start(identifier, `${n}`);
      accepted.push(identifier);
      if (n === 40) await until(() => startsAt(replicas.simulator).length >= 30).then(() => leader.kill());
    }
    await until(() => replicas.simulator.tasks().length === count);
    const { data } = await survivor.ask('{ partnerCentral { writes { perSecond perDay remainingToday } } }');
    expect(data.partnerCentral.writes).toMatchObject({ perSecond: 10, perDay: 10_000 });

    expectWithinRate(replicas.simulator, 'Start', 10);
    expectWithinRate(replicas.simulator, 'List', 5);
    expect(replicas.simulator.calls().filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
    expect(
      replicas.simulator
        .tasks()
        .map(({ target }) => target)
        .toSorted(),
    ).toEqual(accepted);
    // Several calls are in flight on a busy machine, and may arrive in another order than they were sent.
    const sent = await postgres.query('select identifier from tasks order by first_attempt_at, position', [], url);
    expect(sent.map(({ identifier }) => identifier)).toEqual(accepted);
    const at = startsAt(replicas.simulator);
    const gaps = at.slice(1).map((time, n) => time - (at[n] ?? time));
    // All gaps but the one without a leader are as short as the rate allows.
    const spent = gaps.reduce((sum, gap) => sum + gap, 0) - Math.max(...gaps);
    process.stderr.write(
      `${count} starts at 10 a second: ${Math.round(spent / (count - 2))} ms apart, ${Math.max(...gaps)} ms without ` +
        `a leader\n`,
    );
    expect(spent / (count - 2)).toBeLessThan(160);
  });

  test('a burst of all callers at once drains without throttling by AWS', async () => {
    const replicas = await createReplicas(
      await postgres.createDatabase(),
      { WRITES_PER_SECOND: '10', START_WAIT_MS: '0' },
      { writesPerSecond: 10 },
    );
    const all = await Promise.all([replicas.add(), replicas.add(), replicas.add()]);
    await leaderOf(all);
    const count = 60;
    const begun = Date.now();
    await Promise.all(
      Array.from({ length: count }, async (_, n) => all[n % 3]?.client.start(`O${5_000_000 + n}`, `${n}`)),
    );
    await until(() => replicas.simulator.tasks().length === count);
    const tookMs = Date.now() - begun;
    process.stderr.write(`${count} starts at once drain in ${tookMs} ms at 10 a second\n`);
    expectWithinRate(replicas.simulator, 'Start', 10);
    expect(replicas.simulator.calls().filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
    expect(startsAt(replicas.simulator)).toHaveLength(count);
  });

  test('the quota of a day holds across crashes and replicas, and the start above it stays queued', async () => {
    const settings = { WRITES_PER_DAY: '5', START_WAIT_MS: '200' };
    const replicas = await createReplicas(await postgres.createDatabase(), settings, { writesPerDay: 5 });
    const first = await replicas.add();
    for (let n = 0; n < 3; n += 1) await first.client.start(`O${5_000_000 + n}`, `${n}`);
    await untilAnswered(first, replicas.simulator, 3);
    await first.kill();
    const [second, third] = await Promise.all([replicas.add(), replicas.add()]);
    await leaderOf([second, third]);
    for (let n = 3; n < 5; n += 1) await third.client.start(`O${5_000_000 + n}`, `${n}`);
    await untilAnswered(third, replicas.simulator, 5);
    const { id } = await second.client.start('O6000005', 'one too many');
    await second.kill();
    await leaderOf([third]);
    const status =
      'query($id: ID!) { task(id: $id) { status message } partnerCentral { queuedCount writes { remainingToday ' +
      'availableNow } } }';
    const { data } = await third.ask(status, { id });
    expect(data).toMatchObject({
      task: { status: 'QUEUED' },
      partnerCentral: { queuedCount: 1, writes: { remainingToday: 0, availableNow: 0 } },
    });
    expect(startsAt(replicas.simulator)).toHaveLength(5);
    expect(replicas.simulator.calls().filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
  });
});

/** Waits until AWS has the starts and their answers are stored. A start without an answer would be sent once more. */
async function untilAnswered(replica: Replica, simulator: Simulator, count: number): Promise<void> {
  await until(async () => {
    const { data } = await replica.ask('{ partnerCentral { queuedCount } }');
    return data.partnerCentral.queuedCount === 0 && startsAt(simulator).length === count;
  });
}

/** Expects at most the quota in each rolling second, with a tolerance for the jitter of the network. */
function expectWithinRate(simulator: Simulator, verb: 'Start' | 'List', perSecond: number): void {
  const at = simulator
    .calls()
    .filter(({ operation }) => operation.startsWith(verb))
    .map((call) => call.at);
  for (let n = 0; n + perSecond < at.length; n += 1) {
    const span = (at[n + perSecond] ?? Infinity) - (at[n] ?? 0);
    expect(span < SECOND - JITTER_TOLERANCE_MS ? { verb, n, span } : 'within').toBe('within');
  }
}
