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
} from '../../support/harness/task-harness.js';
import { SLOW, createStage, type StageOptions } from '../../support/harness/worker-harness.js';

const UNLIMITED = { perSecond: 1000, perDay: 100_000_000 };
const POLL = { minMs: SECOND, maxMs: 30 * SECOND };

function eventAbout(identifier: string, catalog = 'Sandbox'): unknown {
  return { source: 'aws.partnercentral-selling', detail: { catalog, opportunity: { identifier } } };
}

async function createHinted(options: StageOptions = {}) {
  let writes = 0;
  const limits = options.limits ?? { reads: UNLIMITED, writes: UNLIMITED };
  const stage = await createStage({ poll: POLL, ...options, limits });
  const telemetry = createStrictTelemetry();
  const forgotten: string[] = [];
  const db = {
    ...stage.db,
    write: <T>(work: Parameters<typeof stage.db.write<T>>[0]) => ((writes += 1), stage.db.write(work)),
  };
  const hints = createEventIntake({
    db,
    clock: stage.clock,
    telemetry,
    limits: limits.reads,
    poll: POLL,
    forget: (id) => void forgotten.push(id),
  });
  const outcomes = async () => {
    const metric = await telemetry.registry.getSingleMetric('gateway_hints_total')?.get();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels['outcome'], value]));
  };
  return { ...stage, hints, forgotten, outcomes, writes: () => writes, lists: () => stage.calls('List').length };
}

describe('an event', () => {
  test('makes the poller ask at once about a task that it would ask about much later', async () => {
    const stage = await createHinted();
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.pass(60.5 * SECOND);
    const before = stage.lists();
    expect((await stage.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    await stage.hints.receive(eventAbout('O1000005'));
    await stage.pass(0);
    expect([stage.lists(), (await stage.tasks.find(EVERYBODY, id))?.status]).toEqual([before + 1, 'COMPLETE']);
    expect(await stage.outcomes()).toEqual({ used: 1 });
    expect(stage.forgotten).toEqual(['O1000005']);
  });

  test('is also used where it and the start name the same by id and by ARN', async () => {
    const stage = await createHinted();
    await accepted(
      stage.tasks,
      fromEngagement({ identifier: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-takesaminute01' }),
    );
    await stage.pass(40 * SECOND);
    const before = stage.lists();
    await stage.hints.receive({
      source: 'aws.partnercentral-selling',
      detail: { catalog: 'Sandbox', engagement: { engagementId: 'eng-takesaminute01' } },
    });
    await stage.pass(0);
    expect(stage.lists()).toBe(before + 1);
  });

  test.each([
    ['another opportunity', eventAbout('O1000006')],
    ['the other catalog', eventAbout('O1000005', 'AWS')],
    ['nothing', { source: 'somebody' }],
    ['nothing at all', 'text'],
  ])('about %s costs nothing at AWS and no write', async (_what, event) => {
    const stage = await createHinted();
    await accepted(stage.tasks, SLOW);
    await stage.pass(40 * SECOND);
    const before = stage.lists();
    for (let count = 0; count < 100; count += 1) await stage.hints.receive(event);
    await stage.pass(0);
    expect([stage.lists(), stage.writes()]).toEqual([before, 0]);
    expect(await stage.outcomes()).toEqual({ ignored: 100 });
  });

  test('about a task that has ended costs nothing', async () => {
    const stage = await createHinted();
    const { id } = await accepted(stage.tasks, fromOpportunity());
    await stage.untilEnded([id], 10 * SECOND);
    const before = stage.lists();
    await stage.hints.receive(eventAbout('O1000001'));
    await stage.pass(MINUTE);
    expect(stage.lists()).toBe(before);
  });

  test('that comes while the task is being asked about is not lost: what that answer did not show is asked for an interval later', async () => {
    let whileAsked: (() => Promise<void>) | null = null;
    const around = (sdk: PartnerCentral): PartnerCentral => ({
      ...sdk,
      async listTasks(query) {
        const result = await sdk.listTasks(query);
        await whileAsked?.();
        whileAsked = null;
        return result;
      },
    });
    const stage = await createHinted({ around });
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.pass(59.5 * SECOND);
    await stage.hints.receive(eventAbout('O1000005'));
    whileAsked = () => stage.hints.receive(eventAbout('O1000005'));
    await stage.pass(0);
    expect((await stage.tasks.find(EVERYBODY, id))?.status).toBe('IN_PROGRESS');
    const before = stage.lists();
    await stage.pass(SECOND);
    expect([stage.lists(), (await stage.tasks.find(EVERYBODY, id))?.status]).toEqual([before + 1, 'COMPLETE']);
  });

  test('brings forward a look that was promised for later while polls were spread', async () => {
    const stage = await createHinted();
    const { id } = await accepted(stage.tasks, SLOW);
    await stage.pass(40 * SECOND);
    const later = stage.clock.now() + 10 * MINUTE;
    await stage.db.sql.updateTable('tasks').set({ due_at: later, hurried_at: later }).where('id', '=', id).execute();
    const before = stage.lists();
    await stage.hints.receive(eventAbout('O1000005'));
    await stage.pass(SECOND);
    expect(stage.lists()).toBe(before + 1);
  });

  test('is not heeded as soon as no more is left of the day than what is people’s', async () => {
    const stage = await createHinted({ limits: { reads: { perSecond: 10, perDay: 20 }, writes: UNLIMITED } });
    await accepted(stage.tasks, SLOW);
    await stage.pass(1.5 * SECOND);
    const spend = (count: number) =>
      stage.db.sql.updateTable('quota_totals').set({ call_count: count }).where('quota', '=', 'reads').execute();
    await spend(18);
    await stage.hints.receive(eventAbout('O1000005'));
    expect([stage.writes(), await stage.outcomes()]).toEqual([0, { ignored: 1 }]);
    // One more is spent by the poll that is due.
    await spend(16);
    await stage.pass(SECOND);
    await stage.hints.receive(eventAbout('O1000005'));
    expect([stage.writes(), await stage.outcomes()]).toEqual([1, { ignored: 1, used: 1 }]);
  });

  test('is refused while the database is away, so that it is sent again', async () => {
    const stage = await createStage();
    const hints = createEventIntake({
      ...stage,
      telemetry: createStrictTelemetry(),
      limits: UNLIMITED,
      poll: POLL,
      forget: () => undefined,
    });
    await stage.close();
    await expect(hints.receive(eventAbout('O1000005'))).rejects.toThrow();
  });
});

describe('a flood', () => {
  test('of 2,000 equal events costs one List more for each shortest interval of polls, and a few statements', async () => {
    const stage = await createHinted();
    await accepted(stage.tasks, SLOW);
    await stage.pass(40 * SECOND);
    const before = stage.lists();
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 400 }, () => stage.hints.receive(eventAbout('O1000005'))));
      await stage.pass(200);
    }
    await stage.pass(SECOND);
    // One at once, and one after the interval: the second of the two seconds.
    expect(stage.lists() - before).toBeLessThanOrEqual(2);
    expect(stage.writes()).toBeLessThanOrEqual(2);
  });

  test('of events about ever new ids costs no List and no write', async () => {
    const stage = await createHinted();
    await accepted(stage.tasks, SLOW);
    await stage.pass(40 * SECOND);
    const before = stage.lists();
    await Promise.all(Array.from({ length: 20_000 }, (_, index) => stage.hints.receive(eventAbout(`O2${index}`))));
    await stage.pass(0);
    expect([stage.lists(), stage.writes()]).toEqual([before, 0]);
  });

  test('of events about ever new ids is remembered for the last 10,000 of them', async () => {
    const stage = await createStage();
    const hints = createEventIntake({
      ...stage,
      telemetry: createStrictTelemetry(),
      limits: UNLIMITED,
      poll: POLL,
      forget: () => undefined,
    });
    await hints.receive(eventAbout('O1'));
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => hints.receive(eventAbout(`O2${index}`))));
    await stage.close();
    // What is remembered is no news, and needs no database.
    await hints.receive(eventAbout('O20'));
    await expect(hints.receive(eventAbout('O1'))).rejects.toThrow();
  });

  test('that lasts costs nothing while what is left of the day is for people', async () => {
    const limits = { reads: { perSecond: 10, perDay: 20 }, writes: UNLIMITED };
    const stage = await createHinted({ limits });
    await accepted(stage.tasks, fromOpportunity({ identifier: 'O1000010' }));
    stage.simulator.inject({
      operation: 'ListEngagementFromOpportunityTasks',
      times: Infinity,
      fault: { kind: 'error', name: 'InternalServerException' },
    });
    for (let round = 0; round < 180; round += 1) {
      await stage.hints.receive(eventAbout('O1000010'));
      await stage.pass(MINUTE);
    }
    expect(stage.lists()).toBe(18);
    const writes = stage.writes();
    await stage.hints.receive(eventAbout('O1000010'));
    await stage.pass(HOUR);
    expect([stage.lists(), stage.writes()]).toEqual([18, writes]);
  });
});
