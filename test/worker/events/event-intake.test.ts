import { describe, expect, test } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { createEventIntake } from '../../../src/worker/events/event-intake.js';
import {
  EVERYBODY,
  accepted,
  createStrictTelemetry,
  fromEngagement,
  fromOpportunity,
  isSettled,
} from '../../support/harness/task-harness.js';
import {
  SLOW,
  createWorkerHarness,
  spendReads,
  type WorkerHarnessOptions,
} from '../../support/harness/worker-harness.js';

const UNLIMITED = { perSecond: 1000, perDay: 100_000_000 };
const POLL = { minMs: SECOND, maxMs: 30 * SECOND };

function eventAbout(identifier: string, catalog = 'Sandbox'): unknown {
  return { source: 'aws.partnercentral-selling', detail: { catalog, opportunity: { identifier } } };
}

/** Reads with which a list is read every 14 s. */
const FEW_READS = { perSecond: 1000, perDay: 8000 };

async function createStageWithIntake(options: WorkerHarnessOptions = {}) {
  let writes = 0;
  const limits = options.limits ?? { reads: FEW_READS, writes: UNLIMITED };
  const harness = await createWorkerHarness({ poll: POLL, ...options, limits });
  if (options.limits === undefined) await spendReads(harness, 1000);
  const telemetry = createStrictTelemetry();
  const forgotten: string[] = [];
  const db = {
    ...harness.db,
    write: <T>(work: Parameters<typeof harness.db.write<T>>[0]) => ((writes += 1), harness.db.write(work)),
  };
  const intake = createEventIntake({
    db,
    clock: harness.clock,
    telemetry,
    limits: limits.reads,
    forget: (id) => void forgotten.push(id),
  });
  const outcomes = async () => {
    const metric = await telemetry.registry.getSingleMetric('gateway_hints_total')?.get();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels['outcome'], value]));
  };
  return { ...harness, intake, forgotten, outcomes, writes: () => writes, lists: () => harness.calls('List').length };
}

describe('an event', () => {
  test('an event makes the poller poll at once a task that is due much later', async () => {
    const harness = await createStageWithIntake();
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.pass(60.5 * SECOND);
    const before = harness.lists();
    expect((await harness.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    await harness.intake.receive(eventAbout('O1000005'));
    await harness.pass(0);
    expect([harness.lists(), (await harness.tasks.find(EVERYBODY, id))?.status]).toEqual([before + 1, 'COMPLETE']);
    expect(await harness.outcomes()).toEqual({ used: 1 });
    expect(harness.forgotten).toEqual(['O1000005']);
  });

  test('an event matches a start that names the same engagement by its ARN', async () => {
    const harness = await createStageWithIntake();
    await accepted(
      harness.tasks,
      fromEngagement({ identifier: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-takesaminute01' }),
    );
    await harness.pass(40 * SECOND);
    const before = harness.lists();
    await harness.intake.receive({
      source: 'aws.partnercentral-selling',
      detail: { catalog: 'Sandbox', engagement: { engagementId: 'eng-takesaminute01' } },
    });
    await harness.pass(0);
    expect(harness.lists()).toBe(before + 1);
  });

  test.each([
    ['another opportunity', eventAbout('O1000006')],
    ['the other catalog', eventAbout('O1000005', 'AWS')],
    ['no record, from an unknown source,', { source: 'somebody' }],
    ['no record, as a text,', 'text'],
  ])('an event about %s causes no call to AWS and no write', async (_what, event) => {
    const harness = await createStageWithIntake();
    await accepted(harness.tasks, SLOW);
    await harness.pass(40 * SECOND);
    const before = harness.lists();
    const received = Promise.all(Array.from({ length: 100 }, () => harness.intake.receive(event)));
    await harness.pass(SECOND);
    await received;
    expect([harness.lists(), harness.writes()]).toEqual([before, 0]);
    expect(await harness.outcomes()).toEqual({ ignored: 100 });
  });

  test('an event about a task that has ended causes no call', async () => {
    const harness = await createStageWithIntake();
    const { id } = await accepted(harness.tasks, fromOpportunity());
    await harness.untilEnded([id], MINUTE);
    const before = harness.lists();
    await harness.intake.receive(eventAbout('O1000001'));
    await harness.pass(MINUTE);
    expect(harness.lists()).toBe(before);
  });

  test('an event that arrives during a poll of its task causes another poll an interval later', async () => {
    let whileAsked: (() => Promise<void>) | null = null;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const result = await sdk.listTasks(query);
        void whileAsked?.();
        whileAsked = null;
        return result;
      },
    });
    const harness = await createStageWithIntake({ around });
    const { id } = await accepted(harness.tasks, SLOW);
    await harness.pass(59.5 * SECOND);
    await harness.intake.receive(eventAbout('O1000005'));
    whileAsked = () => harness.intake.receive(eventAbout('O1000005'));
    await harness.pass(0);
    expect((await harness.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    const before = harness.lists();
    await harness.pass(SECOND);
    expect([harness.lists(), (await harness.tasks.find(EVERYBODY, id))?.status]).toEqual([before + 1, 'COMPLETE']);
  });

  test('an event is ignored while only the reserve for look-ups remains of the daily reads', async () => {
    const harness = await createStageWithIntake({
      limits: { reads: { perSecond: 10, perDay: 20 }, writes: UNLIMITED },
    });
    await accepted(harness.tasks, SLOW);
    await harness.pass(1.5 * SECOND);
    const spend = (count: number) =>
      harness.db.sql.updateTable('quota_totals').set({ call_count: count }).where('quota', '=', 'reads').execute();
    await spend(18);
    await harness.intake.receive(eventAbout('O1000005'));
    expect([harness.writes(), await harness.outcomes()]).toEqual([0, { ignored: 1 }]);
    // The regular poll spends one more read.
    await spend(16);
    await harness.pass(SECOND);
    await harness.intake.receive(eventAbout('O1000005'));
    expect([harness.writes(), await harness.outcomes()]).toEqual([1, { ignored: 1, used: 1 }]);
  });

  test('an event is rejected while the database is unavailable, so that it is sent again', async () => {
    const harness = await createWorkerHarness();
    const intake = createEventIntake({
      ...harness,
      telemetry: createStrictTelemetry(),
      limits: UNLIMITED,
      forget: () => undefined,
    });
    await harness.close();
    await expect(intake.receive(eventAbout('O1000005'))).rejects.toThrow();
  });
});

describe('a flood of events', () => {
  test('a flood of 2,000 equal events costs one more List a second, and a few statements', async () => {
    const harness = await createStageWithIntake();
    await accepted(harness.tasks, SLOW);
    await harness.pass(40 * SECOND);
    const before = harness.lists();
    const received: Promise<void>[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (let count = 0; count < 400; count += 1) received.push(harness.intake.receive(eventAbout('O1000005')));
      await harness.pass(200);
    }
    await harness.pass(SECOND);
    await Promise.all(received);
    // One look at once, and one after each of the two seconds.
    expect(harness.lists() - before).toBeLessThanOrEqual(3);
    expect(harness.writes()).toBeLessThanOrEqual(5);
  });

  test('a flood of events about unknown ids costs no List and no write', async () => {
    const harness = await createStageWithIntake();
    await accepted(harness.tasks, SLOW);
    await harness.pass(40 * SECOND);
    const before = harness.lists();
    const received = Array.from({ length: 20_000 }, (_, index) => harness.intake.receive(eventAbout(`O2${index}`)));
    await harness.pass(SECOND);
    await Promise.all(received);
    expect([harness.lists(), harness.writes()]).toEqual([before, 0]);
  });

  test('events that follow each other within a quarter of a second share one search', async () => {
    const harness = await createStageWithIntake();
    await harness.intake.receive(eventAbout('O1'));
    const second = harness.intake.receive(eventAbout('O2'));
    const third = harness.intake.receive(eventAbout('O3'));
    await harness.pass(SECOND / 4 - 1);
    expect([await isSettled(second), await isSettled(third)]).toEqual([false, false]);
    await harness.pass(1);
    await Promise.all([second, third]);
  });

  test('a batch that the database refuses rejects its own events, and not those that wait for the next batch', async () => {
    const harness = await createWorkerHarness();
    await accepted(harness.tasks, SLOW);
    await harness.pass(SECOND);
    let failures = 1;
    const db = {
      ...harness.db,
      now: () => (failures-- > 0 ? Promise.reject(new Error('down')) : harness.db.now()),
    };
    const telemetry = createStrictTelemetry();
    const intake = createEventIntake({ ...harness, db, telemetry, limits: UNLIMITED, forget: () => undefined });
    const outcomes = Promise.allSettled([intake.receive(eventAbout('O1000005')), intake.receive(eventAbout('O2'))]);
    await harness.pass(0);
    const later = intake.receive(eventAbout('O1000005'));
    await harness.pass(SECOND);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await later;
  });

  test('a lasting flood costs nothing while only the reserve for look-ups remains of the daily reads', async () => {
    const limits = { reads: { perSecond: 10, perDay: 20 }, writes: UNLIMITED };
    const harness = await createStageWithIntake({ limits });
    await accepted(harness.tasks, fromOpportunity({ identifier: 'O1000010' }));
    harness.simulator.inject({
      operation: 'ListEngagementFromOpportunityTasks',
      times: Infinity,
      fault: { kind: 'error', name: 'InternalServerException' },
    });
    for (let round = 0; round < 180; round += 1) {
      await harness.intake.receive(eventAbout('O1000010'));
      await harness.pass(MINUTE);
    }
    expect(harness.lists()).toBeGreaterThan(15);
    const writes = harness.writes();
    await harness.intake.receive(eventAbout('O1000010'));
    await harness.pass(HOUR);
    expect(harness.lists()).toBeLessThanOrEqual(18);
    expect(harness.writes()).toBe(writes);
  });
});
