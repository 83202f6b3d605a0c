/** Requests a permit while another process holds the lock of the quota, on PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database, Tx } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { takePermit } from '../../../src/partner-central/quota/quota.js';
import { closeLater } from '../../support/harness/task-harness.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

/** A busy machine takes less than the spacing between two requests. */
const LIMITS = { perSecond: 0.01, perDay: 5 };

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe('a permit that waits for another process', () => {
  /** Requests a permit while the other process is inside a transaction with the quota. */
  async function waiting(withQuota: (other: Database, tx: Tx) => Promise<unknown>) {
    const url = await postgres.createDatabase();
    const openIt = () => openDatabase({ databaseUrl: url, dataDir: '', clock: systemClock });
    const [ours, other] = [await openIt(), await openIt()];
    closeLater(() => Promise.all([ours.close(), other.close()]));
    // The row to lock exists.
    await ours.write((tx) => takePermit(ours, tx, 'writes', { perSecond: 1, perDay: 0 }));
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
    const asking = ours.write((tx) => takePermit(ours, tx, 'writes', LIMITS));
    const waitingFor =
      "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await postgres.query(waitingFor, [], url)).length === 0);
    const releasedAt = await other.now();
    commit();
    await holding;
    return {
      permit: await asking,
      releasedAt,
      calls: await ours.sql.selectFrom('quota_calls').select('taken_at').execute(),
    };
  }

  test('a permit is refused if the other process took one', async () => {
    const { permit, calls } = await waiting((other, tx) => takePermit(other, tx, 'writes', LIMITS));
    expect(permit).toMatchObject({ type: 'wait', because: 'rate' });
    expect(calls).toHaveLength(1);
  });

  test('a permit after the wait is dated after the wait if the other process took none', async () => {
    const { permit, releasedAt, calls } = await waiting((other, tx) =>
      takePermit(other, tx, 'writes', { perSecond: 1, perDay: 0 }),
    );
    expect(permit).toEqual({ type: 'taken' });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.taken_at).toBeGreaterThanOrEqual(releasedAt);
  });
});
