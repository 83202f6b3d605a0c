/** The enums of opportunities. */
import type { ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const OpportunityStageEnum = registerEnum<Stage>(
  'OpportunityStage',
  'How far the sale has come, as the partner keeps it. A stage that AWS adds later is null until this schema knows it.',
  {
    PROSPECT: 'The customer may be interested; nothing is confirmed yet.',
    QUALIFIED: "The customer's need, budget and time are confirmed.",
    TECHNICAL_VALIDATION: 'Whether the solution serves the need is being tried out.',
    BUSINESS_VALIDATION: 'The solution serves the need; the business case is being agreed on.',
    COMMITTED: 'The customer has decided to buy.',
    LAUNCHED: 'The workload runs on AWS and is being billed.',
    CLOSED_LOST: 'The sale did not come about; `closedLostReason` tells why.',
  },
);

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
