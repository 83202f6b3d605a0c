/**
 * The parts that belong to an opportunity: AWS's side with its team, the engagements, and the fields that can be
 * edited.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, ID, Info, Resolver, Root } from 'type-graphql';
import type { EngagementSummary, OpportunitySummary } from '../../partner-central/model/record-types.js';
import type {
  AwsOpportunity as AwsOpportunityRecord,
  AwsTeamMember as AwsTeamMemberRecord,
} from '../../partner-central/model/related-types.js';
import { awsPeopleIn, needsOpportunityTeam } from '../../records/aws-team.js';
import { editabilityOf, type FieldEditability as FieldEditabilityRecord } from '../../records/editability.js';
import type { GraphqlContext } from '../context.js';
import { Engagement } from '../engagement/engagement.type.js';
import { LOOK_UP_COST, aged, lookUpEngagement, type Aged } from '../record/record-lookup.js';
import { recordOf } from '../record/record-result.js';
import { AwsOpportunity, AwsTeamMember } from './aws-opportunity.type.js';
import { FieldEditability } from './field-editability.type.js';
import { Opportunity } from './opportunity.type.js';

@Resolver(() => Opportunity)
export class RelatedToOpportunityResolver {
  @FieldResolver(() => AwsOpportunity, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      "AWS's side of the opportunity: its stage, team, scores and recommendations. Null until AWS has a summary. " +
      'Costs one read per opportunity.',
  })
  async aws(
    @Root() { catalog, id, maxAgeMs }: Aged<OpportunitySummary>,
    @Ctx() { records, now }: GraphqlContext,
  ): Promise<Aged<AwsOpportunityRecord> | null> {
    return aged(recordOf(await records.awsOpportunity(catalog, id, maxAgeMs), now()), maxAgeMs);
  }

  @FieldResolver(() => [ID], {
    complexity: LOOK_UP_COST,
    description:
      'Ids of the engagements in which the opportunity is shared, and of which the account is a member. Costs one ' +
      'read for all opportunities that are requested at the same time, if the account shares at most 1,000; otherwise ' +
      'one read per opportunity.',
  })
  async engagementIds(
    @Root() opportunity: Aged<OpportunitySummary>,
    @Ctx() context: GraphqlContext,
  ): Promise<readonly string[]> {
    return engagementIdsOf(opportunity, context);
  }

  @FieldResolver(() => Engagement, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The engagement in which the opportunity is shared. If there are several, the first that AWS lists; ' +
      '`engagementIds` has all. Null if there is none. Costs the reads of `engagementIds` and those of `Engagement`.',
  })
  async engagement(
    @Root() opportunity: Aged<OpportunitySummary>,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EngagementSummary | null> {
    const { catalog, maxAgeMs } = opportunity;
    const [id] = await engagementIdsOf(opportunity, context);
    if (id === undefined) return null;
    return lookUpEngagement(context, info, maxAgeMs === undefined ? { catalog, id } : { catalog, id, maxAgeMs });
  }

  @FieldResolver(() => [FieldEditability], {
    description:
      'The fields that a partner can edit at AWS in the present state of the opportunity, with the reasons. It depends ' +
      'on the review status and the stage, and costs no read beyond that of the opportunity.',
  })
  editability(@Root() opportunity: OpportunitySummary): readonly FieldEditabilityRecord[] {
    return editabilityOf(opportunity);
  }
}

async function engagementIdsOf(
  { catalog, id, maxAgeMs }: Aged<OpportunitySummary>,
  { records, now }: GraphqlContext,
): Promise<readonly string[]> {
  return recordOf(await records.engagementIds(catalog, id, maxAgeMs), now()) ?? [];
}

@Resolver(() => AwsOpportunity)
export class AwsTeamResolver {
  @FieldResolver(() => [AwsTeamMember], {
    complexity: LOOK_UP_COST,
    description:
      'People at AWS who work on the opportunity. Empty until AWS has assigned people. If the summary of AWS has ' +
      'none, they are read from the team of the opportunity, where AWS has been seen to put them. That costs one more ' +
      'read per opportunity.',
  })
  async team(
    @Root() aws: Aged<AwsOpportunityRecord>,
    @Ctx() { records, now }: GraphqlContext,
  ): Promise<readonly AwsTeamMemberRecord[]> {
    if (!needsOpportunityTeam(aws)) return aws.team;
    const { catalog, opportunityId, maxAgeMs } = aws;
    const opportunity = recordOf(await records.opportunity(catalog, opportunityId, maxAgeMs), now());
    return awsPeopleIn(opportunity?.opportunityTeam ?? []);
  }
}
