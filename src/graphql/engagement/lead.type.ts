/** A lead, as its engagement has it and as an invitation shows it: the invitation shows less until it is accepted. */
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

/** Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
abstract class ProspectiveCustomer extends Company implements ProspectiveCustomerRecord {
  @Field(() => String, { nullable: true, description: 'How far the company uses AWS already.' })
  readonly awsMaturity: string | null;

  @Field(() => String, { nullable: true, description: 'The segment of the market, for example `Enterprise`.' })
  readonly marketSegment: string | null;
}

@ObjectType('LeadCustomer', { description: 'The company that may buy.', simpleResolvers: true })
export class LeadCustomer extends ProspectiveCustomer {
  @Field(() => Address, { nullable: true, description: 'Where the company is.' })
  readonly address: Address | null;
}

@ObjectType('InvitedLeadCustomer', { description: 'The company that may buy.', simpleResolvers: true })
export class InvitedLeadCustomer extends ProspectiveCustomer {
  @Field(() => String, {
    nullable: true,
    description: 'The country as two letters after ISO 3166-1, for example `US`.',
  })
  readonly countryCode: string | null;
}

/** Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
abstract class LeadOccasion implements LeadOccasionRecord {
  @Field(() => String, { nullable: true, description: 'What kind of occasion it was.' })
  readonly sourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the occasion, for example of a campaign.' })
  readonly sourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the occasion.' })
  readonly sourceName: string | null;

  @Field(() => String, { nullable: true, description: 'What the customer wants to use AWS for.' })
  readonly useCase: string | null;
}

@ObjectType('LeadInteraction', {
  description: 'One occasion on which the customer showed interest.',
  simpleResolvers: true,
})
export class LeadInteraction extends LeadOccasion implements LeadInteractionRecord {
  @Field(() => DateTime, { nullable: true, description: 'When it was.' })
  readonly interactionDate: number | null;

  @Field(() => String, { nullable: true, description: 'What the customer did.' })
  readonly customerAction: string | null;

  @Field(() => String, { nullable: true, description: "The customer's problem." })
  readonly businessProblem: string | null;

  @Field(() => Contact, { nullable: true, description: 'The person who showed interest.' })
  readonly contact: Contact | null;
}

@ObjectType('InvitedLeadInteraction', {
  description: 'The occasion on which the customer showed interest.',
  simpleResolvers: true,
})
export class InvitedLeadInteraction extends LeadOccasion {
  @Field(() => String, { nullable: true, description: 'Position of the person who showed interest.' })
  readonly contactBusinessTitle: string | null;
}

@ObjectType('Lead', {
  description: 'A customer who may buy. Once qualified, it can be converted into an opportunity.',
  simpleResolvers: true,
})
export class Lead implements LeadRecord {
  @Field(() => String, {
    nullable: true,
    description:
      "How far the lead is qualified: `Qualified`, `Unqualified`, `Disqualified` or words of the partner's own.",
  })
  readonly qualificationStatus: string | null;

  @Field(() => LeadCustomer, { nullable: true, description: 'The company that may buy.' })
  readonly customer: LeadCustomer | null;

  @Field(() => [LeadInteraction], { description: 'The occasions on which it showed interest.' })
  readonly interactions: readonly LeadInteraction[];

  @Field(() => String, { nullable: true, description: "AWS's estimate of how ready the lead is." })
  readonly leadReadinessScore: string | null;
}

@ObjectType('InvitedLead', { description: 'What an invitation tells of a lead.', simpleResolvers: true })
export class InvitedLead {
  @Field(() => InvitedLeadCustomer, { nullable: true, description: 'The company that may buy.' })
  readonly customer: InvitedLeadCustomer | null;

  @Field(() => InvitedLeadInteraction, { nullable: true, description: 'The occasion on which it showed interest.' })
  readonly interaction: InvitedLeadInteraction | null;
}
