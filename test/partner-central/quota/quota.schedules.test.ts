/** The limits of a quota over random schedules of calls, blocks, clock time and restarts. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR, SECOND } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { blockUntil, quotaUsage, takePermit } from '../../../src/partner-central/quota/quota.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const NOW = Date.UTC(2026, 0, 1);

describe('takePermit', () => {
  test.each([
    ['in memory', 60],
    ['on disk, with restarts', 10],
  ])(
    'permits keep the rate and the day in every window, and are given in the end, over any schedule: %s',
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
              const permit = await db.write((tx) => takePermit(db, tx, 'reads', limits));
              if (permit.type === 'taken') taken.push(clock.now());
              return permit;
            };
            for (const now of steps) {
              if (now.type === 'pass') await clock.advance(now.ms);
              else if (now.type === 'ask') for (let time = 0; time < now.times; time += 1) await askOnce();
              else if (now.type === 'patient') {
                // A caller that waits as asked gets a permit after at most three waits: block, day, rate.
                let waits = 0;
                for (let permit = await askOnce(); permit.type === 'wait'; permit = await askOnce()) {
                  await clock.advance(permit.until - clock.now());
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
