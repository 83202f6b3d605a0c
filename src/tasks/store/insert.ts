/** The statement that inserts the tasks of new starts. */
import type { Tx } from '../../db/database.js';
import { rowOf } from './task-row.js';
import type { NewStart } from '../start.js';

/**
 * @param starts at least one, and at most some hundreds: each takes about 26 of SQLite's 32,766 variables a statement
 */
export async function insertTasks(tx: Tx, starts: readonly NewStart[]): Promise<void> {
  await tx.insertInto('tasks').values(starts.map(rowOf)).execute();
}
