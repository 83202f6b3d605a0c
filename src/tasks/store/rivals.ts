/** Finds the starts whose tasks at AWS have the same record as that of a lost start, and could be mistaken for it. */
import type { Sql } from '../../db/database.js';
import { identifierOf } from '../../partner-central/identifiers.js';
import type { Task } from '../task.js';

/**
 * The other starts of this kind on the same record that may have reached AWS and have no answer yet.
 * @returns the times of their first attempts
 */
export async function unansweredRivals(sql: Sql, { id, input }: Pick<Task, 'id' | 'input'>): Promise<number[]> {
  const rows = await sql
    .selectFrom('tasks')
    .select(['kind', 'catalog', 'identifier', 'first_attempt_at', 'created_at'])
    .where('status', '=', 'QUEUED')
    .where('may_have_reached', '=', 1)
    .where('id', '<>', id)
    .execute();
  // With these conditions in the statement, SQLite would read all tasks of the kind. One start may name the record by
  // its id, and another by its ARN.
  const isRival = ({ kind, catalog, identifier }: (typeof rows)[number]) =>
    kind === input.kind && catalog === input.catalog && identifierOf(identifier) === identifierOf(input.identifier);
  return rows.filter(isRival).map((row) => row.first_attempt_at ?? row.created_at);
}
