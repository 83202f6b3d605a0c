/** AWS's findings about a prospect: all of them in a context, and a part in an invitation. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Prospect as ProspectRecord,
  ProspectCustomer as ProspectCustomerRecord,
  ProspectInsights as ProspectInsightsRecord,
  ProspectingResult as ProspectingResultRecord,
} from '../../partner-central/model/prospecting-types.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('ProspectCustomer', {
  description: 'The company of a prospect, as AWS classifies it.',
  simpleResolvers: true,
})
export class ProspectCustomer implements ProspectCustomerRecord {
  @Field(() => String, { nullable: true, description: 'Name of the company. Null if AWS gives none.' })
  readonly accountName: string | null;

  @Field(() => String, { nullable: true, description: 'Geographic area. Null if AWS gives none.' })
  readonly geo: string | null;

  @Field(() => String, { nullable: true, description: 'Region within the area. Null if AWS gives none.' })
  readonly region: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the region. Null if AWS gives none.' })
  readonly subRegion: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Country as an ISO 3166-1 code of two letters, for example `US`. Null if AWS gives none.',
  })
  readonly countryCode: string | null;

  @Field(() => String, { nullable: true, description: 'Industry, from a list of AWS. Null if AWS gives none.' })
  readonly industry: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the industry. Null if AWS gives none.' })
  readonly subIndustry: string | null;

  @Field(() => String, { nullable: true, description: 'Market segment. Null if AWS gives none.' })
  readonly segment: string | null;

  @Field(() => String, { nullable: true, description: 'Size of the company. Null if AWS gives none.' })
  readonly companySize: string | null;

  @Field(() => [String], { description: 'Programs of AWS that the company is eligible for.' })
  readonly eligiblePrograms: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'Summary of public information about the company. Null if AWS gives none.',
  })
  readonly publicProfileSummary: string | null;
}

@ObjectType('ProspectInsights', {
  description: 'Scores that AWS has generated about a prospect, in the words of AWS.',
  simpleResolvers: true,
})
export class ProspectInsights implements ProspectInsightsRecord {
  @Field(() => String, {
    nullable: true,
    description: 'Engagement of the company with AWS Marketplace: `High`, `Medium` or `Low`. Null if AWS gives none.',
  })
  readonly marketplaceEngagementScore: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Fit of the partner's solution with the needs of the company. Null if AWS gives none.",
  })
  readonly solutionScore: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Category of solutions that meet the needs. Null if AWS gives none.',
  })
  readonly solutionCategory: string | null;

  @Field(() => String, { nullable: true, description: 'Part of that category. Null if AWS gives none.' })
  readonly solutionSubCategory: string | null;
}

@ObjectType('Prospect', { description: 'The findings of AWS about a prospect.', simpleResolvers: true })
export class Prospect implements ProspectRecord {
  @Field(() => ProspectCustomer, { nullable: true, description: 'The company. Null if AWS gives none.' })
  readonly customer: ProspectCustomer | null;

  @Field(() => ProspectInsights, { nullable: true, description: 'Scores of AWS. Null if AWS gives none.' })
  readonly insights: ProspectInsights | null;
}

@ObjectType('ProspectingResult', {
  description: 'The findings of AWS about a prospect, with the task that made them.',
  simpleResolvers: true,
})
export class ProspectingResult extends Prospect implements ProspectingResultRecord {
  @Field(() => DateTime, { nullable: true, description: 'Time at which the task began. Null if AWS gives none.' })
  readonly startedAt: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Time at which the task ended. Null if AWS gives none.' })
  readonly endedAt: number | null;

  @Field(() => String, { nullable: true, description: "AWS's id of the prospecting task. Null if AWS gives none." })
  readonly taskId: string | null;

  @Field(() => String, { nullable: true, description: "AWS's ARN of the prospecting task. Null if AWS gives none." })
  readonly taskArn: string | null;

  @Field(() => String, { nullable: true, description: 'Name that a user gave the task. Null if AWS gives none.' })
  readonly taskName: string | null;
}
