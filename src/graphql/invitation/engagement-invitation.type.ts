/** An invitation to an engagement as clients see it: the domain's values as they are, with the members that a list tells first. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { Invitation, InvitationPayloadType, InvitationStatus } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { InvitationPayloadTypeEnum, InvitationStatusEnum } from './enums.js';
import { InvitedOpportunity } from './invited-opportunity.type.js';
import { InvitedLead } from '../engagement/lead.type.js';

@ObjectType('EngagementInvitation', {
  description:
    'An invitation to an engagement as Partner Central keeps it. In a list, members that a list of AWS does not tell cost one call for each ' +
    'invitation, as their descriptions say.',
  simpleResolvers: true,
})
export class EngagementInvitation implements Invitation {
  @Field(() => CatalogEnum, { description: 'The catalog that it is in.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `engi-completes0001`; unique within the catalog, so that a cache for both catalogs is keyed by both.",
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN." })
  readonly arn: string | null;

  @Field(() => InvitationPayloadTypeEnum, {
    nullable: true,
    description: 'What it shares; null also for a type that this schema does not know.',
  })
  readonly payloadType: InvitationPayloadType | null;

  @Field(() => InvitationStatusEnum, {
    nullable: true,
    description: 'How it stands; null also for a status that this schema does not know.',
  })
  readonly status: InvitationStatus | null;

  @Field(() => String, { nullable: true, description: 'The engagement that it invites to.' })
  readonly engagementId: string | null;

  @Field(() => String, { nullable: true, description: 'What the engagement is called.' })
  readonly engagementTitle: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was sent.' })
  readonly invitedAt: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be accepted.' })
  readonly expiresAt: number | null;

  @Field(() => String, { nullable: true, description: 'The AWS account that sent it.' })
  readonly senderAwsAccountId: string | null;

  @Field(() => String, { nullable: true, description: 'The company that sent it.' })
  readonly senderCompanyName: string | null;

  @Field(() => String, { nullable: true, description: 'The AWS account that is invited.' })
  readonly receiverAwsAccountId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The sender's words. In a list, costs a call for each invitation.",
  })
  readonly message: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the engagement is about. In a list, costs a call for each invitation.',
  })
  readonly engagementDescription: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the receiver declined. In a list, costs a call for each invitation.',
  })
  readonly rejectionReason: string | null;

  @Field(() => InvitedOpportunity, {
    nullable: true,
    description:
      "The sender's opportunity that it shares; null when it shares a lead. In a list, costs a call for each invitation.",
  })
  readonly opportunity: InvitedOpportunity | null;

  @Field(() => InvitedLead, {
    nullable: true,
    description:
      'The lead that it shares; null when it shares an opportunity. In a list, costs a call for each invitation.',
  })
  readonly lead: InvitedLead | null;
}
