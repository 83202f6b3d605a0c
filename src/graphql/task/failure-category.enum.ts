import type { FailureCategory } from '../../partner-central/recovery.js';
import { registerEnum } from '../register-enum.js';

export const FailureCategoryEnum = registerEnum<FailureCategory>(
  'FailureCategory',
  'What a person should do about a failure. More values may be added: treat an unknown one as `UNKNOWN`.',
  {
    PERMISSION:
      'The AWS account lacks a permission. An administrator must grant it; then the same start can be made again.',
    FIX_AND_RESUBMIT:
      'The input, the opportunity or the engagement is not right for this. Correct it, then start again.',
    LOOK_BEFORE_RETRY:
      'The work may be done already, or somebody else changed something meanwhile. Look in Partner Central, and start again only if it is ' +
      'not done.',
    WAIT_AND_RETRY: 'A passing trouble. Start again after some minutes.',
    LIMIT:
      'A limit of the AWS account is reached. Remove what is not needed or have the limit raised, then start again.',
    UNKNOWN: "The gateway knows no advice for this reason. Show AWS's message to a person.",
  },
);
