import { Field, ObjectType } from 'type-graphql';
import type { Account } from '../../partner-central/model/record-types.js';
import { Address } from '../values/address.type.js';
import { Contact } from '../values/contact.type.js';

@ObjectType('CustomerAccount', { description: 'The company that buys.', simpleResolvers: true })
export class CustomerAccount implements Account {
  @Field(() => String, { nullable: true, description: 'Name of the company.' })
  readonly companyName: string | null;

  @Field(() => String, { nullable: true, description: "The industry, a word of AWS's list, for example `Healthcare`." })
  readonly industry: string | null;

  @Field(() => String, { nullable: true, description: 'The industry in own words, where `industry` is `Other`.' })
  readonly otherIndustry: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company.' })
  readonly websiteUrl: string | null;

  @Field(() => Address, { nullable: true, description: 'Where the company is.' })
  readonly address: Address | null;

  @Field(() => String, { nullable: true, description: "The customer's AWS account: 12 digits." })
  readonly awsAccountId: string | null;

  @Field(() => String, { nullable: true, description: 'The D-U-N-S number of the company: 9 digits.' })
  readonly duns: string | null;
}

@ObjectType('OpportunityCustomer', { description: 'The customer of an opportunity.', simpleResolvers: true })
export class OpportunityCustomer {
  @Field(() => CustomerAccount, { nullable: true, description: 'The company.' })
  readonly account: CustomerAccount | null;

  @Field(() => [Contact], { description: 'People at the company; empty when none are named.' })
  readonly contacts: readonly Contact[];
}
