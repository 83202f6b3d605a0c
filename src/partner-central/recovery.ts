/**
 * The advice for each failure that AWS can report, in one table: it does not compile when the SDK's ReasonCode gains a
 * member. AWS documents no meaning for any code. The advice follows from the steps of each task and their errors, and
 * always stands beside AWS's own message. It is written for people, and names no member or operation of any API. Its
 * last sentence follows from the next step, so that texts and programs say the same.
 */
import type { ReasonCode as SdkReasonCode } from '@aws-sdk/client-partnercentral-selling';
import type { ErrorCode } from './failure.js';

/** AWS's spelling, for example `OpportunityConflict`. */
export type ReasonCode = SdkReasonCode;

export const FAILURE_CATEGORIES = [
  'PERMISSION',
  'FIX_AND_RESUBMIT',
  'LOOK_BEFORE_RETRY',
  'WAIT_AND_RETRY',
  'LIMIT',
  'UNKNOWN',
] as const;
export type FailureCategory = (typeof FAILURE_CATEGORIES)[number];

/**
 * The next step after a failure. `RETRY` repeats the start with the same input under a new client token, because AWS
 * answers a token that failed once with the same failure. `NEW_START` needs other input.
 */
export type NextStep = 'NEW_START' | 'NONE' | 'RETRY' | 'RETRY_DESPITE_ADVICE' | 'RETRY_LATER';

export type Recovery = {
  readonly category: FailureCategory;
  /** True if the same start may succeed later, unchanged, under a new client token. */
  readonly retryable: boolean;
  /** The cause, and what removes it. `adviceText` adds the next step. */
  readonly advice: string;
  readonly nextStep: NextStep;
  /** True if an outcome check can show that the work is done: AWS saw a conflict with the state of a record. */
  readonly hasOutcomeCheck: boolean;
};

type Kind = Omit<Recovery, 'advice'>;
const NO_CHECK = { hasOutcomeCheck: false } as const;
const FIX: Kind = { ...NO_CHECK, category: 'FIX_AND_RESUBMIT', retryable: false, nextStep: 'RETRY' };
/** The same input fails again, whatever becomes of the records. */
const OTHER_INPUT: Kind = { ...FIX, nextStep: 'NEW_START' };
const LOOK: Kind = { ...NO_CHECK, category: 'LOOK_BEFORE_RETRY', retryable: true, nextStep: 'RETRY_DESPITE_ADVICE' };
/** The retry makes the outcome check itself, and asks for a person only if the check does not decide. */
const CONFLICT: Kind = { ...LOOK, hasOutcomeCheck: true, nextStep: 'RETRY' };
const WAIT: Kind = { ...NO_CHECK, category: 'WAIT_AND_RETRY', retryable: true, nextStep: 'RETRY_LATER' };
const LIMIT: Kind = { ...NO_CHECK, category: 'LIMIT', retryable: true, nextStep: 'RETRY' };
/** Retryable, because the start itself is valid and succeeds unchanged once the missing permission is granted. */
const PERMISSION: Kind = { ...NO_CHECK, category: 'PERMISSION', retryable: true, nextStep: 'RETRY' };

const advise =
  (kind: Kind) =>
  (advice: string): Recovery => ({ ...kind, advice });
const fix = advise(FIX);
const otherInput = advise(OTHER_INPUT);
const lookFirst = advise(LOOK);
const conflict = advise(CONFLICT);
const wait = advise(WAIT);
const limit = advise(LIMIT);
const permission = advise(PERMISSION);

export const REASON_RECOVERY: Readonly<Record<ReasonCode, Recovery>> = {
  ContextNotFound: otherInput(
    'The engagement has no context with this identifier. Open the engagement, and choose the context that is a lead.',
  ),
  CustomerProjectContextNotPermitted: otherInput(
    'The chosen context is a customer project, so it has an opportunity already. Open that opportunity, or choose the ' +
      'context that is a lead.',
  ),
  DisqualifiedLeadNotPermitted: fix(
    'The lead is disqualified. If that is wrong, set its qualification status to Qualified.',
  ),
  EngagementAccessDenied: permission(
    'The account may not create or read the engagement. Have an administrator allow both, and accept the lead ' +
      'invitation if there is one.',
  ),
  EngagementConflict: conflict(
    'Another request changed the engagement, or it already exists. Look at the engagement: it may be what you wanted.',
  ),
  EngagementInvitationConflict: conflict(
    'Another request changed the invitation, or it has already been sent or accepted. Look at the invitation.',
  ),
  EngagementValidationFailed: fix(
    'The engagement does not fit this step, for example because it has no customer project. Correct the engagement or ' +
      'the opportunity.',
  ),
  InternalError: wait(
    'AWS failed. Wait some minutes; if it lasts, contact the support of AWS Partner Central with the id of the task.',
  ),
  InvitationAccessDenied: permission(
    'The account may not read, create or accept the invitation. Have an administrator allow it, and check that the ' +
      'account is the receiver.',
  ),
  InvitationValidationFailed: otherInput(
    'If the invitation is to a lead, accept the lead, so that it can be converted. Otherwise the invitation has ' +
      'expired, was rejected, or its content is invalid: ask the sender for a new one.',
  ),
  OpportunityAccessDenied: permission(
    'The account may not read, create or submit the opportunity, or it is in the other catalog. Check the catalog, ' +
      'and have an administrator allow it.',
  ),
  OpportunityConflict: conflict(
    'Another request changed the opportunity, or it was already submitted. Look at its review status: after Pending ' +
      'Submission the work is done.',
  ),
  OpportunitySubmissionFailed: fix(
    'AWS refused to submit the opportunity. Correct what the message names; the engagement may already exist and is ' +
      'used again.',
  ),
  OpportunityValidationFailed: fix(
    'The opportunity is incomplete, or its state does not allow submission. Complete what the message names, and ' +
      'associate at least one solution.',
  ),
  RequestThrottled: wait(
    'AWS throttled a step of the task. Wait a minute, and spread other changes in Partner Central.',
  ),
  ResourceSnapshotAccessDenied: permission(
    'The account may not share a snapshot of the opportunity. Have an administrator allow it.',
  ),
  ResourceSnapshotConflict: conflict('A newer snapshot of the opportunity exists. Look at the opportunity.'),
  ResourceSnapshotJobAccessDenied: permission(
    'The account may not create or start the snapshot job, or its role is missing. Have an administrator allow it, ' +
      'and check the role in the settings of the selling system.',
  ),
  ResourceSnapshotJobConflict: conflict(
    'A snapshot job for this opportunity and engagement exists already. Look at the opportunity: it may be submitted.',
  ),
  ResourceSnapshotJobValidationFailed: fix(
    'The snapshot job or its role is not valid. Check the role in the settings of the selling system.',
  ),
  ResourceSnapshotValidationFailed: fix(
    'The opportunity does not fit the template of the snapshot. Correct what the message names.',
  ),
  ServiceQuotaExceeded: limit(
    'A limit of the account is reached, for example the contexts or members of an engagement. Remove what is not ' +
      'needed, or ask AWS for more.',
  ),
};

export const ERROR_RECOVERY: Readonly<Record<ErrorCode, Recovery>> = {
  VALIDATION_FAILED: otherInput('AWS refused what was entered. Correct what AWS objects to.'),
  ACCESS_DENIED: permission(
    'AWS denied access. Have an administrator allow the account to work in this catalog, or have the support of ' +
      'Partner Central restore the partner status.',
  ),
  CONFLICT: conflict(
    'AWS saw a conflict: the opportunity or engagement is not in the required state, or the token was used for ' +
      'another request. Look at the record.',
  ),
  NOT_FOUND: otherInput(
    'AWS does not know this identifier in this catalog. Check both; a record that was created seconds ago may need a ' +
      'moment.',
  ),
  QUOTA_EXCEEDED: limit('A limit of the AWS account is reached. Remove what is not needed, or ask AWS for more.'),
  THROTTLED: wait('AWS throttled the start for as long as the gateway tried, and nothing was started. Wait a while.'),
  UPSTREAM_FAILED: lookFirst(
    'AWS gave no usable answer. The message says whether the start may have reached AWS; look at the opportunity or ' +
      'engagement.',
  ),
};

/** The advice for UPSTREAM_FAILED when no attempt reached AWS, so that nothing was started. */
export const UNSENT_RECOVERY = wait(
  'AWS could not be called for as long as the gateway tried, and nothing was started. Remove the cause that the ' +
    'message names.',
);

/** The advice for a failed task without a code, or with a code that this table does not know. */
export const UNKNOWN_RECOVERY: Recovery = {
  ...NO_CHECK,
  category: 'UNKNOWN',
  retryable: false,
  nextStep: 'RETRY',
  advice:
    'AWS gave a reason that this gateway does not know. Read the message, look at the opportunity or engagement, and ' +
    'remove the cause.',
};

/** The same advice for a task that cannot be retried, because its input is not known. */
export function withoutRetry(recovery: Recovery): Recovery {
  return recovery.nextStep === 'NONE' ? recovery : { ...recovery, nextStep: 'NEW_START' };
}

/** The advice with the next step as its last sentence. */
export function adviceText({ advice, category, nextStep }: Recovery): string {
  const condition = category === 'LOOK_BEFORE_RETRY' ? 'If the work is not done,' : 'Then';
  switch (nextStep) {
    case 'NONE':
      return advice;
    case 'NEW_START':
      return `${advice} ${condition} make a new start.`;
    case 'RETRY':
    case 'RETRY_DESPITE_ADVICE':
    case 'RETRY_LATER':
      return `${advice} ${condition} retry.`;
    default:
      return nextStep satisfies never;
  }
}

export function isReasonCode(raw: string | null): raw is ReasonCode {
  return raw !== null && Object.hasOwn(REASON_RECOVERY, raw);
}
