/** The statements that make tasks of starts. */
import { compiledOnce, type Params, type Part } from '../db/compiled.js';
import { nowOnce, type Database, type Sql, type Tx } from '../db/database.js';
import type { TasksTable } from '../db/tables.js';
import { NEW_COLUMNS, newRowOf, rowOf, type NewRow } from './columns.js';
import type { NewStart } from './sender.js';
import type { Task } from './task.js';

/** @param news at least one, and at most some hundreds: each takes about 26 of a statement's variables, of which SQLite allows 32,766 */
export async function insertTasks(tx: Tx, news: readonly NewStart[]): Promise<void> {
  const rows = news.map(rowOf);
  const [first, ...others] = rows;
  await (first !== undefined && others.length === 0 ? insertTask(tx, first) : tx.insertInto('tasks').values(rows).execute());
}

const insertTask = compiledOnce((sql: Sql, row: Params<TasksTable>) => sql.insertInto('tasks').values(row));

/**
 * Stores a start as of now, under the last position of the writer's turn, which this write must have taken: for a writer that reads nothing first.
 * Null, and nothing, where there is a task with its token, or one that tries the same task again.
 */
export async function insertUnlessKnown(db: Database, tx: Tx, start: NewStart): Promise<Pick<Task, 'position' | 'createdAt'> | null> {
  const { rows } = await insertNew(tx, newRowOf(start), db.nowSql());
  const [row] = rows;
  return row === undefined ? null : { position: row.position, createdAt: row.created_at };
}

const insertNew = compiledOnce((sql: Sql, row: Params<NewRow>, now: Part<number>) =>
  sql
    .insertInto('tasks')
    .columns([...NEW_COLUMNS, 'sequence', 'attempt_count', 'may_have_reached', 'position', 'created_at', 'updated_at', 'due_at'])
    .expression(
      sql
        .selectFrom(['log_head', nowOnce(sql, now).as('moment')])
        .select((eb) => [
          ...NEW_COLUMNS.map((name) => eb.val(row[name]).as(name)),
          eb.lit(1).as('sequence'),
          eb.lit(0).as('attempt_count'),
          eb.lit(0).as('may_have_reached'),
          'log_head.position',
          'moment.now as created_at',
          'moment.now as updated_at',
          'moment.now as due_at',
        ])
        // SQLite would take what follows for the condition of a join.
        .where((eb) => eb.lit(true)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['position', 'created_at']),
);
