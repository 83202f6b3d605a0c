/** Reads a batch, with the counts of its tasks, and the tasks themselves. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { TaskBatch } from './task-batch.type.js';
import { TaskConnection } from './task-connection.type.js';
import { readTaskList } from './task-list.js';

@Resolver(() => TaskBatch)
export class TaskBatchResolver {
  @Query(() => TaskBatch, {
    nullable: true,
    description:
      'A batch with the present state of its tasks. Null if there is no such batch, or the caller may see none of ' +
      'its tasks. Makes no call to AWS.',
  })
  async taskBatch(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('id', () => ID, { description: 'Id of the batch, from `TaskBatch.id`.' }) id: string,
  ): Promise<TaskBatch | null> {
    assertReads(viewer);
    const batch = await tasks.batch(viewer, id);
    return batch === null ? null : new TaskBatch(batch);
  }

  @FieldResolver(() => TaskConnection, {
    description: 'Tasks of the batch, the most recently started first, so in the reverse order of the inputs.',
  })
  async tasks(
    @Root() { id }: TaskBatch,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
  ): Promise<TaskConnection> {
    return readTaskList(context, info, { batchIds: [id] }, pageRequest(first, after));
  }
}
