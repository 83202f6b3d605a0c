/** The filter of engagements. A member that the filter of `Records` lacks does not compile. */
import { Field, InputType } from 'type-graphql';
import type { ContextType } from '../../partner-central/model/record-types.js';
import type { EngagementFilter } from '../../records/records.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';
import type { EveryMember } from '../record/every-member.js';

@InputType('EngagementFilter', {
  description:
    'Selects engagements that match every given field. A field that is absent or null matches all engagements; an ' +
    'empty list matches none. ' +
    'A list with more values than stated is refused with the code `BAD_USER_INPUT`.',
})
export class EngagementFilterInput {
  @Field(() => [String], { nullable: true, description: 'Ids of the engagements (at most 10).' })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [EngagementContextTypeEnum], {
    nullable: true,
    description: 'Types of contexts. An engagement matches if it has a context of one of these types.',
  })
  readonly contextTypes?: readonly ContextType[] | null;

  @Field(() => [EngagementContextTypeEnum], {
    nullable: true,
    description:
      'Types of contexts to exclude. An engagement matches if it has no context of these types. ' +
      'An empty list excludes nothing.',
  })
  readonly excludeContextTypes?: readonly ContextType[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'AWS accounts that created the engagements (at most 10).',
  })
  readonly createdBy?: readonly string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'AWS accounts to exclude (at most 10). An engagement matches if none of them created it. ' +
      'An empty list excludes nothing.',
  })
  readonly excludeCreatedBy?: readonly string[] | null;
}

export function engagementFilterOf(
  input: EngagementFilterInput | null | undefined,
): EveryMember<EngagementFilter, EngagementFilterInput> {
  return {
    identifiers: input?.identifiers ?? undefined,
    contextTypes: input?.contextTypes ?? undefined,
    excludeContextTypes: unlessEmpty(input?.excludeContextTypes),
    createdBy: input?.createdBy ?? undefined,
    excludeCreatedBy: unlessEmpty(input?.excludeCreatedBy),
  };
}

/** A list of exclusions that is empty excludes nothing. */
function unlessEmpty<T>(values: readonly T[] | null | undefined): readonly T[] | undefined {
  return values == null || values.length === 0 ? undefined : values;
}
