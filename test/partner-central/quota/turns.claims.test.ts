/** The claims that waiting edits leave in the database. Another writer waits until their end at most. */
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { spacingMs } from '../../../src/partner-central/quota/quota.js';
import { requestStartPermit, takeEditPermit } from '../../../src/partner-central/quota/turns.js';
import { onBothDatabases } from '../../support/database/both-databases.js';
import { closeLater } from '../../support/harness/task-harness.js';

/** A busy machine takes less than the spacing between two requests, and two spacings are below the longest claim. */
const LIMITS = { perSecond: 0.25, perDay: 10_000 };
const SPACING_MS = spacingMs(LIMITS);
/** Longer than the wait for the next permit, and shorter than that wait and another spacing. */
const SHORT_PATIENCE_MS = 1.1 * SPACING_MS;

function onDatabase(name: string, open: () => Promise<Database>): void {
  describe(`a claim on ${name}`, () => {
    /** A database whose next write is one spacing away. */
    async function openAfterStart() {
      const db = await open();
      closeLater(() => db.close());
      await db.write(async (tx) => {
        const offer = await requestStartPermit(db, tx, LIMITS);
        if (offer.type === 'granted') await offer.take();
      });
      return {
        /** @returns the time at which the edit waits, and the end of its claim */
        async wait(subject: string, patienceMs: number) {
          const permit = await db.write((tx) => takeEditPermit(db, tx, LIMITS, [{ subject, patienceMs }]));
          if (permit.type === 'taken') throw new Error('The edit did not have to wait.');
          const { waits_until } = await db.sql
            .selectFrom('write_turns')
            .select('waits_until')
            .where('writer', '=', `edits of ${subject}`)
            .executeTakeFirstOrThrow();
          return { now: permit.until - permit.waitMs, until: permit.until, claimUntil: waits_until };
        },
      };
    }

    test('a claim ends one spacing after the time at which its edit asks again', async () => {
      const edits = await openAfterStart();
      const { until, claimUntil } = await edits.wait('ann', 30_000);
      expect(claimUntil).toBe(Math.ceil(until + SPACING_MS));
    });

    test('a claim ends when its edit gives up', async () => {
      const edits = await openAfterStart();
      const { now, claimUntil } = await edits.wait('ann', SHORT_PATIENCE_MS);
      expect(claimUntil).toBe(Math.ceil(now + SHORT_PATIENCE_MS));
    });

    test('a claim is not shortened by an edit of the same subject that gives up earlier', async () => {
      const edits = await openAfterStart();
      const { claimUntil } = await edits.wait('ann', 30_000);
      expect((await edits.wait('ann', SHORT_PATIENCE_MS)).claimUntil).toBe(claimUntil);
    });
  });
}

onBothDatabases(onDatabase);
