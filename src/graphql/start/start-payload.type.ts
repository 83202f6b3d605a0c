/** The payloads of the starts: the task, or the reasons for which there is none. */
import { Extensions, Field, ObjectType } from 'type-graphql';
import type { Check } from '../../records/readiness/rule.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { ReadinessCheck } from '../readiness/readiness-check.type.js';
import { TaskBatch } from '../task/task-batch.type.js';
import {
  EngagementByAcceptingInvitationTask,
  EngagementFromOpportunityTask,
  OpportunityFromEngagementTask,
} from '../task/task-kinds.type.js';
import { UserError } from '../user-error/user-error.type.js';

const TASK = {
  nullable: true,
  description:
    'The task after the answer of AWS, or after a few seconds still `QUEUED`: follow it with `taskTransitions`. ' +
    'Null only if the gateway refused the input. A start that AWS refused has a task with the status `REJECTED`.',
};

const REPLAYED = {
  description:
    'True if the same start was made before under this `clientToken`. Then nothing new was started, and `task` is ' +
    'the existing task.',
};

const USER_ERRORS = {
  description:
    'Reasons for which the gateway or AWS refused the start. Empty if it was not refused. ' +
    'A failure that AWS reports later is in `task.failure`.',
};

const WARNINGS = {
  nullable: true,
  complexity: LOOK_UP_COST,
  description:
    'Readiness checks that failed just before the start was sent. The start is sent anyway, because AWS decides. ' +
    'Costs one read. Null in a batch, if nothing was started, if AWS did not answer in time, or if the caller may ' +
    'not read records.',
};

/** The common fields of the payloads. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
abstract class StartPayload {
  @Field(() => Boolean, REPLAYED)
  readonly replayed: boolean;

  @Field(() => [UserError], USER_ERRORS)
  readonly userErrors: readonly UserError[];

  @Extensions({ perInput: false })
  @Field(() => [ReadinessCheck], WARNINGS)
  readonly warnings: readonly Check[] | null;
}

@ObjectType('StartEngagementFromOpportunityTaskPayload', {
  description: 'Result of `startEngagementFromOpportunityTask`.',
  simpleResolvers: true,
})
export class StartEngagementFromOpportunityTaskPayload extends StartPayload {
  @Field(() => EngagementFromOpportunityTask, TASK)
  readonly task: EngagementFromOpportunityTask | null;
}

@ObjectType('StartEngagementFromOpportunityTasksPayload', {
  description: 'Result of `startEngagementFromOpportunityTasks`.',
  simpleResolvers: true,
})
export class StartEngagementFromOpportunityTasksPayload {
  @Field(() => TaskBatch, {
    nullable: true,
    description:
      'Batch of the tasks that were newly started: follow it with `taskBatch` and `taskFeed`. A repeated mutation ' +
      'with the same tokens returns the same batch. Null if it has no tasks, or the caller may not read tasks.',
  })
  readonly batch: TaskBatch | null;

  @Extensions({ perInput: true })
  @Field(() => [StartEngagementFromOpportunityTaskPayload], {
    description: 'Result of each input, in the order of `inputs`. Empty if the whole batch was refused.',
  })
  readonly results: readonly StartEngagementFromOpportunityTaskPayload[];

  @Field(() => [UserError], {
    description:
      'Reasons for which the whole batch was refused. Empty if it was not refused. ' +
      'Errors of a single input are in its result.',
  })
  readonly userErrors: readonly UserError[];
}

@ObjectType('StartOpportunityFromEngagementTaskPayload', {
  description: 'Result of `startOpportunityFromEngagementTask`.',
  simpleResolvers: true,
})
export class StartOpportunityFromEngagementTaskPayload extends StartPayload {
  @Field(() => OpportunityFromEngagementTask, TASK)
  readonly task: OpportunityFromEngagementTask | null;
}

@ObjectType('StartEngagementByAcceptingInvitationTaskPayload', {
  description: 'Result of `startEngagementByAcceptingInvitationTask`.',
  simpleResolvers: true,
})
export class StartEngagementByAcceptingInvitationTaskPayload extends StartPayload {
  @Field(() => EngagementByAcceptingInvitationTask, TASK)
  readonly task: EngagementByAcceptingInvitationTask | null;
}
