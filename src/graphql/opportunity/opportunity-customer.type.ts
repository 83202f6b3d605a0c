/** The customer of an opportunity. */
import { Field, ObjectType } from 'type-graphql';
import type { Account } from '../../partner-central/model/record-types.js';
import { Address } from '../values/address.type.js';
import { Contact } from '../values/contact.type.js';

@ObjectType('CustomerAccount', { description: 'The company of the customer.', simpleResolvers: true })
export class CustomerAccount implements Account {
  @Field(() => String, { nullable: true, description: 'Name of the company. Null if not set.' })
  readonly companyName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Industry, from a list of AWS, for example `Healthcare`. Null if not set.',
  })
  readonly industry: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Industry as free text, if `industry` is `Other`. Null if not set.',
  })
  readonly otherIndustry: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company. Null if not set.' })
  readonly websiteUrl: string | null;

  @Field(() => Address, {
    nullable: true,
    description: 'Address of the company. Null if not set. `streetAddress` costs one read per opportunity.',
  })
  readonly address: Address | null;

  @Field(() => String, {
    nullable: true,
    description: 'AWS account of the customer, 12 digits. Null if not set. Costs one read per opportunity.',
  })
  readonly awsAccountId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'D-U-N-S number of the company, 9 digits. Null if not set. Costs one read per opportunity.',
  })
  readonly duns: string | null;
}

@ObjectType('OpportunityCustomer', { description: 'The customer of an opportunity.', simpleResolvers: true })
export class OpportunityCustomer {
  @Field(() => CustomerAccount, { nullable: true, description: 'The company. Null if not set.' })
  readonly account: CustomerAccount | null;

  @Field(() => [Contact], {
    description: 'Contacts at the company. Empty if there are none. Costs one read per opportunity.',
  })
  readonly contacts: readonly Contact[];
}
