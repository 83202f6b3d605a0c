import { Field, InputType } from 'type-graphql';
import type { ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import type { OpportunityFilter } from '../../records/records.js';
import { DateTime } from '../values/date-time.scalar.js';
import type { EveryMember } from '../record/every-member.js';
import { OpportunityStageEnum, ReviewStatusEnum } from './enums.js';

@InputType('OpportunityFilter', {
  description:
    'Which opportunities are meant: those that match every field that is given. A field that is absent or null matches all; an empty list ' +
    'matches none.',
})
export class OpportunityFilterInput {
  @Field(() => [String], { nullable: true, description: 'Those with one of these ids; at most 20.' })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [OpportunityStageEnum], { nullable: true, description: 'Those at one of these stages.' })
  readonly stages?: readonly Stage[] | null;

  @Field(() => [ReviewStatusEnum], { nullable: true, description: 'Those with one of these review statuses.' })
  readonly reviewStatuses?: readonly ReviewStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Those of customers with one of these company names; at most 10.',
  })
  readonly customerCompanyNames?: readonly string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Those last changed after this instant.' })
  readonly modifiedAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Those last changed before this instant.' })
  readonly modifiedBefore?: Date | null;
}

export function opportunityFilterOf(
  input: OpportunityFilterInput | null | undefined,
): EveryMember<OpportunityFilter, OpportunityFilterInput> {
  return {
    identifiers: input?.identifiers ?? undefined,
    stages: input?.stages ?? undefined,
    reviewStatuses: input?.reviewStatuses ?? undefined,
    customerCompanyNames: input?.customerCompanyNames ?? undefined,
    modifiedAfter: input?.modifiedAfter?.getTime(),
    modifiedBefore: input?.modifiedBefore?.getTime(),
  };
}
