/** Reads tasks and batches by their ids alone, which are unique over both. */
import { Arg, Ctx, Extensions, ID, Query, Resolver } from 'type-graphql';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { badUserInput } from '../errors.js';
import { NodeView } from '../values/node.type.js';
import { TaskBatch } from './task-batch.type.js';
import { viewOf } from './task-kinds.type.js';

const MAX_IDS = 100;

@Resolver()
export class NodeResolver {
  @Query(() => NodeView, {
    nullable: true,
    description:
      'The task or the batch of this id. Null if there is none, or the caller may not see it. Makes no call to AWS.',
  })
  async node(
    @Ctx() context: GraphqlContext,
    @Arg('id', () => ID, { description: "The gateway's id of a task or a batch." }) id: string,
  ): Promise<NodeView | null> {
    assertReads(context.viewer);
    return findNode(context, id);
  }

  @Extensions({ sizedBy: 'ids' })
  @Query(() => [NodeView], {
    nullable: 'items',
    description:
      'The tasks and batches of these ids, in the order of the ids. An item is null if there is no such object, or ' +
      'the caller may not see it. Makes no call to AWS.',
  })
  async nodes(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: `The gateway's ids of tasks and batches (at most ${MAX_IDS}).` })
    ids: readonly string[],
  ): Promise<readonly (NodeView | null)[]> {
    assertReads(context.viewer);
    if (ids.length > MAX_IDS) throw badUserInput(`ids has too many values (limit ${MAX_IDS}, got ${ids.length}).`);
    return Promise.all(ids.map((id) => findNode(context, id)));
  }
}

async function findNode({ viewer, tasks }: GraphqlContext, id: string): Promise<NodeView | null> {
  const task = await tasks.find(viewer, id);
  if (task !== null) return viewOf(task);
  const batch = await tasks.batch(viewer, id);
  return batch === null ? null : new TaskBatch(batch);
}
