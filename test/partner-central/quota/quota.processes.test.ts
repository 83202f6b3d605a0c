/** A permission that waits for another process, which holds the quota, on PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database, Tx } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { takePermission } from '../../../src/partner-central/quota/quota.js';
import { closeLater } from '../../support/harness/task-harness.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

const LIMITS = { perSecond: 1, perDay: 5 };

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe('a permission that waits for another process', () => {
  /** Asks for it while the other process is in the middle of what it does with the quota. */
  async function waiting(withQuota: (other: Database, tx: Tx) => Promise<unknown>) {
    const url = await postgres.createDatabase();
    const openIt = () => openDatabase({ databaseUrl: url, dataDir: '', clock: systemClock });
    const [ours, other] = [await openIt(), await openIt()];
    closeLater(() => Promise.all([ours.close(), other.close()]));
    // The row that is locked is there.
    await ours.write((tx) => takePermission(ours, tx, 'writes', { perSecond: 1, perDay: 0 }));
    let commit = (): void => {};
    const released = new Promise<void>((resolve) => (commit = resolve));
    let hold = (): void => {};
    const held = new Promise<void>((resolve) => (hold = resolve));
    const holding = other.write(async (tx) => {
      await withQuota(other, tx);
      hold();
      await released;
    });
    await held;
    const asking = ours.write((tx) => takePermission(ours, tx, 'writes', LIMITS));
    const waitingFor =
      "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await postgres.query(waitingFor, [], url)).length === 0);
    const releasedAt = await other.now();
    commit();
    await holding;
    return {
      permission: await asking,
      releasedAt,
      calls: await ours.sql.selectFrom('quota_calls').select('taken_at').execute(),
    };
  }

  test('is not given when that has taken one', async () => {
    const { permission, calls } = await waiting((other, tx) => takePermission(other, tx, 'writes', LIMITS));
    expect(permission).toMatchObject({ type: 'wait', because: 'rate' });
    expect(calls).toHaveLength(1);
  });

  test('is given as of after the wait when that has taken none, so that the next one is a spacing away', async () => {
    const { permission, releasedAt, calls } = await waiting((other, tx) =>
      takePermission(other, tx, 'writes', { perSecond: 1, perDay: 0 }),
    );
    expect(permission).toEqual({ type: 'taken' });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.taken_at).toBeGreaterThanOrEqual(releasedAt);
  });
});
