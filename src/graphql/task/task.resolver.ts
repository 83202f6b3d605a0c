/** Reads single tasks and lists of tasks, and the links from a task to its retries and its batch. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { TaskBatch } from './task-batch.type.js';
import { TaskConnection } from './task-connection.type.js';
import { TaskFilterInput, filterOf } from './task-filter.input.js';
import { viewOf } from './task-kinds.type.js';
import { readTaskList } from './task-list.js';
import { TaskView } from './task.type.js';

@Resolver(() => TaskView)
export class TaskResolver {
  @Query(() => TaskView, {
    nullable: true,
    description:
      'A task from the log of the gateway. Null if there is no such task, or the caller may not see it. ' +
      'Makes no call to AWS.',
  })
  async task(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('id', () => ID, { description: "The gateway's id of the task, from `Task.id`; not AWS's `taskId`." })
    id: string,
  ): Promise<TaskView | null> {
    assertReads(viewer);
    const task = await tasks.find(viewer, id);
    return task === null ? null : viewOf(task);
  }

  @Query(() => TaskConnection, {
    description: 'Tasks that the caller may see, the most recently started first. Makes no call to AWS.',
  })
  async tasks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => TaskFilterInput, {
      nullable: true,
      description: 'Filter of the tasks. Omit it for all tasks.',
    })
    filter?: TaskFilterInput | null,
  ): Promise<TaskConnection> {
    assertReads(context.viewer);
    return readTaskList(context, info, filterOf(filter), pageRequest(first, after));
  }

  @FieldResolver(() => TaskView, {
    nullable: true,
    description: 'The task that this task retries. Null if it is not a retry, or the caller may not see that task.',
  })
  async retryOf(@Root() { retryOfId }: TaskView, @Ctx() { viewer, tasks }: GraphqlContext): Promise<TaskView | null> {
    const first = retryOfId === null ? null : await tasks.find(viewer, retryOfId);
    return first === null ? null : viewOf(first);
  }

  @FieldResolver(() => TaskView, {
    nullable: true,
    description: 'The task that `retryTask` made from this task. Null if there is none, or the caller may not see it.',
  })
  async retriedBy(
    @Root() { id, isFailed }: TaskView,
    @Ctx() { viewer, tasks }: GraphqlContext,
  ): Promise<TaskView | null> {
    const retry = isFailed ? await tasks.retryOf(viewer, id) : null;
    return retry === null ? null : viewOf(retry);
  }

  @FieldResolver(() => TaskBatch, {
    nullable: true,
    description: 'The batch that the task was started in. Null if the task was started on its own.',
  })
  async batch(@Root() { batchId }: TaskView, @Ctx() { viewer, tasks }: GraphqlContext): Promise<TaskBatch | null> {
    const batch = batchId === null ? null : await tasks.batch(viewer, batchId);
    return batch === null ? null : new TaskBatch(batch);
  }
}
