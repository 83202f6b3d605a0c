/** What an invitation tells of a lead: less than the lead itself, which can be read once the invitation is accepted. */
import { Field, ObjectType } from 'type-graphql';
import { EngagementCustomer } from './customer-project.type.js';

@ObjectType('InvitedLeadCustomer', { description: 'The company that may buy.', simpleResolvers: true })
export class InvitedLeadCustomer extends EngagementCustomer {
  @Field(() => String, { nullable: true, description: 'How far the company uses AWS already.' })
  readonly awsMaturity: string | null;

  @Field(() => String, { nullable: true, description: 'The segment of the market, for example `Enterprise`.' })
  readonly marketSegment: string | null;
}

@ObjectType('InvitedLeadInteraction', { description: 'The occasion on which the customer showed interest.', simpleResolvers: true })
export class InvitedLeadInteraction {
  @Field(() => String, { nullable: true, description: 'What kind of occasion it was.' })
  readonly sourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the occasion, for example of a campaign.' })
  readonly sourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the occasion.' })
  readonly sourceName: string | null;

  @Field(() => String, { nullable: true, description: 'What the customer wants to use AWS for.' })
  readonly useCase: string | null;

  @Field(() => String, { nullable: true, description: 'Position of the person who showed interest.' })
  readonly contactBusinessTitle: string | null;
}

@ObjectType('InvitedLead', { description: 'What an invitation tells of a lead.', simpleResolvers: true })
export class InvitedLead {
  @Field(() => InvitedLeadCustomer, { nullable: true, description: 'The company that may buy.' })
  readonly customer: InvitedLeadCustomer | null;

  @Field(() => InvitedLeadInteraction, { nullable: true, description: 'The occasion on which it showed interest.' })
  readonly interaction: InvitedLeadInteraction | null;
}
