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
    'Which invitations are meant: those that match every field that is given. A field that is absent or null matches all; an empty list ' +
    'matches none.',
})
export class EngagementInvitationFilterInput {
  @Field(() => [InvitationPayloadTypeEnum], { nullable: true, description: 'Those that share one of these.' })
  readonly payloadTypes?: readonly InvitationPayloadType[] | null;

  @Field(() => [InvitationStatusEnum], { nullable: true, description: 'Those with one of these statuses.' })
  readonly statuses?: readonly InvitationStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Those to one of these engagements; at most 10.' })
  readonly engagementIdentifiers?: readonly string[] | null;
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
  };
}
