/** A small write that is committed like any other: only that shows that a start could be stored. */
import { sql as raw } from 'kysely';
import type { Database } from './database.js';

/**
 * Its name among the quotas' totals: a row of its own, which no writer waits for, and which is gone with the same
 * commit.
 */
const ROW = 'readiness';
/** The pages of SQLite that exist have room for a short row when the disk is full; a start takes new ones. */
const LONG_ROW = ROW.padEnd(2 * 4096, ' ');

/**
 * @throws what a write would throw: of a full disk, a server that takes no writes, a table that is missing or may not
 * be written
 */
export async function probeWrite(db: Database): Promise<void> {
  const quota = db.kind === 'sqlite' ? LONG_ROW : ROW;
  await db.write(async (tx) => {
    // No row is inserted or changed; the database looks all the same whether that would be allowed.
    await tx.insertInto('tasks').columns(['id']).expression(tx.selectFrom('tasks').select('id').where(NEVER)).execute();
    await tx
      .insertInto('transitions')
      .columns(['position'])
      .expression(tx.selectFrom('transitions').select('position').where(NEVER))
      .execute();
    await tx.updateTable('log_head').set({ id: 1 }).where(NEVER).execute();
    await tx
      .insertInto('quota_totals')
      .values({ quota, last_id: 0, call_count: 0, blocked_until: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx.deleteFrom('quota_totals').where('quota', '=', quota).execute();
  });
}

const NEVER = raw<boolean>`1 = 0`;
