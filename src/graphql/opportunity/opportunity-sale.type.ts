/** The marketing, the revenue and the associated items of a sale. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Marketing,
  RelatedEntities,
  SoftwareRevenue as SoftwareRevenueRecord,
} from '../../partner-central/model/record-types.js';
import { MonetaryValue } from '../values/money.type.js';

@ObjectType('OpportunityMarketing', {
  description: 'The marketing that led to the opportunity.',
  simpleResolvers: true,
})
export class OpportunityMarketing implements Marketing {
  @Field(() => String, {
    nullable: true,
    description: 'Origin of the opportunity: `Marketing Activity` or `None`. Null if not set.',
  })
  readonly source: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the campaign. Null if not set.' })
  readonly campaignName: string | null;

  @Field(() => [String], { description: 'Use cases that the campaign covered.' })
  readonly useCases: readonly string[];

  @Field(() => [String], { description: 'Channels of the campaign, from a list of AWS, for example `Live Event`.' })
  readonly channels: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: '`Yes` if AWS paid for the campaign, otherwise `No`. Null if not set.',
  })
  readonly awsFundingUsed: string | null;
}

@ObjectType('SoftwareRevenue', { description: "The partner's revenue from software.", simpleResolvers: true })
export class SoftwareRevenue implements SoftwareRevenueRecord {
  @Field(() => String, {
    nullable: true,
    description: 'Payment model: `Contract`, `Pay-as-you-go` or `Subscription`. Null if not set.',
  })
  readonly deliveryModel: string | null;

  @Field(() => MonetaryValue, { nullable: true, description: 'Amount of the revenue. Null if not set.' })
  readonly value: MonetaryValue | null;

  @Field(() => String, { nullable: true, description: 'Start of the contract as `YYYY-MM-DD`. Null if not set.' })
  readonly effectiveDate: string | null;

  @Field(() => String, { nullable: true, description: 'End of the contract as `YYYY-MM-DD`. Null if not set.' })
  readonly expirationDate: string | null;
}

@ObjectType('OpportunityRelatedEntities', {
  description:
    "Items that are associated with the opportunity, by AWS's identifiers. AWS refuses a submission without a " +
    'solution or a product.',
  simpleResolvers: true,
})
export class OpportunityRelatedEntities implements RelatedEntities {
  @Field(() => [String], { description: 'Ids of solutions of the partner, for example `S-0000001`.' })
  readonly solutions: readonly string[];

  @Field(() => [String], { description: 'Identifiers of AWS products.' })
  readonly awsProducts: readonly string[];

  @Field(() => [String], { description: 'ARNs of private offers in AWS Marketplace.' })
  readonly awsMarketplaceOffers: readonly string[];

  @Field(() => [String], { description: 'ARNs of sets of offers in AWS Marketplace.' })
  readonly awsMarketplaceOfferSets: readonly string[];

  @Field(() => [String], { description: 'ARNs of solutions in AWS Marketplace.' })
  readonly awsMarketplaceSolutions: readonly string[];

  @Field(() => [String], { description: 'ARNs of products in AWS Marketplace.' })
  readonly awsMarketplaceProducts: readonly string[];
}
