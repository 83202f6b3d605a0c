/** The enums of invitations. */
import type {
  InvitationPayloadType,
  InvitationStatus,
  ParticipantType,
} from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const InvitationPayloadTypeEnum = registerEnum<InvitationPayloadType>(
  'InvitationPayloadType',
  'The content that an invitation shares. A type that AWS adds later is null until this schema knows it.',
  {
    OPPORTUNITY_INVITATION: 'An opportunity of the sender. Accept it with `startEngagementByAcceptingInvitationTask`.',
    LEAD_INVITATION: 'A lead. Accept it with `acceptEngagementInvitation`.',
  },
);

export const InvitationStatusEnum = registerEnum<InvitationStatus>(
  'InvitationStatus',
  'State of an invitation to an engagement. A status that AWS adds later is null until this schema knows it.',
  {
    PENDING: 'The receiver has not answered yet, and can accept the invitation until it expires.',
    ACCEPTED: 'The receiver has accepted the invitation and is a member of the engagement.',
    REJECTED: 'The receiver has declined the invitation.',
    EXPIRED: 'The receiver did not answer in time. The sender has to send a new invitation.',
  },
);

export const ParticipantTypeEnum = registerEnum<ParticipantType>(
  'ParticipantType',
  'The side of an invitation that the AWS account is on.',
  {
    SENDER: 'Invitations that the account has sent.',
    RECEIVER: 'Invitations that the account has received.',
  },
);
