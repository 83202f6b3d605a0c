import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import {
  LONGEST_BLOCK_MS,
  blockUntil,
  decidePermission,
  latestCallAt,
  quotaUsage,
  spacingMs,
  takePermission,
  type QuotaLimits,
  type QuotaName,
} from '../../../src/partner-central/quota/quota.js';
import { closeLater } from '../../support/harness/task-harness.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const NOW = Date.UTC(2026, 0, 1);
const WRITES: QuotaLimits = { perSecond: 1, perDay: 10_000 };

const aLimit = fc.record({
  perSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  perDay: fc.integer({ min: 1, max: 100_000 }),
});
const someFacts = fc.record({
  callCount: fc.nat({ max: 100_000 }),
  oldestAt: fc.option(fc.integer({ min: NOW - DAY + 1, max: NOW }), { nil: null }),
  latestAt: fc.option(fc.integer({ min: NOW - DAY + 1, max: NOW }), { nil: null }),
  blockedUntil: fc.oneof(fc.constant(0), fc.integer({ min: NOW - HOUR, max: NOW + HOUR })),
});

describe('the decision about a call', () => {
  const check = (
    property: (facts: Parameters<typeof decidePermission>[0], limits: QuotaLimits, reserve: number) => void,
  ) => fc.assert(fc.property(someFacts, aLimit, fc.nat({ max: 50 }), property), { verbose: 1 });

  test('allows it exactly when AWS has not asked to wait, the day has room beside the reserve, and the latest call is a spacing ago', () => {
    check((facts, limits, reserve) => {
      const { type } = decidePermission(facts, limits, reserve, NOW);
      const isBlocked = facts.blockedUntil > NOW && facts.blockedUntil <= NOW + LONGEST_BLOCK_MS;
      const isFree = !isBlocked && facts.callCount < limits.perDay - reserve;
      expect(type === 'taken').toBe(
        isFree && (facts.latestAt === null || Math.ceil(facts.latestAt + spacingMs(limits)) <= NOW),
      );
    });
  });

  test('otherwise names a later moment', () => {
    check((facts, limits, reserve) => {
      const permission = decidePermission(facts, limits, reserve, NOW);
      if (permission.type === 'wait') expect(permission.until).toBeGreaterThan(NOW);
    });
  });

  test('waits for the rate no longer than a spacing', () => {
    check((facts, limits, reserve) => {
      const permission = decidePermission(facts, limits, reserve, NOW);
      if (permission.type === 'wait' && permission.because === 'rate')
        expect(permission.until - NOW).toBeLessThanOrEqual(Math.ceil(spacingMs(limits)));
    });
  });

  test('spaces calls a little wider than the rate', () => {
    fc.assert(
      fc.property(aLimit, (limits) => expect(spacingMs(limits)).toBeGreaterThan(SECOND / limits.perSecond)),
      { verbose: 1 },
    );
    expect(spacingMs(WRITES)).toBe(1020);
  });
});

async function ask(db: Database, quota: QuotaName, limits: QuotaLimits, reserve = 0) {
  return db.write((tx) => takePermission(db, tx, quota, limits, reserve));
}

async function open() {
  const clock = createManualClock(NOW);
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  return { db, clock };
}

describe('permissions in the database', () => {
  test('are given one a spacing', async () => {
    const { db, clock } = await open();
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'taken' });
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'wait', until: NOW + 1020, waitMs: 1020, because: 'rate' });
    await clock.advance(1019);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ type: 'wait', until: NOW + 1020 });
    await clock.advance(1);
    expect(await ask(db, 'writes', WRITES)).toEqual({ type: 'taken' });
  });

  test('are counted over the rolling day', async () => {
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

  test('leave the reserve of the day to others', async () => {
    const { db, clock } = await open();
    const limits = { perSecond: 1, perDay: 3 };
    expect((await ask(db, 'reads', limits, 2)).type).toBe('taken');
    await clock.advance(MINUTE);
    expect(await ask(db, 'reads', limits, 2)).toMatchObject({ because: 'day' });
    expect((await ask(db, 'reads', limits)).type).toBe('taken');
  });

  test('of reads and writes are apart', async () => {
    const { db } = await open();
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
    expect((await ask(db, 'reads', WRITES)).type).toBe('taken');
    await blockUntil(db.sql, 'reads', NOW + 10 * MINUTE, NOW);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ because: 'rate' });
  });

  test('asked for by a thousand at once are given to one', async () => {
    const { db } = await open();
    const asked = await Promise.all(Array.from({ length: 1000 }, () => ask(db, 'writes', WRITES)));
    expect(asked.filter((permission) => permission.type === 'taken')).toHaveLength(1);
  });

  test('are not spent by a transaction that is rolled back', async () => {
    const { db } = await open();
    const failing = db.write(async (tx) => {
      await takePermission(db, tx, 'writes', WRITES);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await quotaUsage(db, 'writes', WRITES)).remainingToday).toBe(10_000);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('are not given while AWS asks to wait, and the longest such wait counts', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await blockUntil(db.sql, 'writes', NOW + MINUTE, NOW);
    await blockUntil(db.sql, 'writes', NOW + 10 * SECOND, NOW);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ type: 'wait', until: NOW + MINUTE, because: 'throttled' });
    await clock.advance(MINUTE);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('are not held up for longer than a spacing by a clock that was set back', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    clock.jump(-HOUR);
    const first = await ask(db, 'writes', WRITES);
    expect(first).toEqual({ type: 'wait', until: NOW - HOUR + 1020, waitMs: 1020, because: 'rate' });
    await clock.advance(1020);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('wait after a clock was set back for as long as AWS has asked, and no longer', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    await blockUntil(db.sql, 'writes', clock.now() + MINUTE, clock.now());
    clock.jump(-DAY);
    expect(await ask(db, 'writes', WRITES)).toMatchObject({ because: 'throttled', waitMs: MINUTE });
    await clock.advance(MINUTE);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(1);
    expect((await ask(db, 'writes', WRITES)).type).toBe('taken');
  });

  test('do not wait for a time that lies further ahead than AWS can ask for, and a later wish of AWS replaces it', async () => {
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
  ])('are never more than the day allows while the clock is set %s', async (_how, jumps) => {
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
      const permission = await ask(db, 'writes', limits);
      if (permission.type === 'taken') taken += 1;
      else await clock.advance(permission.waitMs);
      until = clock.monotonic() - began;
    }
    // The fourth had to wait for the first to be a day old.
    expect(until).toBeGreaterThanOrEqual(DAY);
    expect(until).toBeLessThan(DAY + 4 * HOUR);
  });

  test.each([
    ['in memory', 60],
    ['on disk, with restarts', 10],
  ])(
    'are never more than the rate or the day allows in any window, and always given in the end, over any schedule: %s',
    async (where, numRuns) => {
      const onDisk = where !== 'in memory';
      const step = fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            type: fc.constant('pass' as const),
            ms: fc.oneof(fc.nat({ max: 3000 }), fc.nat({ max: HOUR }), fc.nat({ max: DAY })),
          }),
        },
        {
          weight: 6,
          arbitrary: fc.record({ type: fc.constant('ask' as const), times: fc.integer({ min: 1, max: 4 }) }),
        },
        { weight: 2, arbitrary: fc.constant({ type: 'patient' as const }) },
        { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
        { weight: 1, arbitrary: fc.record({ type: fc.constant('block' as const), ms: fc.nat({ max: 90_000 }) }) },
      );
      const someLimits = fc.record({
        perSecond: fc.constantFrom(0.5, 1, 3, 10),
        perDay: fc.integer({ min: 1, max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), someLimits, async (steps, limits) => {
          const dataDir = onDisk ? await mkdtemp(join(tmpdir(), 'quota-')) : ':memory:';
          const clock = createManualClock(NOW);
          let db = await openDatabase({ dataDir, clock });
          try {
            const taken: number[] = [];
            const blocks: { from: number; until: number }[] = [];
            const askOnce = async () => {
              const permission = await ask(db, 'reads', limits);
              if (permission.type === 'taken') taken.push(clock.now());
              return permission;
            };
            for (const now of steps) {
              if (now.type === 'pass') await clock.advance(now.ms);
              else if (now.type === 'ask') for (let time = 0; time < now.times; time += 1) await askOnce();
              else if (now.type === 'patient') {
                // Whoever waits as told is given permission after a few waits: throttled, then the day, then the rate.
                let waits = 0;
                for (let permission = await askOnce(); permission.type === 'wait'; permission = await askOnce()) {
                  await clock.advance(permission.until - clock.now());
                  waits += 1;
                  expect(waits).toBeLessThanOrEqual(3);
                }
              } else if (now.type === 'block') {
                if (taken.length === 0) continue;
                blocks.push({ from: clock.now(), until: clock.now() + now.ms });
                await blockUntil(db.sql, 'reads', clock.now() + now.ms, clock.now());
              } else if (onDisk) {
                await db.close();
                db = await openDatabase({ dataDir, clock });
              }
            }
            for (const [index, at] of taken.entries()) {
              const before = taken.slice(0, index + 1);
              expect(before.filter((other) => other > at - DAY).length).toBeLessThanOrEqual(limits.perDay);
              expect(before.filter((other) => other > at - SECOND).length).toBeLessThanOrEqual(
                Math.max(1, limits.perSecond),
              );
              if (index > 0) expect(at - (taken[index - 1] ?? 0)).toBeGreaterThanOrEqual(SECOND / limits.perSecond);
              for (const block of blocks) expect(at > block.from && at < block.until).toBe(false);
            }
            const usage = await quotaUsage(db, 'reads', limits);
            const takenWithin = (ms: number) => taken.filter((at) => at > clock.now() - ms).length;
            expect(usage.remainingToday).toBe(limits.perDay - takenWithin(DAY));
            expect(usage.spent).toEqual(
              [1, 2, 3, 4, 6, 8, 12, 16, 20, 24].map((hours) => ({
                withinMs: hours * HOUR,
                count: takenWithin(hours * HOUR),
              })),
            );
          } finally {
            await db.close();
            if (onDisk) await rm(dataDir, { recursive: true });
          }
        }),
        { verbose: 1, numRuns },
      );
    },
  );
});

describe('the usage of a quota', () => {
  test('is nothing before the first call', async () => {
    const { db } = await open();
    const usage = await quotaUsage(db, 'writes', WRITES);
    expect(usage).toMatchObject({ perSecond: 1, perDay: 10_000, availableNow: 1, remainingToday: 10_000 });
    expect(usage.spent.map(({ count }) => count)).toEqual(Array(10).fill(0));
    expect(await latestCallAt(db.sql, 'writes')).toBeNull();
  });

  test('counts the calls of 24 hours, and tells how near the next one is', async () => {
    const { db, clock } = await open();
    await ask(db, 'writes', WRITES);
    expect(await quotaUsage(db, 'writes', WRITES)).toMatchObject({ availableNow: 0, remainingToday: 9_999 });
    expect(await latestCallAt(db.sql, 'writes')).toBe(NOW);
    await clock.advance(510);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBeCloseTo(0.5);
    await clock.advance(HOUR);
    expect((await quotaUsage(db, 'writes', WRITES)).availableNow).toBe(1);
    await clock.advance(DAY);
    expect((await quotaUsage(db, 'writes', WRITES)).remainingToday).toBe(10_000);
  });

  test('has nothing available while AWS asks to wait, or when the day is spent', async () => {
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
