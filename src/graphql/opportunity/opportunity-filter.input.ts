/** The filter of opportunities. A member that the filter of `Records` lacks does not compile. */
import { Field, InputType } from 'type-graphql';
import type { ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import type { OpportunityFilter } from '../../records/records.js';
import { DateTime } from '../values/date-time.scalar.js';
import type { EveryMember } from '../record/every-member.js';
import type { OpportunitySortInput } from './opportunity-sort.input.js';
import { OpportunityStageEnum, ReviewStatusEnum } from './enums.js';

@InputType('OpportunityFilter', {
  description:
    'Selects opportunities that match every given field. A field that is absent or null matches all opportunities; ' +
    'an empty list matches none. ' +
    'A list with more values than stated is refused with the code `BAD_USER_INPUT`.',
})
export class OpportunityFilterInput {
  @Field(() => [String], { nullable: true, description: 'Ids of the opportunities (at most 20).' })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [OpportunityStageEnum], { nullable: true, description: 'Stages of the sale.' })
  readonly stages?: readonly Stage[] | null;

  @Field(() => [ReviewStatusEnum], { nullable: true, description: "States of AWS's review." })
  readonly reviewStatuses?: readonly ReviewStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of the customers (at most 10).',
  })
  readonly customerCompanyNames?: readonly string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Time after which the last change was made.' })
  readonly modifiedAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Time before which the last change was made.' })
  readonly modifiedBefore?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Time after which the opportunity was created.' })
  readonly createdAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Time before which the opportunity was created.' })
  readonly createdBefore?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Date after which the sale is expected to close, as `YYYY-MM-DD`. The date itself does not match.',
  })
  readonly targetCloseDateAfter?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Date before which the sale is expected to close, as `YYYY-MM-DD`. The date itself does not match.',
  })
  readonly targetCloseDateBefore?: string | null;
}

export function opportunityFilterOf(
  input: OpportunityFilterInput | null | undefined,
  sort: OpportunitySortInput | null | undefined,
): EveryMember<OpportunityFilter, OpportunityFilterInput, 'sort'> {
  return {
    identifiers: input?.identifiers ?? undefined,
    stages: input?.stages ?? undefined,
    reviewStatuses: input?.reviewStatuses ?? undefined,
    customerCompanyNames: input?.customerCompanyNames ?? undefined,
    modifiedAfter: input?.modifiedAfter?.getTime(),
    modifiedBefore: input?.modifiedBefore?.getTime(),
    createdAfter: input?.createdAfter?.getTime(),
    createdBefore: input?.createdBefore?.getTime(),
    targetCloseDateAfter: input?.targetCloseDateAfter ?? undefined,
    targetCloseDateBefore: input?.targetCloseDateBefore ?? undefined,
    sort: sort == null ? undefined : { by: sort.by, order: sort.order },
  };
}
