import type { ParticipantType } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const ParticipantTypeEnum = registerEnum<ParticipantType>(
  'ParticipantType',
  'On which side of an invitation the AWS account stands.',
  {
    SENDER: 'Invitations that the account has sent.',
    RECEIVER: 'Invitations that the account has received.',
  },
);
