/** A lead of an engagement, and the part of it that an invitation shows before it is accepted. */
import { Field, ObjectType } from 'type-graphql';
import type {
  Lead as LeadRecord,
  LeadInteraction as LeadInteractionRecord,
  LeadOccasion as LeadOccasionRecord,
  ProspectiveCustomer as ProspectiveCustomerRecord,
} from '../../partner-central/model/record-types.js';
import { Address } from '../values/address.type.js';
import { Contact } from '../values/contact.type.js';
import { Company } from './customer-project.type.js';
import { DateTime } from '../values/date-time.scalar.js';

/** The common fields of the customers of leads. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
abstract class ProspectiveCustomer extends Company implements ProspectiveCustomerRecord {
  @Field(() => String, { nullable: true, description: 'Present use of AWS by the company. Null if not set.' })
  readonly awsMaturity: string | null;

  @Field(() => String, { nullable: true, description: 'Market segment, for example `Enterprise`. Null if not set.' })
  readonly marketSegment: string | null;
}

@ObjectType('LeadCustomer', { description: 'The prospective customer.', simpleResolvers: true })
export class LeadCustomer extends ProspectiveCustomer {
  @Field(() => Address, { nullable: true, description: 'Address of the company. Null if not set.' })
  readonly address: Address | null;
}

@ObjectType('InvitedLeadCustomer', { description: 'The prospective customer.', simpleResolvers: true })
export class InvitedLeadCustomer extends ProspectiveCustomer {
  @Field(() => String, {
    nullable: true,
    description: 'Country as an ISO 3166-1 code of two letters, for example `US`. Null if not set.',
  })
  readonly countryCode: string | null;
}

/** The common fields of the interactions. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
abstract class LeadOccasion implements LeadOccasionRecord {
  @Field(() => String, { nullable: true, description: 'Kind of the source of the interaction. Null if not set.' })
  readonly sourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the source, for example of a campaign. Null if not set.' })
  readonly sourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the source. Null if not set.' })
  readonly sourceName: string | null;

  @Field(() => String, { nullable: true, description: 'Intended use of AWS. Null if not set.' })
  readonly useCase: string | null;
}

@ObjectType('LeadInteraction', {
  description: 'An interaction in which the customer showed interest.',
  simpleResolvers: true,
})
export class LeadInteraction extends LeadOccasion implements LeadInteractionRecord {
  @Field(() => DateTime, { nullable: true, description: 'Time of the interaction. Null if not set.' })
  readonly interactionDate: number | null;

  @Field(() => String, { nullable: true, description: 'Action of the customer. Null if not set.' })
  readonly customerAction: string | null;

  @Field(() => String, { nullable: true, description: 'Problem of the customer. Null if not set.' })
  readonly businessProblem: string | null;

  @Field(() => Contact, { nullable: true, description: 'The person who showed interest. Null if not set.' })
  readonly contact: Contact | null;
}

@ObjectType('InvitedLeadInteraction', {
  description: 'The interaction in which the customer showed interest.',
  simpleResolvers: true,
})
export class InvitedLeadInteraction extends LeadOccasion {
  @Field(() => String, {
    nullable: true,
    description: 'Position of the person who showed interest. Null if not set.',
  })
  readonly contactBusinessTitle: string | null;
}

@ObjectType('Lead', {
  description: 'A prospective sale. A qualified lead can become an opportunity.',
  simpleResolvers: true,
})
export class Lead implements LeadRecord {
  @Field(() => String, {
    nullable: true,
    description:
      'State of the qualification: `Qualified`, `Unqualified`, `Disqualified` or a text of the partner. Null if ' +
      'not set.',
  })
  readonly qualificationStatus: string | null;

  @Field(() => LeadCustomer, { nullable: true, description: 'The prospective customer. Null if not set.' })
  readonly customer: LeadCustomer | null;

  @Field(() => [LeadInteraction], { description: 'Interactions in which the customer showed interest.' })
  readonly interactions: readonly LeadInteraction[];

  @Field(() => String, {
    nullable: true,
    description: "AWS's estimate of the lead's readiness. Null if AWS gives none.",
  })
  readonly leadReadinessScore: string | null;
}

@ObjectType('InvitedLead', { description: 'The part of a lead that an invitation shows.', simpleResolvers: true })
export class InvitedLead {
  @Field(() => InvitedLeadCustomer, { nullable: true, description: 'The prospective customer. Null if not set.' })
  readonly customer: InvitedLeadCustomer | null;

  @Field(() => InvitedLeadInteraction, {
    nullable: true,
    description: 'The interaction in which the customer showed interest. Null if not set.',
  })
  readonly interaction: InvitedLeadInteraction | null;
}
