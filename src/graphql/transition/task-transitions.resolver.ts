/**
 * Reads the transitions of a task, page by page. It is separate because the types of transitions need those of tasks.
 */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { isCursorProblem } from '../../transitions/cursor.js';
import type { GraphqlContext } from '../context.js';
import { cursorRefused } from '../errors.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { TaskView } from '../task/task.type.js';
import { TaskTransitionConnection } from './transition.type.js';

@Resolver(() => TaskView)
export class TaskTransitionsResolver {
  @FieldResolver(() => TaskTransitionConnection, {
    description: 'Status changes of the task so far, the oldest first. Makes no call to AWS.',
  })
  async transitions(
    @Root() task: TaskView,
    @Ctx() { tasks }: GraphqlContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
  ): Promise<TaskTransitionConnection> {
    const page = await tasks.transitions(task.id, pageRequest(first, after));
    if (isCursorProblem(page)) throw cursorRefused(page);
    return new TaskTransitionConnection(page, () => task);
  }
}
