/** The calls of a quota in steps, on both databases. */
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { takePermit } from '../../../src/partner-central/quota/quota.js';
import { quotaCalls } from '../../../src/partner-central/quota/quota-calls.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { onBothDatabases } from '../../support/database/both-databases.js';
import { createRandom } from '../../support/fakes/random.js';

const LIMITS = { perSecond: 1000, perDay: 100_000 };
const WINDOWS = { hour: { steps: 60, stepMs: MINUTE }, day: { steps: 24, stepMs: HOUR } } as const;

/** Stores a call for each age, as permits do. */
async function storeCalls(db: Database, quota: 'reads' | 'writes', ages: readonly number[]): Promise<void> {
  const now = await db.now();
  const calls = ages.toSorted((a, b) => b - a).map((age, index) => ({ quota, id: index + 1, taken_at: now - age }));
  const totals = { quota, last_id: calls.length, call_count: calls.length, blocked_until: 0 };
  await db.write(async (tx) => {
    await tx.insertInto('quota_totals').values(totals).execute();
    for (let at = 0; at < calls.length; at += 200)
      await tx
        .insertInto('quota_calls')
        .values(calls.slice(at, at + 200))
        .execute();
  });
}

onBothDatabases((name, open) => {
  describe(`quotaCalls on ${name}`, () => {
    test.each(['hour', 'day'] as const)(
      'a quota without calls has empty steps of a %s that end now',
      async (window) => {
        const db = await open();
        const before = await db.now();
        const found = await quotaCalls(db, 'reads', window);
        const { steps, stepMs } = WINDOWS[window];
        expect(found.map(({ count }) => count)).toEqual(Array(steps).fill(0));
        const end = found.at(-1)?.endsAt ?? 0;
        expect(end).toBeGreaterThanOrEqual(before);
        expect(end).toBeLessThanOrEqual(await db.now());
        expect(found.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual(
          Array.from({ length: steps }, (_, place) => [
            end - (steps - place) * stepMs,
            end - (steps - place - 1) * stepMs,
          ]),
        );
        await db.close();
      },
    );

    test('each call is counted in its step, and neither an older one nor one of the other quota is', async () => {
      const db = await open();
      const random = createRandom(20_261_201, 'calls');
      // The clock goes on while this test runs, so no call is near an end of a step.
      const age = () =>
        Math.floor(random.between(0, 26 * 60)) * MINUTE + Math.floor(random.between(5 * SECOND, 35 * SECOND));
      const ages = Array.from({ length: 1500 }, age);
      await storeCalls(db, 'reads', ages);
      await storeCalls(db, 'writes', [30 * SECOND]);
      for (const window of ['hour', 'day'] as const) {
        const { steps, stepMs } = WINDOWS[window];
        const expected = Array.from({ length: steps }, () => 0);
        for (const each of ages) {
          const place = steps - 1 - Math.floor(each / stepMs);
          if (place >= 0) expected[place] = (expected[place] ?? 0) + 1;
        }
        const found = await quotaCalls(db, 'reads', window);
        expect(found.map(({ count }) => count)).toEqual(expected);
      }
      await db.close();
    });

    test('a permit appears in the last step', async () => {
      const db = await open();
      await storeCalls(db, 'reads', [DAY - HOUR / 2]);
      await db.write((tx) => takePermit(db, tx, 'reads', LIMITS));
      const day = await quotaCalls(db, 'reads', 'day');
      expect([day[0]?.count, day.at(-1)?.count]).toEqual([1, 1]);
      await db.close();
    });
  });
});
