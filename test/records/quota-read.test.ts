import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, SECOND } from '../../src/runtime/clock.js';
import { blockUntil, quotaUsage, takePermit, type QuotaLimits } from '../../src/partner-central/quota/quota.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { isSettled } from '../support/harness/task-harness.js';
import { ENGAGEMENT, OPPORTUNITY } from '../support/fixtures/raw-records.js';
import { held, knowsAllBut, openRecords } from '../support/aws/records.js';

const ONE_A_SECOND: QuotaLimits = { perSecond: 1, perDay: 1000 };
const TWO_A_DAY: QuotaLimits = { perSecond: Infinity, perDay: 2 };

describe('the quota permit of a read', () => {
  test('each call takes a permit from the quota of reads', async () => {
    const { records, db } = await openRecords(knowsAllBut());
    await records.opportunity('SANDBOX', 'O1');
    await records.opportunity('SANDBOX', 'O2');
    const limits = { perSecond: Infinity, perDay: 10 };
    expect((await quotaUsage(db, 'reads', limits)).remainingToday).toBe(8);
    expect((await quotaUsage(db, 'writes', limits)).remainingToday).toBe(10);
  });

  test('a permit is taken after the credentials have arrived, so that it is current when the call leaves', async () => {
    let credentialsCame = () => {};
    const credentials = new Promise<void>((resolve) => (credentialsCame = resolve));
    const { records, stub, db } = await openRecords(knowsAllBut(), TWO_A_DAY, (partnerCentral) => ({
      ...partnerCentral,
      prepare: () => credentials,
    }));
    const asked = records.opportunity('SANDBOX', 'O1');
    expect(await isSettled(asked)).toBe(false);
    expect((await quotaUsage(db, 'reads', TWO_A_DAY)).remainingToday).toBe(2);
    credentialsCame();
    expect((await asked).type).toBe('found');
    expect((await quotaUsage(db, 'reads', TWO_A_DAY)).remainingToday).toBe(1);
    expect(stub.takeAsked()).toEqual(['GetOpportunity']);
  });

  test('a read waits for a permit while others read, but at most 2 s', async () => {
    const { records, stub, clock } = await openRecords(knowsAllBut(), ONE_A_SECOND);
    const asked = ['O1', 'O2', 'O3', 'O4'].map((id) => records.opportunity('SANDBOX', id));
    await clock.whenAsleep();
    await asked[0];
    expect(stub.takeAsked()).toEqual(['GetOpportunity']);
    expect(await isSettled(asked[1] ?? asked[0]!)).toBe(false);
    await clock.advance(1020);
    expect((await asked[1])?.type).toBe('found');
    const spent = {
      type: 'quota-spent',
      message: 'Too many others are reading Partner Central: the limit is 1 a second.',
      retryAfterMs: 2 * SECOND,
    };
    expect(await Promise.all(asked.slice(2))).toEqual([spent, spent]);
    expect(stub.takeAsked()).toEqual(['GetOpportunity']);
  });

  test('a permit goes to the waiting read before one that arrives as it becomes free', async () => {
    const { records, stub, clock } = await openRecords(knowsAllBut(), ONE_A_SECOND);
    // Sleepers of the same moment wake in the order in which they fell asleep.
    const late = clock.sleep(1020).then(() => records.opportunity('SANDBOX', 'O3'));
    await records.opportunity('SANDBOX', 'O1');
    const waiting = records.opportunity('SANDBOX', 'O2');
    await clock.whenAsleep(2);
    await clock.advance(1020);
    expect((await waiting).type).toBe('found');
    await clock.advance(1020);
    expect((await late).type).toBe('found');
    expect(stub.asked.map(({ question }) => question['Identifier'])).toEqual(['O1', 'O2', 'O3']);
  });

  test('a read is refused at once when the daily quota is spent, with the time of the next free call', async () => {
    const { records, stub, clock } = await openRecords(knowsAllBut(), TWO_A_DAY);
    await records.opportunity('SANDBOX', 'O1');
    await clock.advance(HOUR);
    await records.opportunity('SANDBOX', 'O2');
    expect(await records.opportunity('SANDBOX', 'O3')).toEqual({
      type: 'quota-spent',
      message: 'All 2 reads of Partner Central that the account has in 24 hours are spent.',
      retryAfterMs: DAY - HOUR,
    });
    expect(stub.takeAsked()).toHaveLength(2);
    await clock.advance(DAY - HOUR);
    expect((await records.opportunity('SANDBOX', 'O3')).type).toBe('found');
  });

  test('a permit may come from the share of the day that is kept for callers', async () => {
    const { records, db } = await openRecords(knowsAllBut(), TWO_A_DAY);
    await records.opportunity('SANDBOX', 'O1');
    expect(await db.write((tx) => takePermit(db, tx, 'reads', TWO_A_DAY, 1))).toMatchObject({
      type: 'wait',
      because: 'day',
    });
    expect((await records.opportunity('SANDBOX', 'O2')).type).toBe('found');
  });

  test('a read waits for the end of a short rest after throttling, and is refused during a long one', async () => {
    const { records, db, clock } = await openRecords(knowsAllBut());
    // A quota has no row before its first call.
    await records.opportunity('SANDBOX', 'O1');
    await blockUntil(db.sql, 'reads', clock.now() + 2 * SECOND, clock.now());
    const asked = records.opportunity('SANDBOX', 'O2');
    await Promise.race([asked, clock.whenAsleep()]);
    expect(await isSettled(asked)).toBe(false);
    await clock.advance(2 * SECOND);
    expect((await asked).type).toBe('found');
    const latest = await db.sql.selectFrom('quota_calls').select('taken_at').orderBy('id', 'desc').executeTakeFirst();
    expect(latest?.taken_at).toBe(clock.now());
    await blockUntil(db.sql, 'reads', clock.now() + 30 * SECOND, clock.now());
    expect(await records.opportunity('SANDBOX', 'O3')).toEqual({
      type: 'quota-spent',
      message: 'AWS asks for fewer calls.',
      retryAfterMs: 30 * SECOND,
    });
  });
});

test('a database failure fails the read, and blocks no later one', async () => {
  const { records, stub, db } = await openRecords(knowsAllBut());
  await db.close();
  const asked = [
    records.opportunity('SANDBOX', 'O1'),
    ...['O2', 'O3'].map((id) => records.opportunitySummary('SANDBOX', id)),
    records.engagements('SANDBOX', {}, { first: 1, after: null }),
  ];
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  await expect(records.opportunity('SANDBOX', 'O1')).rejects.toThrow('the database is closed');
  expect(stub.takeAsked()).toEqual([]);
});

describe('reads that AWS throttles', () => {
  test('no read calls AWS during the rest that AWS asks for, and each is refused with its length', async () => {
    const { records, stub, db, clock } = await openRecords({
      ...knowsAllBut(),
      GetEngagement: () => refusal('ThrottlingException', {}, { 'retry-after': '7' }),
    });
    expect(await records.engagement('SANDBOX', 'eng-00000000000001')).toEqual({
      type: 'quota-spent',
      message: 'AWS asks for fewer calls.',
      retryAfterMs: 7 * SECOND,
    });
    const unlimited = { perSecond: Infinity, perDay: 1000 };
    expect(await db.write((tx) => takePermit(db, tx, 'reads', unlimited))).toMatchObject({
      type: 'wait',
      because: 'throttled',
      waitMs: 7 * SECOND,
    });
    expect((await records.opportunity('SANDBOX', 'O1')).type).toBe('quota-spent');
    expect(stub.takeAsked()).toEqual(['GetEngagement']);
    await clock.advance(7 * SECOND);
    expect((await records.opportunity('SANDBOX', 'O1')).type).toBe('found');
  });

  test('the rest doubles each time in a row, until a call succeeds', async () => {
    const { records, stub, clock } = await openRecords();
    const throttledFor = async () => {
      const found = await records.opportunity('SANDBOX', 'O1');
      if (found.type !== 'quota-spent') throw new Error(found.type);
      await clock.advance(found.retryAfterMs);
      return found.retryAfterMs;
    };
    stub.answers['GetOpportunity'] = () => refusal('ThrottlingException');
    expect([await throttledFor(), await throttledFor(), await throttledFor()]).toEqual([
      1 * SECOND,
      2 * SECOND,
      4 * SECOND,
    ]);
    stub.answers['GetOpportunity'] = () => ok(OPPORTUNITY);
    expect((await records.opportunity('SANDBOX', 'O2')).type).toBe('found');
    stub.answers['GetOpportunity'] = () => refusal('ThrottlingException');
    expect(await throttledFor()).toBe(1 * SECOND);
  });

  test('calls that were in flight together count as one', async () => {
    const [first, second] = [held(refusal('ThrottlingException')), held(refusal('ThrottlingException'))];
    const { records, stub } = await openRecords({ GetOpportunity: first.answer, GetEngagement: second.answer });
    const asked = [records.opportunity('SANDBOX', 'O1'), records.engagement('SANDBOX', ENGAGEMENT.Id)];
    await stub.whenAsked(2);
    first.give();
    second.give();
    expect(await Promise.all(asked)).toMatchObject([{ retryAfterMs: 1 * SECOND }, { retryAfterMs: 1 * SECOND }]);
  });
});
