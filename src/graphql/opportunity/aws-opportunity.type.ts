/** AWS's side of an opportunity. AWS's words are texts, because AWS adds values. */
import { Field, Int, ObjectType } from 'type-graphql';
import type {
  AwsOpportunity as AwsOpportunityRecord,
  AwsRecommendation as AwsRecommendationRecord,
  AwsTeamMember as AwsTeamMemberRecord,
} from '../../partner-central/model/related-types.js';
import type { InvolvementType, Visibility } from '../../partner-central/model/task-kind.js';
import { InvolvementTypeEnum, VisibilityEnum } from '../task/enums.js';
import { Contact } from '../values/contact.type.js';
import { ExpectedCustomerSpend, MonetaryValue } from '../values/money.type.js';
import { AwsSpendInsights } from './aws-spend.type.js';
import { NextSteps } from './opportunity-life-cycle.type.js';

@ObjectType('AwsTeamMember', { description: 'A person at AWS who works on an opportunity.', simpleResolvers: true })
export class AwsTeamMember implements AwsTeamMemberRecord {
  @Field(() => String, { nullable: true, description: 'Given name. Null if AWS gives none.' })
  readonly firstName: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null if AWS gives none.' })
  readonly lastName: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Role, from an open set of AWS, for example `AWSSalesRep` or `AWSAccountOwner`. Null if AWS gives none.',
  })
  readonly businessTitle: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address. Null if AWS gives none.' })
  readonly email: string | null;
}

@ObjectType('AwsRecommendationAttribute', {
  description: 'A further value of a recommendation.',
  simpleResolvers: true,
})
export class AwsRecommendationAttribute {
  @Field(() => String, { description: 'Name of the value.' })
  readonly key: string;

  @Field(() => String, { description: 'The value.' })
  readonly value: string;
}

@ObjectType('AwsRecommendation', { description: 'A recommendation of AWS to the partner.', simpleResolvers: true })
export class AwsRecommendation implements AwsRecommendationRecord {
  @Field(() => String, {
    description: 'Source, from an open set of AWS, for example `OpportunityQuality` or `SolutionRecommendation`.',
  })
  readonly type: string;

  @Field(() => String, { description: 'Text for people.' })
  readonly details: string;

  @Field(() => [AwsRecommendationAttribute], { description: 'Further values, which depend on `type`.' })
  readonly attributes: readonly AwsRecommendationAttribute[];
}

@ObjectType('AwsSoftwareRevenue', {
  description: 'The terms of the deal that the seller agreed with AWS.',
  simpleResolvers: true,
})
export class AwsSoftwareRevenue {
  @Field(() => MonetaryValue, { nullable: true, description: 'Commitment of the customer. Null if AWS gives none.' })
  readonly value: MonetaryValue | null;

  @Field(() => String, {
    nullable: true,
    description: 'Discount as a percentage in decimal text: `15.00` is 15 %. Null if AWS gives none.',
  })
  readonly discount: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Start of the contract as `YYYY-MM-DD`. Null if AWS gives none.',
  })
  readonly effectiveDate: string | null;

  @Field(() => String, { nullable: true, description: 'End of the contract as `YYYY-MM-DD`. Null if AWS gives none.' })
  readonly expirationDate: string | null;
}

@ObjectType('AwsRelatedEntities', {
  description: "Items that AWS associates with the opportunity, by AWS's identifiers.",
  simpleResolvers: true,
})
export class AwsRelatedEntities {
  @Field(() => [String], { description: 'Ids of solutions of the partner.' })
  readonly solutions: readonly string[];

  @Field(() => [String], { description: 'Identifiers of AWS products.' })
  readonly awsProducts: readonly string[];

  @Field(() => [String], { description: 'ARNs of solutions in AWS Marketplace.' })
  readonly awsMarketplaceSolutions: readonly string[];

  @Field(() => [String], { description: 'ARNs of products in AWS Marketplace.' })
  readonly awsMarketplaceProducts: readonly string[];
}

@ObjectType('AwsOpportunity', {
  description:
    "AWS's side of an opportunity. Most of it is null until AWS has approved the opportunity, and AWS can fill it hours " +
    "later. The fields without an enum have AWS's own words, from open sets.",
  simpleResolvers: true,
})
export class AwsOpportunity implements Omit<AwsOpportunityRecord, 'catalog' | 'opportunityId' | 'team'> {
  @Field(() => String, {
    nullable: true,
    description: 'Side that the opportunity came from: `AWS Referral` or `Partner Referral`. Null if AWS gives none.',
  })
  readonly origin: string | null;

  @Field(() => InvolvementTypeEnum, {
    nullable: true,
    description: 'Involvement of AWS. Null before the submission, or if this schema does not know the value.',
  })
  readonly involvementType: InvolvementType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Involvement of AWS as AWS wrote it, also if this schema does not know the value. Null before the submission.',
  })
  readonly rawInvolvementType: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for which AWS changed its involvement. Null if AWS did not change it.',
  })
  readonly involvementTypeChangeReason: string | null;

  @Field(() => VisibilityEnum, {
    nullable: true,
    description:
      'Visibility of the opportunity at AWS. Null before the submission, or if this schema does not know the value.',
  })
  readonly visibility: Visibility | null;

  @Field(() => String, {
    nullable: true,
    description: 'Visibility as AWS wrote it, also if this schema does not know the value. Null before the submission.',
  })
  readonly rawVisibility: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "AWS's stage of the sale, which is not the partner's, for example `Seller Engaged`. AWS knows 24 stages and may " +
      'add more. Null until AWS gives one.',
  })
  readonly stage: string | null;

  @Field(() => String, { nullable: true, description: 'Reason for which the sale failed. Null if AWS gives none.' })
  readonly closedLostReason: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Closing date that AWS expects, as `YYYY-MM-DD`. Null if AWS gives none.',
  })
  readonly targetCloseDate: string | null;

  @Field(() => String, { nullable: true, description: 'Next steps of AWS. Null if AWS gives none.' })
  readonly nextSteps: string | null;

  @Field(() => [NextSteps], { description: "Earlier next steps in AWS's order, the oldest first." })
  readonly nextStepsHistory: readonly NextSteps[];

  @Field(() => String, {
    nullable: true,
    description: 'Next actions that AWS recommends, as text for people. Null until AWS has scored the opportunity.',
  })
  readonly nextBestActions: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Score of the engagement: `High`, `Medium` or `Low`. Null until AWS has scored the opportunity.',
  })
  readonly engagementScore: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Quality of the opportunity from 0 to 100. Null until AWS has scored the opportunity.',
  })
  readonly qualityScore: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Change of `qualityScore`, for example `Improving` or `Declining`. Null until AWS gives one.',
  })
  readonly qualityTrend: string | null;

  @Field(() => [AwsRecommendation], { description: 'Recommendations of AWS, at most five.' })
  readonly recommendations: readonly AwsRecommendation[];

  @Field(() => String, {
    nullable: true,
    description:
      'Way in which AWS takes part in the sale, for example `AWS Field-engaged` or `Partner-led`. Null until AWS has ' +
      'scored the opportunity.',
  })
  readonly cosellMotion: string | null;

  @Field(() => AwsSpendInsights, {
    nullable: true,
    description: 'Analyses of the expected spend of the customer. Null if AWS gives none.',
  })
  readonly spendInsights: AwsSpendInsights | null;

  @Field(() => AwsSoftwareRevenue, {
    nullable: true,
    description: 'Terms of the deal that the seller agreed with AWS. Null if AWS gives none.',
  })
  readonly softwareRevenue: AwsSoftwareRevenue | null;

  @Field(() => [Contact], { description: 'Contacts at the customer that AWS knows.' })
  readonly customerContacts: readonly Contact[];

  @Field(() => [ExpectedCustomerSpend], { description: 'Expected spend of the customer at AWS.' })
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];

  @Field(() => String, {
    nullable: true,
    description: 'AWS partition of the workload, for example `aws-eusc`. Null for the standard partition.',
  })
  readonly awsPartition: string | null;

  @Field(() => AwsRelatedEntities, { description: 'Items that AWS associates with the opportunity.' })
  readonly relatedEntities: AwsRelatedEntities;
}
