/** A lead in an engagement: who may buy, and what made that known. */
import { Field, ObjectType } from 'type-graphql';
import type { Lead as LeadRecord, LeadInteraction as LeadInteractionRecord } from '../partner-central/record-kinds.js';
import { Address } from './address.type.js';
import { Contact } from './contact.type.js';
import { DateTime } from './date-time.scalar.js';

@ObjectType('LeadCustomer', { description: 'The company that may buy.', simpleResolvers: true })
export class LeadCustomer {
  @Field(() => String, { nullable: true, description: 'Name of the company.' })
  readonly companyName: string | null;

  @Field(() => String, { nullable: true, description: 'The industry.' })
  readonly industry: string | null;

  @Field(() => String, { nullable: true, description: 'Web site of the company.' })
  readonly websiteUrl: string | null;

  @Field(() => Address, { nullable: true, description: 'Where the company is.' })
  readonly address: Address | null;

  @Field(() => String, { nullable: true, description: 'How far the company uses AWS already.' })
  readonly awsMaturity: string | null;

  @Field(() => String, { nullable: true, description: 'The segment of the market, for example `Enterprise`.' })
  readonly marketSegment: string | null;
}

@ObjectType('LeadInteraction', { description: 'One occasion on which the customer showed interest.', simpleResolvers: true })
export class LeadInteraction implements LeadInteractionRecord {
  @Field(() => String, { nullable: true, description: 'What kind of occasion it was.' })
  readonly sourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the occasion, for example of a campaign.' })
  readonly sourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the occasion.' })
  readonly sourceName: string | null;

  @Field(() => String, { nullable: true, description: 'What the customer wants to use AWS for.' })
  readonly useCase: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was.' })
  readonly interactionDate: number | null;

  @Field(() => String, { nullable: true, description: 'What the customer did.' })
  readonly customerAction: string | null;

  @Field(() => String, { nullable: true, description: "The customer's problem." })
  readonly businessProblem: string | null;

  @Field(() => Contact, { nullable: true, description: 'The person who showed interest.' })
  readonly contact: Contact | null;
}

@ObjectType('Lead', { description: 'A customer who may buy. Once qualified, it can be converted into an opportunity.', simpleResolvers: true })
export class Lead implements LeadRecord {
  @Field(() => String, {
    nullable: true,
    description: "How far the lead is qualified: `Qualified`, `Unqualified`, `Disqualified` or words of the partner's own.",
  })
  readonly qualificationStatus: string | null;

  @Field(() => LeadCustomer, { nullable: true, description: 'The company that may buy.' })
  readonly customer: LeadCustomer | null;

  @Field(() => [LeadInteraction], { description: 'The occasions on which it showed interest.' })
  readonly interactions: readonly LeadInteraction[];

  @Field(() => String, { nullable: true, description: "AWS's estimate of how ready the lead is." })
  readonly leadReadinessScore: string | null;
}
