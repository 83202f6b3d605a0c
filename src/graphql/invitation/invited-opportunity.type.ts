/** The part of the sender's opportunity that an invitation shows. */
import { Field, ObjectType } from 'type-graphql';
import { Contact } from '../values/contact.type.js';
import { EngagementCustomer, EngagementProject } from '../engagement/customer-project.type.js';
import { ExpectedCustomerSpend } from '../values/money.type.js';

@ObjectType('InvitedProject', { description: 'The project of a shared opportunity.', simpleResolvers: true })
export class InvitedProject extends EngagementProject {
  @Field(() => [ExpectedCustomerSpend], { description: 'Expected spend of the customer.' })
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];
}

@ObjectType('InvitedOpportunity', {
  description: "The part of the sender's opportunity that an invitation shows.",
  simpleResolvers: true,
})
export class InvitedOpportunity {
  @Field(() => EngagementCustomer, { nullable: true, description: 'The customer. Null if not set.' })
  readonly customer: EngagementCustomer | null;

  @Field(() => InvitedProject, { nullable: true, description: 'The project. Null if not set.' })
  readonly project: InvitedProject | null;

  @Field(() => [String], {
    description: 'Responsibilities of the receiver, from a list of AWS, for example `Reseller`.',
  })
  readonly receiverResponsibilities: readonly string[];

  @Field(() => [Contact], { description: 'Contacts at the sender.' })
  readonly senderContacts: readonly Contact[];
}
