/** What an invitation tells of the sender's opportunity. */
import { Field, ObjectType } from 'type-graphql';
import { Contact } from '../values/contact.type.js';
import { EngagementCustomer, EngagementProject } from '../engagement/customer-project.type.js';
import { ExpectedCustomerSpend } from '../values/money.type.js';

@ObjectType('InvitedProject', { description: 'The project that the receiver is invited to.', simpleResolvers: true })
export class InvitedProject extends EngagementProject {
  @Field(() => [ExpectedCustomerSpend], { description: 'What the customer is expected to spend.' })
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];
}

@ObjectType('InvitedOpportunity', {
  description: "What an invitation tells of the sender's opportunity.",
  simpleResolvers: true,
})
export class InvitedOpportunity {
  @Field(() => EngagementCustomer, { nullable: true, description: 'Who the customer is.' })
  readonly customer: EngagementCustomer | null;

  @Field(() => InvitedProject, { nullable: true, description: 'What is to be done.' })
  readonly project: InvitedProject | null;

  @Field(() => [String], {
    description: "What the receiver is asked to do, words of AWS's list, for example `Reseller`.",
  })
  readonly receiverResponsibilities: readonly string[];

  @Field(() => [Contact], { description: 'People at the sender.' })
  readonly senderContacts: readonly Contact[];
}
