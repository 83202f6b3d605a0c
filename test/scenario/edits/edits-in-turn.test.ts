/** Edits beside a long queue of starts, over real time and HTTP: on SQLite, and on two gateways on one PostgreSQL. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SECOND, systemClock } from '../../../src/runtime/clock.js';
import { createQuotaWrite } from '../../../src/edits/quota-write.js';
import type { Database } from '../../../src/db/database.js';
import { createSimulator, type Simulator } from '../../../src/partner-central/simulator/simulator.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { writeOperation } from '../../support/aws/write-operation.js';
import { until } from '../../support/clients/waiting.js';
import { patientClock } from '../../support/fakes/patient-clock.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { startGatewayOn, type Settings } from '../../support/harness/gateway.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

/** The identifier of each edit, which no start of the queue has. */
const EDITED = 'O1000004';
/** Measures waits without the pauses of this process on a busy machine. */
const watch = patientClock(1);

let simulator: Simulator;
beforeEach(async () => {
  const opened = await createSimulator({ readsPerSecond: 1000, writesPerSecond: 1000 });
  whenDone(() => opened.close());
  simulator = opened;
});

/** A gateway with its own writes of edits. */
async function openGateway(settings: Settings) {
  const telemetry = createTelemetry({ level: 'silent' });
  let opened: Database | undefined;
  let write: ReturnType<typeof createQuotaWrite> | undefined;
  const gateway = await startGatewayOn(
    simulator,
    { START_WAIT_MS: '0', ...settings },
    {
      telemetry,
      database: (db) => (opened = db),
      partnerCentral(partnerCentral) {
        if (opened === undefined) throw new Error('The gateway opens its database first.');
        const db = opened;
        write = createQuotaWrite({
          db,
          partnerCentral,
          limits: { perSecond: 1, perDay: 10_000 },
          waitMs: 60 * SECOND,
          clock: systemClock,
          telemetry,
        });
        return partnerCentral;
      },
    },
  );
  return {
    url: gateway.url,
    /** The times of the permits in the database. */
    async permits(): Promise<number[]> {
      const rows = await opened?.sql
        .selectFrom('quota_calls')
        .select('taken_at')
        .where('quota', '=', 'writes')
        .orderBy('id')
        .execute();
      return (rows ?? []).map((row) => row.taken_at);
    },
    /** @returns the time from the request of the edit until it was sent, and the time at which it was sent */
    async edit(subject: string) {
      const begunAt = watch.monotonic();
      let waitedMs = Number.NaN;
      let sentAt = Number.NaN;
      const noteSending = () => {
        waitedMs = watch.monotonic() - begunAt;
        sentAt = Date.now();
      };
      const written = await write?.(subject, writeOperation(noteSending), EDITED);
      expect(written).toMatchObject({ type: 'answered' });
      return { waitedMs, sentAt };
    },
  };
}

async function queue(url: string, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, (_, n) => ({
    catalog: 'SANDBOX',
    identifier: `O${7_700_000 + n}`,
    awsSubmission: { involvementType: 'CO_SELL' },
  }));
  const query =
    'mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: ' +
    '$inputs) { results { task { id } } } }';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { inputs } }),
  });
  const answer: unknown = await response.json();
  const results = Array(count).fill({ task: { id: expect.any(String) } });
  expect(answer).toEqual({ data: { startEngagementFromOpportunityTasks: { results } } });
}

const starts = () => simulator.calls().filter(({ operation }) => operation.startsWith('Start'));

async function expectTurns(leader: Awaited<ReturnType<typeof openGateway>>, other: typeof leader): Promise<void> {
  const before = starts().length;
  await queue(leader.url, 200);
  await until(() => starts().length >= before + 2);
  for (const gateway of [other, leader]) {
    const { waitedMs, sentAt } = await gateway.edit('ann');
    expect(waitedMs).toBeLessThan(3 * SECOND);
    await until(() => starts().some(({ at }) => at > sentAt + 500));
  }
  const together = await Promise.all([other.edit('ann'), other.edit('bob'), leader.edit('cy'), leader.edit('di')]);
  const last = Math.max(...together.map(({ sentAt }) => sentAt));
  await until(() => starts().some(({ at }) => at > last + 2 * SECOND));
  const permits = await leader.permits();
  const sent = starts().slice(before);
  // A permit that was taken a moment ago has not been used yet.
  expect(permits.length - sent.length).toBeLessThanOrEqual(1);
  for (const [index, at] of permits.entries())
    if (index > 0) expect(at - (permits[index - 1] ?? 0)).toBeGreaterThanOrEqual(SECOND);
  const places = simulator.tasks().flatMap(({ target }, place) => (target === EDITED ? [place] : []));
  const [first = Number.NaN, ...others] = places.slice(-together.length);
  // One start is sent between two edits.
  expect(others).toEqual([first + 2, first + 4, first + 6]);
}

describe('edits while 200 starts are queued', () => {
  test('an edit on SQLite is sent within three seconds, and edits and starts alternate', async () => {
    const gateway = await openGateway({ DATA_DIR: temporaryDirectory() });
    await expectTurns(gateway, gateway);
  });

  describe('two gateways on one PostgreSQL', () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
      whenDone(() => postgres.stop());
    });

    test('an edit on either gateway is sent within three seconds, and edits and starts alternate', async () => {
      const DATABASE_URL = await postgres.createDatabase();
      const leader = await openGateway({ DATABASE_URL });
      const other = await openGateway({ DATABASE_URL });
      await expectTurns(leader, other);
    });
  });
});
