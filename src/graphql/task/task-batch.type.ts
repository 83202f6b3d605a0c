/** A batch of tasks with its counts. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Batch } from '../../tasks/task-batch.js';
import { NodeView } from '../values/node.type.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('TaskBatch', {
  description:
    'The tasks that one mutation started together, in their present state. The counts cover the tasks that the ' +
    'caller may see. Makes no call to AWS.',
  implements: NodeView,
  simpleResolvers: true,
})
export class TaskBatch implements NodeView {
  @Field(() => ID, {
    description: 'Id of the batch. A repetition of the mutation with the same client tokens returns the same id.',
  })
  readonly id: string;

  @Field(() => DateTime, { description: 'Time at which the gateway accepted the first start of the batch.' })
  readonly createdAt: number;

  @Field(() => Int, { description: 'Number of tasks in the batch.' })
  readonly totalCount: number;

  @Field(() => Int, { description: 'Number of starts that wait to be sent to AWS.' })
  readonly queuedCount: number;

  @Field(() => Int, { description: 'Number of tasks that AWS works on.' })
  readonly inProgressCount: number;

  @Field(() => Int, { description: 'Number of tasks with the status `COMPLETE`.' })
  readonly completeCount: number;

  @Field(() => Int, { description: 'Number of tasks with the status `FAILED`.' })
  readonly failedCount: number;

  @Field(() => Int, { description: 'Number of tasks with the status `REJECTED`.' })
  readonly rejectedCount: number;

  @Field(() => Boolean, { description: 'True if all tasks of the batch have ended.' })
  readonly isFinished: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Estimated end of the last task; null if all tasks have ended. The estimate uses the queued starts of all ' +
      'callers, the rate and remainder of the write quota, and the past durations of tasks.',
  })
  readonly expectedEndAt: number | null;

  constructor({ id, createdAt, totalCount, counts, isFinished, expectedEndAt }: Batch) {
    this.id = id;
    this.createdAt = createdAt;
    this.totalCount = totalCount;
    this.queuedCount = counts.QUEUED;
    this.inProgressCount = counts.IN_PROGRESS;
    this.completeCount = counts.COMPLETE;
    this.failedCount = counts.FAILED;
    this.rejectedCount = counts.REJECTED;
    this.isFinished = isFinished;
    this.expectedEndAt = expectedEndAt;
  }
}
