import type { InvitationStatus } from '../../partner-central/model/record-types.js';
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
