/** Finds out if tasks were completed in a period. */
import { sql as raw } from 'kysely';
import type { Sql } from '../../db/database.js';

/** True if a task that was last changed after `after`, and not after `until`, is COMPLETE. */
export async function wasCompletedBetween(sql: Sql, after: number, until: number): Promise<boolean> {
  const row = await sql
    .selectFrom('tasks')
    .select('id')
    .where('due_at', 'is', null)
    .where('updated_at', '>', after)
    .where('updated_at', '<=', until)
    // The expression hides the column from SQLite, which would otherwise read the index of all COMPLETE tasks.
    .where(raw<string>`cast(status as text)`, '=', 'COMPLETE')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
