import { Field, ObjectType } from 'type-graphql';
import { TaskView } from '../task/task.type.js';
import { UserError } from '../user-error/user-error.type.js';

@ObjectType('RetryTaskPayload', { description: 'The outcome of `retryTask`.', simpleResolvers: true })
export class RetryTaskPayload {
  @Field(() => TaskView, {
    nullable: true,
    description:
      'The new task, as it stands once AWS has answered, or after some seconds still QUEUED. Null only when the gateway refused the retry.',
  })
  readonly task: TaskView | null;

  @Field(() => Boolean, {
    description:
      'Whether the task had been tried again before, so that nothing new was started and `task` is that retry.',
  })
  readonly replayed: boolean;

  @Field(() => [UserError], {
    description:
      'Why the retry was refused, by the gateway or by AWS; empty when it was not. A task that fails later tells so in `failure`.',
  })
  readonly userErrors: readonly UserError[];
}
