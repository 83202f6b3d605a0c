import { Field, InputType } from 'type-graphql';
import type { ContextType } from '../../partner-central/model/record-types.js';
import type { EngagementFilter } from '../../records/records.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';
import type { EveryMember } from '../record/every-member.js';

@InputType('EngagementFilter', {
  description:
    'Which engagements are meant: those that match every field that is given. A field that is absent or null matches all; an empty list ' +
    'matches none.',
})
export class EngagementFilterInput {
  @Field(() => [String], { nullable: true, description: 'Those with one of these ids; at most 10.' })
  readonly identifiers?: readonly string[] | null;

  @Field(() => [EngagementContextTypeEnum], {
    nullable: true,
    description: 'Those that have a context of one of these types.',
  })
  readonly contextTypes?: readonly ContextType[] | null;

  @Field(() => [EngagementContextTypeEnum], {
    nullable: true,
    description: 'Those that have no context of any of these types. An empty list excludes nothing.',
  })
  readonly excludeContextTypes?: readonly ContextType[] | null;
}

export function engagementFilterOf(
  input: EngagementFilterInput | null | undefined,
): EveryMember<EngagementFilter, EngagementFilterInput> {
  return {
    identifiers: input?.identifiers ?? undefined,
    contextTypes: input?.contextTypes ?? undefined,
    excludeContextTypes:
      input?.excludeContextTypes?.length === 0 ? undefined : (input?.excludeContextTypes ?? undefined),
  };
}
