/** The enums of opportunities. */
import type { ReviewStatus, Stage } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const OpportunityStageEnum = registerEnum<Stage>(
  'OpportunityStage',
  'Stage of the sale, as the partner maintains it. A stage that AWS adds later is null until this schema knows it.',
  {
    PROSPECT: 'The customer may be interested. Nothing is confirmed yet.',
    QUALIFIED: "The customer's need, budget and time are confirmed.",
    TECHNICAL_VALIDATION: 'The partner and the customer test if the solution meets the need.',
    BUSINESS_VALIDATION: 'The solution meets the need. The partner and the customer agree on the business case.',
    COMMITTED: 'The customer has decided to buy.',
    LAUNCHED: 'The workload runs on AWS and is billed.',
    CLOSED_LOST: 'The sale failed. `closedLostReason` has the reason.',
  },
);

export const ReviewStatusEnum = registerEnum<ReviewStatus>(
  'ReviewStatus',
  "State of AWS's review of the opportunity. A status that AWS adds later is null until this schema knows it.",
  {
    PENDING_SUBMISSION: 'A draft that has not been submitted to AWS yet.',
    SUBMITTED: 'The opportunity is submitted and waits for a reviewer. It cannot be edited.',
    IN_REVIEW: 'A reviewer at AWS works on the opportunity. It cannot be edited.',
    APPROVED: 'AWS has validated the opportunity.',
    REJECTED: 'AWS has refused the opportunity. `reviewComments` and `reviewStatusReason` have the reason.',
    ACTION_REQUIRED:
      'AWS requests changes, listed in `reviewComments`. A change sends the opportunity back to the review.',
  },
);
