/** Reads a page of tasks. The position of the log is read before the tasks, and only if the operation selects it. */
import type { GraphQLResolveInfo } from 'graphql';
import type { TaskFilter } from '../../tasks/store/filter.js';
import type { PageRequest } from '../../tasks/tasks.js';
import { isCursorProblem } from '../../transitions/cursor.js';
import type { GraphqlContext } from '../context.js';
import { cursorRefused } from '../errors.js';
import { selectsOnly, type Members } from '../selection.js';
import { TaskConnection } from './task-connection.type.js';

/** The members of a connection that need no position of the log. */
const TASKS_ONLY: Members = { edges: true, nodes: true, pageInfo: true, totalCount: true };

export async function readTaskList(
  { viewer, tasks }: GraphqlContext,
  info: GraphQLResolveInfo,
  filter: TaskFilter,
  request: PageRequest,
): Promise<TaskConnection> {
  // A change that commits after this read follows the cursor, whether the tasks show it or not.
  const logCursor = selectsOnly(TASKS_ONLY, info) ? null : await tasks.logCursor();
  const page = await tasks.list(viewer, filter, request);
  if (isCursorProblem(page)) throw cursorRefused(page);
  return new TaskConnection(page, logCursor, () => tasks.count(viewer, filter));
}
