import type { ParticipantType } from '../partner-central/record-kinds.js';
import { describedEnum } from './described-enum.js';

export const ParticipantTypeEnum = describedEnum<ParticipantType>(
  'ParticipantType',
  'On which side of an invitation the AWS account stands.',
  {
    SENDER: 'Invitations that the account has sent.',
    RECEIVER: 'Invitations that the account has received.',
  },
);
