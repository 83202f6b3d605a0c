import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { createEventWatch } from '../../../src/worker/events/event-watch.js';
import { awaitedSince } from '../../../src/worker/events/awaited-since.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import { createManualClock, type ManualClock } from '../../support/fakes/manual-clock.js';
import { acceptStart, recordObservation } from '../../support/harness/record-one.js';
import { answerWith, createStrictTelemetry, fromOpportunity, closeLater } from '../../support/harness/task-harness.js';

const EVENT = {
  source: 'aws.partnercentral-selling',
  detail: { catalog: 'Sandbox', opportunity: { identifier: 'O1' } },
};
const NOTICE = expect.stringMatching(/^No event of EventBridge has come for 3 days.*Enable events in Partner Central/);

async function open(isAwaiting = true) {
  const clock = createManualClock();
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  return { clock, db, ...(await watchOn(db, clock, isAwaiting)) };
}

/** Another gateway on the same database, or the same one after a restart. */
async function watchOn(db: Database, clock: ManualClock, isAwaiting = true) {
  const logged: string[] = [];
  const strict = createStrictTelemetry();
  const telemetry = {
    unexpected: (what: string, error: unknown) => strict.unexpected(what, error),
    log: { warn: (message: string) => logged.push(message) },
  };
  return { logged, watch: await createEventWatch({ db, clock, telemetry, isAwaiting }) };
}

/** A task that is accepted and ends now. */
async function endTask(db: Database, status: 'COMPLETE' | 'FAILED' = 'COMPLETE'): Promise<void> {
  const telemetry = createStrictTelemetry();
  const clientToken = `token at ${await db.now()}`;
  const outcome = await acceptStart(db, telemetry, { subject: null, input: fromOpportunity(), clientToken });
  if (outcome.type !== 'accepted') throw new Error('The start was not accepted.');
  const epoch = await db.write((tx) => beginEpoch(tx));
  await recordObservation(db, telemetry, epoch, outcome.task.id, { type: 'answered', answer: answerWith({ status }) });
}

describe('the notice that events are missing', () => {
  test('the notice appears three days after the first start with events, if a task was completed', async () => {
    const { clock, db, watch } = await open();
    await clock.advance(SECOND);
    await endTask(db);
    await clock.advance(3 * DAY - 2 * SECOND);
    expect(await watch.notice()).toBeNull();
    await clock.advance(SECOND);
    expect(await watch.notice()).toEqual(NOTICE);
  });

  test('the notice does not appear without a completed task, because a failed one causes no event', async () => {
    const { clock, db, watch } = await open();
    await clock.advance(HOUR);
    await endTask(db, 'FAILED');
    await clock.advance(10 * DAY);
    expect(await watch.notice()).toBeNull();
  });

  test('the notice waits for the events of a task that has just been completed', async () => {
    const { clock, db, watch } = await open();
    await clock.advance(10 * DAY);
    await endTask(db);
    expect(await watch.notice()).toBeNull();
    await clock.advance(HOUR);
    expect(await watch.notice()).toEqual(NOTICE);
  });

  test('an event of Partner Central ends the notice, also for the other gateways', async () => {
    const { clock, db, watch } = await open();
    const other = await watchOn(db, clock);
    await clock.advance(SECOND);
    await endTask(db);
    await clock.advance(3 * DAY);
    for (const event of [{}, { ...EVENT, source: 'aws.ec2' }, 'text']) await watch.arrived(event);
    expect(await other.watch.notice()).toEqual(NOTICE);
    await watch.arrived(EVENT);
    expect([await watch.notice(), await other.watch.notice()]).toEqual([null, null]);
    await clock.advance(4 * DAY);
    expect(await other.watch.notice()).toBeNull();
    await endTask(db);
    await clock.advance(HOUR);
    expect(await other.watch.notice()).toEqual(NOTICE);
  });

  test('a restart forgets no time', async () => {
    const { clock, db } = await open();
    await clock.advance(SECOND);
    await endTask(db);
    await clock.advance(3 * DAY);
    expect(await (await watchOn(db, clock)).watch.notice()).toEqual(NOTICE);
  });

  test('a gateway without HINTS_SECRET awaits no events, and the wait begins again with the next one that does', async () => {
    const { clock, db } = await open();
    await clock.advance(SECOND);
    await endTask(db);
    await clock.advance(3 * DAY);
    const without = await watchOn(db, clock, false);
    expect([await without.watch.notice(), await awaitedSince(db.sql)]).toEqual([null, 0]);
    const again = await watchOn(db, clock);
    expect([await again.watch.notice(), await awaitedSince(db.sql)]).toEqual([null, clock.now()]);
  });

  test('a time in the future, left by a corrected clock, is set to the present', async () => {
    const { clock, db } = await open();
    clock.jump(-DAY);
    await watchOn(db, clock);
    expect(await awaitedSince(db.sql)).toBe(clock.now());
  });

  test('a flood of events is written once in ten minutes', async () => {
    const { clock, db, watch } = await open();
    const at: number[] = [];
    for (let minute = 0; minute < 21; minute += 1) {
      await watch.arrived(EVENT);
      at.push(await awaitedSince(db.sql));
      await clock.advance(MINUTE);
    }
    expect(new Set(at).size).toBe(3);
  });

  test('an event that could not be written is written with its repetition', async () => {
    const { clock, db, watch } = await open();
    let fails = true;
    const broken: Database = {
      ...db,
      write: (work) => (fails ? Promise.reject(new Error('no disk')) : db.write(work)),
    };
    await clock.advance(SECOND);
    await expect(watchOn(broken, clock)).rejects.toThrow('no disk');
    fails = false;
    const { watch: on } = await watchOn(broken, clock);
    fails = true;
    await expect(on.arrived(EVENT)).rejects.toThrow('no disk');
    fails = false;
    await on.arrived(EVENT);
    expect(await awaitedSince(db.sql)).toBe(clock.now());
    expect(await watch.notice()).toBeNull();
  });

  test('the log has the notice within an hour, then once a day while it lasts', async () => {
    const { clock, db, watch, logged } = await open();
    const ending = new AbortController();
    const watching = watch.watch(ending.signal);
    await clock.advance(SECOND);
    await endTask(db);
    const pass = async (hours: number) => {
      for (let hour = 0; hour < hours; hour += 1) {
        await clock.whenAsleep();
        await clock.advance(HOUR);
      }
      await clock.whenAsleep();
    };
    await pass(71);
    expect(logged).toEqual([]);
    await pass(1);
    expect(logged).toEqual([NOTICE]);
    await pass(23);
    expect(logged).toHaveLength(1);
    await pass(1);
    expect(logged).toHaveLength(2);
    await watch.arrived(EVENT);
    await pass(48);
    expect(logged).toHaveLength(2);
    ending.abort();
    await watching;
  });
});
