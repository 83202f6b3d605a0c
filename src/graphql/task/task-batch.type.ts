import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Batch } from '../../tasks/task-batch.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('TaskBatch', {
  description: 'Tasks that one mutation started together, as they stand now. It holds those that the caller may see.',
  simpleResolvers: true,
})
export class TaskBatch {
  @Field(() => ID, { description: 'The same for every repetition of the mutation with the same client tokens.' })
  readonly id: string;

  @Field(() => DateTime, { description: 'When the gateway accepted the first of the starts.' })
  readonly createdAt: number;

  @Field(() => Int, { description: 'How many tasks there are.' })
  readonly totalCount: number;

  @Field(() => Int, { description: 'Starts that wait to be sent to AWS.' })
  readonly queuedCount: number;

  @Field(() => Int, { description: 'Tasks that AWS works on.' })
  readonly inProgressCount: number;

  @Field(() => Int, { description: 'Tasks that are COMPLETE.' })
  readonly completeCount: number;

  @Field(() => Int, { description: 'Tasks that FAILED at AWS.' })
  readonly failedCount: number;

  @Field(() => Int, { description: 'Starts that AWS refused, or that the gateway gave up.' })
  readonly rejectedCount: number;

  @Field(() => Boolean, { description: 'Whether all tasks have ended.' })
  readonly isFinished: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'An estimate of when the last task ends, not a promise: from the starts of all callers that are to be sent before it, the rate and the ' +
      "day's rest of the write quota, and what tasks took so far. Null when all have ended.",
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
