/** Lists of tasks, newest first, as far as the viewer may see them. */
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { Sql } from '../db/database.js';
import type { Tables } from '../db/tables.js';
import { taskOf } from './store.js';
import type { Task } from './task.js';
import type { TaskFilter } from './tasks.js';
import type { Viewer } from './viewer.js';

/** Tasks before a position (null: from the newest). */
export async function listTasks(sql: Sql, viewer: Viewer, filter: TaskFilter, before: number | null, limit: number): Promise<Task[]> {
  let query = sql.selectFrom('tasks').selectAll().where((eb) => visibleAndWanted(eb, viewer, filter)).orderBy('position', 'desc').limit(limit);
  if (before !== null) query = query.where('position', '<', before);
  return (await query.execute()).map(taskOf);
}

export async function countTasks(sql: Sql, viewer: Viewer, filter: TaskFilter): Promise<number> {
  const row = await sql
    .selectFrom('tasks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => visibleAndWanted(eb, viewer, filter))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The same choice for a task in hand, for streams. */
export function isWanted(task: Task, filter: TaskFilter): boolean {
  return (
    (filter.kinds?.includes(task.input.kind) ?? true) &&
    (filter.catalogs?.includes(task.input.catalog) ?? true) &&
    (filter.statuses?.includes(task.status) ?? true) &&
    (filter.identifiers?.includes(task.input.identifier) ?? true) &&
    (filter.startedBy === undefined || task.subject === filter.startedBy)
  );
}

function visibleAndWanted(eb: ExpressionBuilder<Tables, 'tasks'>, viewer: Viewer, filter: TaskFilter): ExpressionWrapper<Tables, 'tasks', SqlBool> {
  const conditions = [oneOf(eb, 'catalog', viewer.catalogs)];
  switch (viewer.reads) {
    case 'all':
      break;
    case 'own':
      // Nobody's own when there is no subject: '' is what unauthenticated starts are stored under.
      conditions.push(viewer.subject === null ? eb.lit(false) : eb('subject', '=', viewer.subject));
      break;
    case 'none':
      conditions.push(eb.lit(false));
      break;
    default:
      viewer.reads satisfies never;
  }
  // A list that is given but empty matches nothing.
  if (filter.kinds !== undefined) conditions.push(oneOf(eb, 'kind', filter.kinds));
  if (filter.catalogs !== undefined) conditions.push(oneOf(eb, 'catalog', filter.catalogs));
  if (filter.statuses !== undefined) conditions.push(oneOf(eb, 'status', filter.statuses));
  if (filter.identifiers !== undefined) conditions.push(oneOf(eb, 'identifier', filter.identifiers));
  if (filter.startedBy !== undefined) conditions.push(eb('subject', '=', filter.startedBy));
  return eb.and(conditions);
}

function oneOf(eb: ExpressionBuilder<Tables, 'tasks'>, column: 'kind' | 'catalog' | 'status' | 'identifier', values: readonly string[]) {
  return values.length === 0 ? eb.lit(false) : eb(column, 'in', values);
}
