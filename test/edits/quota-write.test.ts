/** Permits of edits beside starts, on one clock that only the test moves: worker, SDK, simulator and database are real. */
import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, SECOND } from '../../src/runtime/clock.js';
import { createQuotaWrite, type Written } from '../../src/edits/quota-write.js';
import { quotaUsage } from '../../src/partner-central/quota/quota.js';
import { writeOperation } from '../support/aws/write-operation.js';
import { fromOpportunity } from '../support/harness/task-harness.js';
import {
  LIMITS,
  createWorkerHarness,
  startMany,
  type WorkerHarnessOptions,
} from '../support/harness/worker-harness.js';

const SPACING_MS = 1020;
const WAIT_MS = 8 * SECOND;
/** A start that ends within its call, so that nothing is polled. */
const QUICK = fromOpportunity({ identifier: 'O1000004' });

async function openWriter(limits = LIMITS, options: WorkerHarnessOptions = {}) {
  const harness = await createWorkerHarness({
    limits,
    simulator: { writesPerSecond: limits.writes.perSecond },
    ...options,
  });
  const { db, clock, telemetry, partnerCentral } = harness;
  const sent: { readonly subject: string | null; readonly at: number }[] = [];
  /** A gateway on the same database. */
  const openGateway = (waitMs = WAIT_MS) => {
    const write = createQuotaWrite({ db, partnerCentral, limits: limits.writes, waitMs, clock, telemetry });
    return (subject: string | null, identifier = 'O1000004'): Promise<Written<string>> =>
      write(
        subject,
        writeOperation(() => sent.push({ subject, at: clock.now() })),
        identifier,
      );
  };
  const sentBy = (subject: string) => sent.filter((call) => call.subject === subject).map(({ at }) => at);
  return { ...harness, openGateway, edit: openGateway(), sent, sentBy };
}

/** The outcome of each call at the simulator, and the times between them. */
function paceOf({ calls }: Awaited<ReturnType<typeof openWriter>>) {
  const all = calls('Start');
  return {
    outcomes: [...new Set(all.map(({ outcome }) => outcome))],
    gaps: all.slice(1).map(({ at }, index) => at - (all[index]?.at ?? 0)),
  };
}

describe('an edit beside starts', () => {
  test('an edit is sent within three seconds with 200 starts queued, also on another gateway, and no permit is lost', async () => {
    const writer = await openWriter();
    await startMany(writer.tasks, 200, QUICK);
    await writer.pass(5.5 * SECOND);
    const elsewhere = writer.openGateway();
    for (const [subject, edit] of [
      ['ann', writer.edit],
      ['bob', elsewhere],
    ] as const) {
      const begunAt = writer.clock.now();
      const edited = edit(subject);
      await writer.pass(3 * SECOND);
      expect(await edited).toMatchObject({ type: 'answered' });
      expect((writer.sentBy(subject)[0] ?? Infinity) - begunAt).toBeLessThanOrEqual(2 * SPACING_MS);
    }
    await writer.pass(20 * SECOND);
    const { outcomes, gaps } = paceOf(writer);
    expect(outcomes).toEqual(['ok']);
    expect(new Set(gaps)).toEqual(new Set([SPACING_MS]));
  });

  test('starts and edits alternate while both wait, and subjects on two gateways take turns', async () => {
    const writer = await openWriter();
    await startMany(writer.tasks, 30, QUICK);
    await writer.pass(100);
    const elsewhere = writer.openGateway(60 * SECOND);
    const here = writer.openGateway(60 * SECOND);
    const edits = [here('ann'), here('ann'), here('ann'), elsewhere('ann'), elsewhere('bob'), elsewhere('bob')];
    await writer.pass(20 * SECOND);
    expect((await Promise.all(edits)).map(({ type }) => type)).toEqual(Array(6).fill('answered'));
    const at = new Map(writer.sent.map((call) => [call.at, call.subject]));
    const order = writer.calls('Start').map((call) => at.get(call.at) ?? 'start');
    const turns = ['start', 'ann', 'start', 'bob', 'start', 'ann', 'start', 'bob', 'start', 'ann', 'start', 'ann'];
    expect(order.slice(0, 12)).toEqual(turns);
    expect(paceOf(writer).gaps.slice(0, 12)).toEqual(Array(12).fill(SPACING_MS));
  });

  test('starts are sent without a pause after the edits have ended or have given up', async () => {
    const writer = await openWriter();
    await startMany(writer.tasks, 20, QUICK);
    const hasty = writer.openGateway(0);
    await writer.pass(1500);
    const refused = hasty('ann');
    const edited = writer.edit('bob');
    await writer.pass(15 * SECOND);
    expect((await refused).type).toBe('quota-spent');
    expect((await edited).type).toBe('answered');
    expect(new Set(paceOf(writer).gaps)).toEqual(new Set([SPACING_MS]));
  });

  test('a gateway that dies while its edits wait holds up starts for one spacing', async () => {
    const writer = await openWriter();
    await startMany(writer.tasks, 20, QUICK);
    await writer.pass(100);
    // The claims of three edits that were about to be sent, and whose gateway is gone.
    const soon = writer.clock.now() + 2 * SPACING_MS;
    const dead = ['ann', 'bob', 'cy'].map((subject) => ({ writer: `edits of ${subject}`, waits_until: soon }));
    await writer.db.sql
      .insertInto('write_turns')
      .values(dead.map((turn) => ({ ...turn, served_at: 0, asked_at: writer.clock.now() })))
      .execute();
    await writer.pass(10 * SECOND);
    const late = paceOf(writer).gaps.filter((gap) => gap !== SPACING_MS);
    expect(late).toHaveLength(1);
    expect(late[0]).toBeLessThanOrEqual(2 * SPACING_MS + 100);
  });

  test('a claim from before the clock was set back does not hold up the others', async () => {
    const writer = await openWriter();
    await startMany(writer.tasks, 10, QUICK);
    const edited = writer.edit('ann');
    await writer.pass(500);
    writer.clock.jump(-HOUR);
    await writer.pass(20 * SECOND);
    expect((await edited).type).toBe('answered');
    expect(writer.calls('Start')).toHaveLength(11);
  });

  test.each([1, 5, 9])('turns go on after the clock was set back by %d s', async (seconds) => {
    const writer = await openWriter();
    await startMany(writer.tasks, 60, QUICK);
    const before = writer.edit('ann');
    while (writer.sentBy('ann').length === 0) await writer.pass(100);
    expect((await before).type).toBe('answered');
    writer.clock.jump(-seconds * SECOND);
    const begunAt = writer.clock.now();
    const edits = [writer.edit('bob'), writer.edit('bob')];
    await writer.pass(8 * SECOND);
    expect((await Promise.all(edits)).map(({ type }) => type)).toEqual(['answered', 'answered']);
    expect((writer.sentBy('bob')[0] ?? Infinity) - begunAt).toBeLessThanOrEqual(3 * SECOND);
  });
});

describe('an edit without a permit', () => {
  test('an edit that gets no permit within START_WAIT_MS is QUOTA_SPENT with the wait, and nothing is sent', async () => {
    const writer = await openWriter();
    const edits = Array.from({ length: 12 }, () => writer.edit('ann'));
    const begunAt = writer.clock.now();
    await writer.pass(WAIT_MS);
    const results = await Promise.all(edits);
    expect(results.slice(0, 8).map(({ type }) => type)).toEqual(Array(8).fill('answered'));
    expect(results.slice(8)).toEqual(
      Array(4).fill({
        type: 'quota-spent',
        message: 'Too many others are writing: the limit is 1 a second.',
        retryAfterMs: expect.any(Number),
      }),
    );
    await writer.pass(WAIT_MS);
    expect(writer.sent.map(({ at }) => at - begunAt)).toEqual(Array.from({ length: 8 }, (_, n) => n * SPACING_MS));
    expect((await quotaUsage(writer.db, 'writes', LIMITS.writes)).remainingToday).toBe(10_000 - 8);
  });

  test('an edit is refused at once when the day is spent, with the time of the next free write', async () => {
    const writer = await openWriter({ ...LIMITS, writes: { perSecond: 1, perDay: 1 } });
    const first = writer.edit('ann');
    await writer.pass(HOUR);
    expect((await first).type).toBe('answered');
    expect(await writer.edit('ann')).toEqual({
      type: 'quota-spent',
      message: 'All 1 writes of Partner Central that the account has in 24 hours are spent.',
      retryAfterMs: DAY - HOUR,
    });
    expect(writer.sent).toHaveLength(1);
  });

  test('a throttled edit blocks the quota for starts too, and the next edit says so', async () => {
    const writer = await openWriter();
    const fault = { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' } as const;
    writer.simulator.inject({ times: 4, fault });
    const throttled: string[] = [];
    for (let time = 0; time < 4; time += 1) {
      const edited = writer.edit('ann');
      await writer.pass(20 * SECOND);
      throttled.push((await edited).type);
    }
    expect(throttled).toEqual(Array(4).fill('quota-spent'));
    writer.simulator.inject({ times: 1, fault });
    const last = writer.edit('ann');
    await writer.pass(100);
    expect(await last).toEqual({ type: 'quota-spent', message: 'AWS asks for fewer calls.', retryAfterMs: 16_000 });
    const blockedAt = writer.clock.now() - 100;
    expect(await writer.edit('bob')).toMatchObject({ message: 'AWS asks for fewer calls.', retryAfterMs: 15_900 });
    await startMany(writer.tasks, 1, QUICK);
    await writer.pass(30 * SECOND);
    expect(writer.calls('Start').at(-1)?.at).toBe(blockedAt + 16_000);
  });

  test('a database that fails rejects every edit that waits, and later edits are served', async () => {
    let isBroken = false;
    const writer = await openWriter(LIMITS, {
      aroundDb: (db) => ({
        ...db,
        write: (work) => (isBroken ? Promise.reject(new Error('no disk')) : db.write(work)),
      }),
    });
    const edits = [writer.edit('bob'), writer.edit('bob')];
    await writer.pass(100);
    isBroken = true;
    const failing = expect(Promise.allSettled(edits)).resolves.toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { message: 'no disk' } },
    ]);
    await writer.pass(SPACING_MS);
    await failing;
    isBroken = false;
    const later = writer.edit('bob');
    await writer.pass(SPACING_MS);
    expect((await later).type).toBe('answered');
  });
});
