/** Permits in the database: spacing, the rolling day, blocks and a clock that is set; and the usage that they leave. */
import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import {
  blockUntil,
  quotaUsage,
  takePermit,
  type QuotaLimits,
  type QuotaName,
} from '../../../src/partner-central/quota/quota.js';
import { closeLater } from '../../support/harness/task-harness.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const NOW = Date.UTC(2026, 0, 1);
const WRITES: QuotaLimits = { perSecond: 1, perDay: 10_000 };

async function ask(db: Database, quota: QuotaName, limits: QuotaLimits, reserve = 0) {
  return db.write((tx) => takePermit(db, tx, quota, limits, reserve));
}

async function open() {
  const clock = createManualClock(NOW);
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  return { db, clock };
}

describe('takePermit', () => {
  test('permits are one spacing apart', async () => {
    const { db, clock } = await open();
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'taken' });
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'wait', until: NOW + 1020, waitMs: 1020, because: 'rate' });
    await clock.advance(1019);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ type: 'wait', until: NOW + 1020 });
    await clock.advance(1);
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'taken' });
  });

  test('permits are counted over the rolling 24 hours', async () => {
    const { db, clock } = await open();
    const limits = { perSecond: 1, perDay: 3 };
    for (let hour = 0; hour < 3; hour += 1) {
      expect((await ask(db, 'writes', limits)).type).toBe('taken');
      await clock.advance(HOUR);
    }
    expect(await ask(db, 'writes', limits)).toMatchObject({ type: 'wait', until: NOW + DAY, because: 'day' });
    await clock.advance(21 * HOUR - 1);
    expect((await ask(db, 'writes', limits)).type).toBe('wait');
    await clock.advance(1);
    expect((await ask(db, 'writes', limits)).type).toBe('taken');
    expect(await ask(db, 'writes', limits)).toMatchObject({ type: 'wait', until: NOW + DAY + HOUR, because: 'day' });
  });

  test('a caller leaves the reserve of the day to others', async () => {
    const { db, clock } = await open();
    const limits = { perSecond: 1, perDay: 3 };
    expect((await ask(db, 'reads', limits, 2)).type).toBe('taken');
    await clock.advance(MINUTE);
    expect(await ask(db, 'reads', limits, 2)).toMatchObject({ because: 'day' });
    expect((await ask(db, 'reads', limits)).type).toBe('taken');
  });

  test('reads and writes have separate quotas', async () => {
    const { db } = await open();
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
    expect((await ask(db, 'reads', WRITES)).type).toBe('taken');
    await blockUntil(db.sql, 'reads', NOW + 10 * MINUTE, NOW);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ because: 'rate' });
  });

  test('one of a thousand concurrent requests takes a permit', async () => {
    const { db } = await open();
    const permits = await Promise.all(Array.from({ length: 1000 }, () => ask(db, 'writes', WRITES)));
    expect(permits.filter((permit) => permit.type === 'taken')).toHaveLength(1);
  });

  test('a transaction that is rolled back spends no permit', async () => {
    const { db } = await open();
    const failing = db.write(async (tx) => {
      await takePermit(db, tx, 'writes', WRITES);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await quotaUsage(db, 'writes', WRITES)).remainingToday).toBe(10_000);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('a block of AWS stops permits, and the longest block counts', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await blockUntil(db.sql, 'writes', NOW + MINUTE, NOW);
    await blockUntil(db.sql, 'writes', NOW + 10 * SECOND, NOW);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ type: 'wait', until: NOW + MINUTE, because: 'throttled' });
    await clock.advance(MINUTE);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('a clock that was set back delays a permit by one spacing at most', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    clock.jump(-HOUR);
    const first = await ask(db, 'writes', WRITES);
    expect(first).toEqual({ type: 'wait', until: NOW - HOUR + 1020, waitMs: 1020, because: 'rate' });
    await clock.advance(1020);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('a block keeps its length after the clock was set back', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await blockUntil(db.sql, 'writes', clock.now() + MINUTE, clock.now());
    clock.jump(-DAY);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ because: 'throttled', waitMs: MINUTE });
    await clock.advance(MINUTE);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(1);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('a block further ahead than AWS can ask for is ignored, and the next block replaces it', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await blockUntil(db.sql, 'writes', clock.now() + DAY, clock.now());
    await clock.advance(MINUTE);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(1);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
    await blockUntil(db.sql, 'writes', clock.now() + MINUTE, clock.now());
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ because: 'throttled', waitMs: MINUTE });
  });

  test.each([
    ['forward by a hundred days', [100 * DAY]],
    ['forward and back', [100 * DAY, -100 * DAY]],
    ['forward by an hour and back by a day', [HOUR, -DAY]],
    ['forward twice', [5 * HOUR, DAY]],
  ])('permits never exceed the day while the clock is set %s', async (_how, jumps) => {
    const { db, clock } = await open();
    const limits = { perSecond: 1, perDay: 3 };
    const began = clock.monotonic();
    for (const jumpMs of jumps) {
      expect((await ask(db, 'writes', limits)).type).toBe('taken');
      await clock.advance(HOUR);
      clock.jump(jumpMs);
    }
    let until = Infinity;
    for (let taken = jumps.length; taken < 4;) {
      const permit = await ask(db, 'writes', limits);
      if (permit.type === 'taken') taken += 1;
      else await clock.advance(permit.waitMs);
      until = clock.monotonic() - began;
    }
    // The fourth permit waits until the first is a day old.
    expect(until).toBeGreaterThanOrEqual(DAY);
    expect(until).toBeLessThan(DAY + 4 * HOUR);
  });
});

describe('quotaUsage', () => {
  test('the usage is zero before the first call', async () => {
    const { db } = await open();
    const usage = await quotaUsage(db, 'writes', WRITES);
    expect(usage).toMatchObject({ perSecond: 1, perDay: 10_000, availableNow: 1, remainingToday: 10_000 });
    expect(usage.spent.map(({ count }) => count)).toEqual(Array(10).fill(0));
  });

  test('the usage counts the calls of 24 hours, and shows how near the next permit is', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    expect(await quotaUsage(db, 'writes', WRITES)).toMatchObject({ availableNow: 0, remainingToday: 9_999 });
    await clock.advance(510);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBeCloseTo(0.5);
    await clock.advance(HOUR);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(1);
    await clock.advance(DAY);
    expect((await quotaUsage(db, 'writes', WRITES)).remainingToday).toBe(10_000);
  });

  test('nothing is available during a block or after the day is spent', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await clock.advance(MINUTE);
    await blockUntil(db.sql, 'writes', clock.now() + MINUTE, clock.now());
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(0);
    await clock.advance(MINUTE);
    expect(await quotaUsage(db, 'writes', { perSecond: 1, perDay: 1 })).toMatchObject({
      availableNow: 0,
      remainingToday: 0,
    });
  });
});
