/** The fields of an invitation, with the domain's values unchanged. Fields that AWS's lists contain come first. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { Invitation, InvitationPayloadType, InvitationStatus } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { EngagementMember, EnrichmentContext } from './enrichment-context.type.js';
import { InvitationPayloadTypeEnum, InvitationStatusEnum } from './enums.js';
import { InvitedOpportunity } from './invited-opportunity.type.js';
import { InvitedLead } from '../engagement/lead.type.js';

@ObjectType('EngagementInvitation', {
  description:
    'An invitation to an engagement, as Partner Central stores it. A single invitation costs one read. In a list, ' +
    "fields that AWS's lists do not contain cost one read per invitation, as their descriptions say.",
  simpleResolvers: true,
})
export class EngagementInvitation implements Invitation {
  @Field(() => CatalogEnum, { description: 'Catalog of the invitation.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `engi-completes0001`. It is unique within its catalog only, and " +
      '`key` is unique by itself.',
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN. Null if AWS gives none." })
  readonly arn: string | null;

  @Field(() => InvitationPayloadTypeEnum, {
    nullable: true,
    description:
      'Content that the invitation shares. Null if AWS gives none, or a type that this schema does not know.',
  })
  readonly payloadType: InvitationPayloadType | null;

  @Field(() => InvitationStatusEnum, {
    nullable: true,
    description: 'State of the invitation. Null if AWS gives none, or a status that this schema does not know.',
  })
  readonly status: InvitationStatus | null;

  @Field(() => String, { nullable: true, description: 'Id of the engagement. Null if AWS gives none.' })
  readonly engagementId: string | null;

  @Field(() => String, { nullable: true, description: 'Title of the engagement. Null if not set.' })
  readonly engagementTitle: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which the invitation was sent. Null if AWS gives none.',
  })
  readonly invitedAt: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which the invitation expires. Null if AWS gives none.',
  })
  readonly expiresAt: number | null;

  @Field(() => String, { nullable: true, description: 'AWS account of the sender. Null if AWS gives none.' })
  readonly senderAwsAccountId: string | null;

  @Field(() => String, { nullable: true, description: 'Company of the sender. Null if AWS gives none.' })
  readonly senderCompanyName: string | null;

  @Field(() => String, { nullable: true, description: 'AWS account of the receiver. Null if AWS gives none.' })
  readonly receiverAwsAccountId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Message of the sender. Null if not set. In a list it costs one read per invitation.',
  })
  readonly message: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Description of the engagement. Null if not set. In a list it costs one read per invitation.',
  })
  readonly engagementDescription: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reason for which the receiver declined. Null if not set. In a list it costs one read per invitation.',
  })
  readonly rejectionReason: string | null;

  @Field(() => [EngagementMember], {
    description:
      'Companies that take part in the engagement already, at most ten. In a list it costs one read per invitation.',
  })
  readonly existingMembers: readonly EngagementMember[];

  @Field(() => EnrichmentContext, {
    nullable: true,
    description:
      "AWS's findings about the prospect of the invitation. Null if AWS gives none. " +
      'In a list it costs one read per invitation.',
  })
  readonly enrichmentContext: EnrichmentContext | null;

  @Field(() => InvitedOpportunity, {
    nullable: true,
    description:
      'The opportunity that the sender shares. Null if the invitation shares a lead. ' +
      'In a list it costs one read per invitation.',
  })
  readonly opportunity: InvitedOpportunity | null;

  @Field(() => InvitedLead, {
    nullable: true,
    description:
      'The lead that the sender shares. Null if the invitation shares an opportunity. ' +
      'In a list it costs one read per invitation.',
  })
  readonly lead: InvitedLead | null;
}
