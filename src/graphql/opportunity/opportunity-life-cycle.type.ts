/** The progress of a sale and of its review. */
import { Field, ObjectType } from 'type-graphql';
import type { LifeCycle, ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import { DateTime } from '../values/date-time.scalar.js';
import { OpportunityStageEnum, ReviewStatusEnum } from './enums.js';

@ObjectType('NextSteps', { description: 'An entry in the history of the next steps.', simpleResolvers: true })
export class NextSteps {
  @Field(() => String, { description: 'Text of the next steps.' })
  readonly value: string;

  @Field(() => DateTime, { nullable: true, description: 'Time of the entry. Null if AWS gives none.' })
  readonly time: number | null;
}

@ObjectType('OpportunityLifeCycle', {
  description: "Progress of the sale and of AWS's review.",
  simpleResolvers: true,
})
export class OpportunityLifeCycle implements LifeCycle {
  @Field(() => OpportunityStageEnum, {
    nullable: true,
    description: 'Stage of the sale. Null if not set, or if this schema does not know the stage.',
  })
  readonly stage: Stage | null;

  @Field(() => ReviewStatusEnum, {
    nullable: true,
    description: "State of AWS's review. Null if AWS gives none, or a status that this schema does not know.",
  })
  readonly reviewStatus: ReviewStatus | null;

  @Field(() => String, {
    nullable: true,
    description: 'Comments of the reviewer: requested changes, or the reason for a refusal. Null if there are none.',
  })
  readonly reviewComments: string | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's reason for the review status, from an open set. Null if AWS gives none.",
  })
  readonly reviewStatusReason: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Expected closing date of the sale as `YYYY-MM-DD`. Null if not set.',
  })
  readonly targetCloseDate: string | null;

  @Field(() => String, { nullable: true, description: 'Next steps of the sale. Null if not set.' })
  readonly nextSteps: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for which the sale failed. Null unless the stage is `CLOSED_LOST`.',
  })
  readonly closedLostReason: string | null;

  @Field(() => [NextSteps], {
    description: "Earlier next steps in AWS's order, the oldest first. Costs one read per opportunity.",
  })
  readonly nextStepsHistory: readonly NextSteps[];
}
