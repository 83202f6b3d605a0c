/** Trying a failed task again. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { assertStarts } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { RetryTaskPayload } from './retry-payload.type.js';
import { viewOf } from '../task/task-kinds.type.js';
import { retryResultOf } from '../user-error/user-errors.js';

@Resolver()
export class RetryResolver {
  @Mutation(() => RetryTaskPayload, {
    description:
      'Makes the same start again, under a new token, for a task that is FAILED or REJECTED. A task is tried again once: repeated, this returns ' +
      'the one retry, where this caller may see it; to try once more, retry the retry. After a conflict the gateway looks at AWS first whether the work is done. Returns like a ' +
      'start, once AWS has answered or after some seconds.',
  })
  async retryTask(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('id', () => ID, { description: '`Task.id` of the failed task.' }) id: string,
    @Arg('despiteAdvice', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description:
        'Retry also when the work may be done already (LOOK_FIRST) or is (ALREADY_DONE): somebody has looked.',
    })
    despiteAdvice: boolean | null,
  ): Promise<RetryTaskPayload> {
    assertStarts(viewer);
    const result = retryResultOf(await tasks.retry(viewer, id, despiteAdvice ?? false));
    return { ...result, task: result.task === null ? null : viewOf(result.task) };
  }
}
