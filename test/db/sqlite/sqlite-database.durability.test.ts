import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import { openSqlite } from '../../../src/db/sqlite/sqlite-database.js';
import { temporaryDirectory } from '../../support/harness/directory.js';

test('a commit of the embedded store is on the disk before it is acknowledged: WAL with synchronous=FULL', async () => {
  const db = await openSqlite({ directory: temporaryDirectory(), clock: systemClock });
  const pragma = async (name: string) =>
    Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db.sql)).rows[0] ?? {});
  expect(await pragma('journal_mode')).toEqual(['wal']);
  // 2 is FULL. NORMAL, which is 1, would lose the last commits in a power cut.
  expect(await pragma('synchronous')).toEqual([2]);
  await db.close();
});
