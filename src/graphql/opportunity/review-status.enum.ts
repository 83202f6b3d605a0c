import type { ReviewStatus } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const ReviewStatusEnum = registerEnum<ReviewStatus>(
  'ReviewStatus',
  "How AWS's review of the opportunity stands. A status that AWS adds later is null until this schema knows it.",
  {
    PENDING_SUBMISSION: 'A draft that was not submitted to AWS yet.',
    SUBMITTED: 'Submitted and waiting for a reviewer. It cannot be edited.',
    IN_REVIEW: 'A reviewer at AWS works on it. It cannot be edited.',
    APPROVED: 'AWS has validated it.',
    REJECTED: 'AWS has refused it; `reviewComments` and `reviewStatusReason` tell why.',
    ACTION_REQUIRED: 'AWS wants something changed, told in `reviewComments`. Changing it sends it back to review.',
  },
);
