/** The filter of solutions. A member that the filter of `Records` lacks does not compile. */
import { Field, InputType } from 'type-graphql';
import type { SolutionStatus } from '../../partner-central/model/related-types.js';
import type { SolutionFilter } from '../../records/records.js';
import type { EveryMember } from '../record/every-member.js';
import { registerEnum } from '../register-enum.js';

const SolutionStatusEnum = registerEnum<SolutionStatus>('SolutionStatus', 'State of a solution, for filters.', {
  ACTIVE: 'The solution can be associated with opportunities.',
  INACTIVE: 'The solution was withdrawn.',
  DRAFT: 'The solution is not published yet.',
});

@InputType('SolutionFilter', {
  description:
    'Selects solutions that match every given field. A field that is absent or null matches all solutions; an empty ' +
    'list matches none.',
})
export class SolutionFilterInput {
  @Field(() => [SolutionStatusEnum], { nullable: true, description: 'States of the solutions.' })
  readonly statuses?: readonly SolutionStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Ids of the solutions (at most 20).' })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "Categories in AWS's words, for example `Software Product` (at most 10).",
  })
  readonly categories?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'ARNs of the solutions in AWS Marketplace (at most 10).' })
  readonly awsMarketplaceSolutionArns?: readonly string[] | null;
}

export function solutionFilterOf(
  input: SolutionFilterInput | null | undefined,
): EveryMember<SolutionFilter, SolutionFilterInput> {
  return {
    statuses: input?.statuses ?? undefined,
    identifiers: input?.identifiers ?? undefined,
    categories: input?.categories ?? undefined,
    awsMarketplaceSolutionArns: input?.awsMarketplaceSolutionArns ?? undefined,
  };
}
