/** What the mutations return: the task, or why there is none. */
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
    'The task as it stands once AWS has answered, or after some seconds still QUEUED: follow it with `taskTransitions`. Null only when ' +
    'the gateway ' +
    'refused the input; a start that AWS refused has a task, which is REJECTED.',
};

const REPLAYED = {
  description:
    'Whether the same start was made before under this `clientToken`, so that nothing new was started and `task` is that task.',
};

const USER_ERRORS = {
  description:
    'Why the start was refused, by the gateway or by AWS; empty when it was not. A task that fails later tells so in `failure`.',
};

const WARNINGS = {
  nullable: true,
  complexity: LOOK_UP_COST,
  description:
    'What AWS is known to refuse about this start, as it was seen before it was sent: the checks that fail. The start is sent nonetheless, because ' +
    'AWS decides. Selecting it costs one read. Null when nothing was started, in a batch, and when it could not be seen soon enough or the caller ' +
    'may not read what AWS keeps.',
};

/** What every start tells beside its task. */
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
  description: 'The outcome of `startEngagementFromOpportunityTask`.',
  simpleResolvers: true,
})
export class StartEngagementFromOpportunityTaskPayload extends StartPayload {
  @Field(() => EngagementFromOpportunityTask, TASK)
  readonly task: EngagementFromOpportunityTask | null;
}

@ObjectType('StartEngagementFromOpportunityTasksPayload', {
  description: 'The outcome of `startEngagementFromOpportunityTasks`.',
  simpleResolvers: true,
})
export class StartEngagementFromOpportunityTasksPayload {
  @Field(() => TaskBatch, {
    nullable: true,
    description:
      'The batch of all that was newly started, to be followed with `taskBatch` and `taskFeed`; a repeated mutation with the same tokens has the ' +
      'same. Null when nothing was newly started, or the caller may not read tasks.',
  })
  readonly batch: TaskBatch | null;

  @Extensions({ perInput: true })
  @Field(() => [StartEngagementFromOpportunityTaskPayload], {
    description: 'What became of each input, in the order of `inputs`; empty when the whole was refused.',
  })
  readonly results: readonly StartEngagementFromOpportunityTaskPayload[];

  @Field(() => [UserError], {
    description:
      'Why the whole was refused; empty when it was not. What is wrong with one input is told in its result.',
  })
  readonly userErrors: readonly UserError[];
}

@ObjectType('StartOpportunityFromEngagementTaskPayload', {
  description: 'The outcome of `startOpportunityFromEngagementTask`.',
  simpleResolvers: true,
})
export class StartOpportunityFromEngagementTaskPayload extends StartPayload {
  @Field(() => OpportunityFromEngagementTask, TASK)
  readonly task: OpportunityFromEngagementTask | null;
}

@ObjectType('StartEngagementByAcceptingInvitationTaskPayload', {
  description: 'The outcome of `startEngagementByAcceptingInvitationTask`.',
  simpleResolvers: true,
})
export class StartEngagementByAcceptingInvitationTaskPayload extends StartPayload {
  @Field(() => EngagementByAcceptingInvitationTask, TASK)
  readonly task: EngagementByAcceptingInvitationTask | null;
}
