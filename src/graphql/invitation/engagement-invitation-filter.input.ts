/** The filter of invitations. A member that the filter of `Records` lacks does not compile. */
import { Field, InputType } from 'type-graphql';
import type {
  InvitationPayloadType,
  InvitationStatus,
  ParticipantType,
} from '../../partner-central/model/record-types.js';
import type { InvitationFilter } from '../../records/records.js';
import type { EveryMember } from '../record/every-member.js';
import { InvitationPayloadTypeEnum, InvitationStatusEnum } from './enums.js';

@InputType('EngagementInvitationFilter', {
  description:
    'Selects invitations that match every given field. A field that is absent or null matches all invitations; an ' +
    'empty list matches none. ' +
    'A list with more values than stated is refused with the code `BAD_USER_INPUT`.',
})
export class EngagementInvitationFilterInput {
  @Field(() => [InvitationPayloadTypeEnum], { nullable: true, description: 'Contents that the invitations share.' })
  readonly payloadTypes?: readonly InvitationPayloadType[] | null;

  @Field(() => [InvitationStatusEnum], { nullable: true, description: 'Statuses of the invitations.' })
  readonly statuses?: readonly InvitationStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Ids of the engagements (at most 10).' })
  readonly engagementIdentifiers?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'AWS accounts that sent the invitations (at most 10).' })
  readonly senderAwsAccountIds?: readonly string[] | null;
}

export function invitationFilterOf(
  participantType: ParticipantType,
  input: EngagementInvitationFilterInput | null | undefined,
): EveryMember<InvitationFilter, EngagementInvitationFilterInput, 'participantType'> {
  return {
    participantType,
    payloadTypes: input?.payloadTypes ?? undefined,
    statuses: input?.statuses ?? undefined,
    engagementIdentifiers: input?.engagementIdentifiers ?? undefined,
    senderAwsAccountIds: input?.senderAwsAccountIds ?? undefined,
  };
}
