/** Retries a failed task. */
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
      'Repeats the start of a `FAILED` or `REJECTED` task under a new token. Fix the cause first. Each task can be ' +
      'retried once: a repeated call returns the existing retry, if the caller may see it. To retry again, retry ' +
      'the new task. After a conflict the gateway first reads the record at AWS, to find out if the work is done; ' +
      'this costs one or two reads. Returns when AWS has answered, or after a few seconds.',
  })
  async retryTask(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('id', () => ID, { description: 'Id of the failed task, from `Task.id`.' }) id: string,
    @Arg('despiteAdvice', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description:
        'Retry although the work may be done (`LOOK_FIRST`) or is done (`ALREADY_DONE`). Set it after a person has ' +
        'looked at the record.',
    })
    despiteAdvice: boolean | null,
  ): Promise<RetryTaskPayload> {
    assertStarts(viewer);
    const result = retryResultOf(await tasks.retry(viewer, id, despiteAdvice ?? false));
    return { ...result, task: result.task === null ? null : viewOf(result.task) };
  }
}
