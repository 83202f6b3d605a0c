/** The payload of a retry. */
import { Field, ObjectType } from 'type-graphql';
import { TaskView } from '../task/task.type.js';
import { UserError } from '../user-error/user-error.type.js';

@ObjectType('RetryTaskPayload', { description: 'Result of `retryTask`.', simpleResolvers: true })
export class RetryTaskPayload {
  @Field(() => TaskView, {
    nullable: true,
    description:
      'The new task after the answer of AWS, or after a few seconds still `QUEUED`. ' +
      'Null only if the gateway refused the retry.',
  })
  readonly task: TaskView | null;

  @Field(() => Boolean, {
    description:
      'True if the task had been retried before. Then nothing new was started, and `task` is the existing retry.',
  })
  readonly replayed: boolean;

  @Field(() => [UserError], {
    description:
      'Reasons for which the gateway or AWS refused the retry. Empty if it was not refused. ' +
      'A failure that AWS reports later is in `task.failure`.',
  })
  readonly userErrors: readonly UserError[];
}
