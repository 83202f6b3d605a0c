/** The enums of invitations. */
import type {
  InvitationPayloadType,
  InvitationStatus,
  ParticipantType,
} from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const InvitationStatusEnum = registerEnum<InvitationStatus>(
  'InvitationStatus',
  'How an invitation to an engagement stands. A status that AWS adds later is null until this schema knows it.',
  {
    PENDING: 'It waits for the receiver and can be accepted until it expires.',
    ACCEPTED: 'The receiver has accepted it and is a member of the engagement.',
    REJECTED: 'The receiver has declined it.',
    EXPIRED: 'Nobody answered in time. The sender has to send a new one.',
  },
);

export const InvitationPayloadTypeEnum = registerEnum<InvitationPayloadType>(
  'InvitationPayloadType',
  'What an invitation shares. A type that AWS adds later is null until this schema knows it.',
  {
    OPPORTUNITY_INVITATION: 'An opportunity of the sender. Accept it with `startEngagementByAcceptingInvitationTask`.',
    LEAD_INVITATION:
      'A lead. `startEngagementByAcceptingInvitationTask` is not for these: accept it in Partner Central.',
  },
);

export const ParticipantTypeEnum = registerEnum<ParticipantType>(
  'ParticipantType',
  'On which side of an invitation the AWS account stands.',
  {
    SENDER: 'Invitations that the account has sent.',
    RECEIVER: 'Invitations that the account has received.',
  },
);
