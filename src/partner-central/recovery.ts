/**
 * The advice for each failure that AWS can report, in one table: it does not compile when the SDK's ReasonCode gains a
 * member. AWS documents no meaning for any code. The advice follows from the steps of each task and their errors, and
 * always stands beside AWS's own message. It is written for people, and names no members of the gateway's API. "Start
 * again" always means a new client token, because AWS answers a token that failed once with the same failure.
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

export type Recovery = {
  readonly category: FailureCategory;
  /** True if the same start may succeed later, unchanged, under a new client token. */
  readonly retryable: boolean;
  /** One or two sentences. */
  readonly recovery: string;
  /** True if an outcome check can show that the work is done: AWS saw a conflict with the state of a record. */
  readonly hasOutcomeCheck: boolean;
  /** Set if the same input fails again, whatever becomes of the records. */
  readonly needsOtherInput?: true;
};

const fix = (recovery: string): Recovery => ({
  category: 'FIX_AND_RESUBMIT',
  retryable: false,
  recovery,
  hasOutcomeCheck: false,
});
const otherInput = (recovery: string): Recovery => ({ ...fix(recovery), needsOtherInput: true });
const lookFirst = (recovery: string): Recovery => ({
  category: 'LOOK_BEFORE_RETRY',
  retryable: true,
  recovery,
  hasOutcomeCheck: false,
});
const conflict = (recovery: string): Recovery => ({ ...lookFirst(recovery), hasOutcomeCheck: true });
const wait = (recovery: string): Recovery => ({
  category: 'WAIT_AND_RETRY',
  retryable: true,
  recovery,
  hasOutcomeCheck: false,
});
const limit = (recovery: string): Recovery => ({
  category: 'LIMIT',
  retryable: true,
  recovery,
  hasOutcomeCheck: false,
});
/** Retryable, because the start itself is valid and succeeds unchanged once the missing permission is granted. */
const permission = (recovery: string): Recovery => ({
  category: 'PERMISSION',
  retryable: true,
  recovery,
  hasOutcomeCheck: false,
});

export const REASON_RECOVERY: Readonly<Record<ReasonCode, Recovery>> = {
  ContextNotFound: otherInput(
    'The engagement has no context with this identifier. Read the engagement, choose the identifier of its Lead ' +
      'context and start again.',
  ),
  CustomerProjectContextNotPermitted: otherInput(
    'The named context is a customer project, so it already has an opportunity. Open that opportunity, or start ' +
      'again with the Lead context.',
  ),
  DisqualifiedLeadNotPermitted: fix(
    'The lead is disqualified. If that is wrong, set its qualification status to Qualified in Partner Central and ' +
      'start again.',
  ),
  EngagementAccessDenied: permission(
    'The account may not create or read the engagement. Grant CreateEngagement and GetEngagement, accept the lead ' +
      'invitation if there is one, and start again.',
  ),
  EngagementConflict: conflict(
    'Another request changed the engagement, or it already exists. Look at the engagement first; if it is not what ' +
      'you wanted, start again.',
  ),
  EngagementInvitationConflict: conflict(
    'Another request changed the invitation, or it has already been sent or accepted. Look at the invitation first: ' +
      'the work may already be done.',
  ),
  EngagementValidationFailed: fix(
    'The engagement does not fit this step, for example because it has no customer project context. Correct the ' +
      'engagement or the opportunity and start again.',
  ),
  InternalError: wait(
    'AWS failed. Start again in a few minutes; if it lasts, contact AWS Partner Central support with the task id.',
  ),
  InvitationAccessDenied: permission(
    'The account may not read, create or accept the invitation. Grant the EngagementInvitation actions, check that ' +
      'the account is the receiver, and start again.',
  ),
  InvitationValidationFailed: otherInput(
    'The invitation can no longer be used: it has expired, was rejected, or its content is invalid. Ask the sender ' +
      'for a new invitation.',
  ),
  OpportunityAccessDenied: permission(
    'The account may not read, create or submit the opportunity, or it is in the other catalog. Grant ' +
      'GetOpportunity, CreateOpportunity and SubmitOpportunity, check the catalog, and start again.',
  ),
  OpportunityConflict: conflict(
    'Another request changed the opportunity, or it was already submitted. Look at its review status: after Pending ' +
      'Submission the work is done; otherwise start again.',
  ),
  OpportunitySubmissionFailed: fix(
    'AWS refused to submit the opportunity. Correct what the message names and start again; the engagement may ' +
      'already exist and is used again.',
  ),
  OpportunityValidationFailed: fix(
    'The opportunity is incomplete, or its state does not allow submission. Complete what the message names, ' +
      'associate at least one solution, and start again.',
  ),
  RequestThrottled: wait(
    'AWS throttled a step of the task. Wait a minute and start again; spread other writes to Partner Central.',
  ),
  ResourceSnapshotAccessDenied: permission(
    'The account may not create a resource snapshot. Grant CreateResourceSnapshot and start again.',
  ),
  ResourceSnapshotConflict: conflict(
    'A newer snapshot of the opportunity exists. Look at the opportunity, then start again.',
  ),
  ResourceSnapshotJobAccessDenied: permission(
    'The account may not create or start the snapshot job, or its role is missing. Grant the ResourceSnapshotJob ' +
      'actions, check the role in the selling system settings, and start again.',
  ),
  ResourceSnapshotJobConflict: conflict(
    'A snapshot job for this opportunity and engagement exists already. Look it up; if the opportunity is not ' +
      'submitted, start again.',
  ),
  ResourceSnapshotJobValidationFailed: fix(
    'The snapshot job or its role is not valid. Check the role in the selling system settings and start again.',
  ),
  ResourceSnapshotValidationFailed: fix(
    'The opportunity does not fit the snapshot template. Correct the fields that the message names and start again.',
  ),
  ServiceQuotaExceeded: limit(
    'A limit of the account is reached, for example contexts or members of an engagement. Remove what is not needed ' +
      'or ask AWS for more, then start again.',
  ),
};

export const ERROR_RECOVERY: Readonly<Record<ErrorCode, Recovery>> = {
  VALIDATION_FAILED: otherInput('AWS refused the input. Correct the fields to which AWS objects, and start again.'),
  ACCESS_DENIED: permission(
    'AWS denied access. Have an administrator grant the IAM actions for this catalog, or have Partner Central support ' +
      'restore the partner status, and start again.',
  ),
  CONFLICT: conflict(
    'AWS saw a conflict: the opportunity or engagement is not in the required state, or the token was used for ' +
      'another request. Look at it first, then start again.',
  ),
  NOT_FOUND: otherInput(
    'AWS does not know this identifier in this catalog. Check both; something created seconds ago may need a ' +
      'moment. Then start again.',
  ),
  QUOTA_EXCEEDED: limit(
    'A limit of the AWS account is reached. Remove what is not needed or ask AWS for more, then start again.',
  ),
  THROTTLED: wait('AWS throttled the start for as long as the gateway tried. Nothing was started: start again later.'),
  UPSTREAM_FAILED: lookFirst(
    'AWS gave no usable answer. The message says whether the start may have reached AWS; if so, look at the ' +
      'opportunity or engagement before you start again.',
  ),
};

/** The advice for UPSTREAM_FAILED when no attempt reached AWS, so that nothing was started. */
export const UNSENT_RECOVERY = wait(
  'AWS could not be called for as long as the gateway tried, and nothing was started. Fix what the message names, ' +
    'then start again.',
);

/** The advice for a failed task without a code, or with a code that this table does not know. */
export const UNKNOWN_RECOVERY: Recovery = {
  category: 'UNKNOWN',
  retryable: false,
  hasOutcomeCheck: false,
  recovery:
    'AWS gave a reason that this gateway does not know. Read the message, look at the opportunity or engagement, ' +
    'and then decide.',
};

export function isReasonCode(raw: string | null): raw is ReasonCode {
  return raw !== null && Object.hasOwn(REASON_RECOVERY, raw);
}
