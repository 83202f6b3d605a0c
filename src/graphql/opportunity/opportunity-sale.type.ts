/** What a sale comes from, what it brings, and what it is made of. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Marketing,
  RelatedEntities,
  SoftwareRevenue as SoftwareRevenueRecord,
} from '../../partner-central/model/record-types.js';
import { MonetaryValue } from '../values/money.type.js';

@ObjectType('OpportunityMarketing', {
  description: 'The marketing that the opportunity comes from.',
  simpleResolvers: true,
})
export class OpportunityMarketing implements Marketing {
  @Field(() => String, {
    nullable: true,
    description: 'Whether it comes from marketing: `Marketing Activity` or `None`.',
  })
  readonly source: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the campaign.' })
  readonly campaignName: string | null;

  @Field(() => [String], { description: 'What the campaign was about.' })
  readonly useCases: readonly string[];

  @Field(() => [String], { description: "Where the campaign ran, words of AWS's list, for example `Live Event`." })
  readonly channels: readonly string[];

  @Field(() => String, { nullable: true, description: 'Whether AWS paid for the campaign: `Yes` or `No`.' })
  readonly awsFundingUsed: string | null;
}

@ObjectType('SoftwareRevenue', { description: "The partner's own revenue from software.", simpleResolvers: true })
export class SoftwareRevenue implements SoftwareRevenueRecord {
  @Field(() => String, {
    nullable: true,
    description: 'How it is paid: `Contract`, `Pay-as-you-go` or `Subscription`.',
  })
  readonly deliveryModel: string | null;

  @Field(() => MonetaryValue, { nullable: true, description: 'How much it is.' })
  readonly value: MonetaryValue | null;

  @Field(() => String, { nullable: true, description: 'When the contract begins, as `YYYY-MM-DD`.' })
  readonly effectiveDate: string | null;

  @Field(() => String, { nullable: true, description: 'When the contract ends, as `YYYY-MM-DD`.' })
  readonly expirationDate: string | null;
}

@ObjectType('OpportunityRelatedEntities', {
  description:
    'What is associated with the opportunity, as AWS identifies it. AWS takes no submission without a solution or product.',
  simpleResolvers: true,
})
export class OpportunityRelatedEntities implements RelatedEntities {
  @Field(() => [String], { description: 'Solutions of the partner, for example `S-0000001`.' })
  readonly solutions: readonly string[];

  @Field(() => [String], { description: 'Products of AWS.' })
  readonly awsProducts: readonly string[];

  @Field(() => [String], { description: 'Private offers in AWS Marketplace, as ARNs.' })
  readonly awsMarketplaceOffers: readonly string[];

  @Field(() => [String], { description: 'Sets of offers in AWS Marketplace, as ARNs.' })
  readonly awsMarketplaceOfferSets: readonly string[];

  @Field(() => [String], { description: 'Solutions in AWS Marketplace, as ARNs.' })
  readonly awsMarketplaceSolutions: readonly string[];

  @Field(() => [String], { description: 'Products in AWS Marketplace, as ARNs.' })
  readonly awsMarketplaceProducts: readonly string[];
}
