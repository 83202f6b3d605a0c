import { Field, ObjectType } from 'type-graphql';
import type { LifeCycle, ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import { DateTime } from '../values/date-time.scalar.js';
import { OpportunityStageEnum, ReviewStatusEnum } from './enums.js';

@ObjectType('NextSteps', { description: 'Next steps as they were noted at some time.', simpleResolvers: true })
export class NextSteps {
  @Field(() => String, { description: 'The next steps.' })
  readonly value: string;

  @Field(() => DateTime, { nullable: true, description: 'When they were noted.' })
  readonly time: number | null;
}

@ObjectType('OpportunityLifeCycle', {
  description: "How far the sale and AWS's review of it have come.",
  simpleResolvers: true,
})
export class OpportunityLifeCycle implements LifeCycle {
  @Field(() => OpportunityStageEnum, {
    nullable: true,
    description: 'How far the sale has come; null also for a stage that this schema does not know.',
  })
  readonly stage: Stage | null;

  @Field(() => ReviewStatusEnum, {
    nullable: true,
    description: "How AWS's review stands; null also for a status that this schema does not know.",
  })
  readonly reviewStatus: ReviewStatus | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the reviewer at AWS wants changed, or why it was refused.',
  })
  readonly reviewComments: string | null;

  @Field(() => String, { nullable: true, description: "AWS's reason for the review status, a word of an open set." })
  readonly reviewStatusReason: string | null;

  @Field(() => String, { nullable: true, description: 'When the sale is expected to close, as `YYYY-MM-DD`.' })
  readonly targetCloseDate: string | null;

  @Field(() => String, { nullable: true, description: 'What is to be done next.' })
  readonly nextSteps: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the sale did not come about; null unless the stage is `CLOSED_LOST`.',
  })
  readonly closedLostReason: string | null;

  @Field(() => [NextSteps], { description: 'Earlier next steps in the order that AWS gives, the oldest first.' })
  readonly nextStepsHistory: readonly NextSteps[];
}
