/** The statement that makes tasks of starts. */
import type { Tx } from '../../db/database.js';
import { rowOf } from './task-row.js';
import type { NewStart } from '../start.js';

/** @param news at least one, and at most some hundreds: each takes about 26 of a statement's variables, of which SQLite allows 32,766 */
export async function insertTasks(tx: Tx, news: readonly NewStart[]): Promise<void> {
  await tx.insertInto('tasks').values(news.map(rowOf)).execute();
}
