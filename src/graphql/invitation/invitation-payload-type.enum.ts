import type { InvitationPayloadType } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const InvitationPayloadTypeEnum = registerEnum<InvitationPayloadType>(
  'InvitationPayloadType',
  'What an invitation shares. A type that AWS adds later is null until this schema knows it.',
  {
    OPPORTUNITY_INVITATION: 'An opportunity of the sender. Accept it with `startEngagementByAcceptingInvitationTask`.',
    LEAD_INVITATION:
      'A lead. `startEngagementByAcceptingInvitationTask` is not for these: accept it in Partner Central.',
  },
);
