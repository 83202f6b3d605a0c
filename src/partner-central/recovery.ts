/**
 * What a person should do about each failure that AWS can report. One table: the compiler refuses it when the SDK's ReasonCode
 * gains a member. AWS documents no meaning for any code; the advice follows from the steps of each task and the errors of those
 * steps, and always comes beside AWS's own message, never instead of it. "A new start" is always under a new client token, because AWS
 * answers a token that failed once with the same failure for ever.
 */
import type { ReasonCode as SdkReasonCode } from '@aws-sdk/client-partnercentral-selling';
import type { ErrorCode } from './failure.js';

/** As AWS spells it, e.g. `OpportunityConflict`. */
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
  /** May the same start succeed later, unchanged, under a new client token? */
  readonly retryable: boolean;
  /** One or two sentences. */
  readonly recovery: string;
  /** Whether a look at AWS's records can tell if the work is done already: AWS saw a conflict with how they stood. */
  readonly looks: boolean;
};

const fix = (recovery: string): Recovery => ({
  category: 'FIX_AND_RESUBMIT',
  retryable: false,
  recovery,
  looks: false,
});
const look = (recovery: string): Recovery => ({
  category: 'LOOK_BEFORE_RETRY',
  retryable: true,
  recovery,
  looks: false,
});
const conflict = (recovery: string): Recovery => ({ ...look(recovery), looks: true });
const wait = (recovery: string): Recovery => ({ category: 'WAIT_AND_RETRY', retryable: true, recovery, looks: false });
const limit = (recovery: string): Recovery => ({ category: 'LIMIT', retryable: true, recovery, looks: false });
/** Retryable: the start itself is right, and succeeds unchanged once somebody has granted what is missing. */
const permission = (recovery: string): Recovery => ({
  category: 'PERMISSION',
  retryable: true,
  recovery,
  looks: false,
});

export const REASON_RECOVERY: Readonly<Record<ReasonCode, Recovery>> = {
  ContextNotFound: fix(
    'The engagement has no context with this identifier. Read the engagement, choose the identifier of its Lead context and start again.',
  ),
  CustomerProjectContextNotPermitted: fix(
    'The named context is a customer project, so it already has an opportunity. Open that opportunity, or start again with the Lead context.',
  ),
  DisqualifiedLeadNotPermitted: fix(
    'The lead is disqualified. If that is wrong, set its qualification status to Qualified in Partner Central and start again.',
  ),
  EngagementAccessDenied: permission(
    'The account may not create or read the engagement. Grant CreateEngagement and GetEngagement, accept the lead invitation if there is one, and start again.',
  ),
  EngagementConflict: conflict(
    'Somebody else changed the engagement meanwhile, or it exists already. Look at the engagement first; if it is not what you wanted, start again.',
  ),
  EngagementInvitationConflict: conflict(
    'The invitation changed meanwhile, or has already been sent or accepted. Look at the invitation first: the work may already be done.',
  ),
  EngagementValidationFailed: fix(
    'The engagement does not fit this step, for example because it has no customer project context. Correct the engagement or the opportunity and start again.',
  ),
  InternalError: wait(
    'AWS failed. Start again in a few minutes; if it lasts, contact AWS Partner Central support with the task id.',
  ),
  InvitationAccessDenied: permission(
    'The account may not read, create or accept the invitation. Grant the EngagementInvitation actions, check that the account is the receiver, and start again.',
  ),
  InvitationValidationFailed: fix(
    'The invitation can no longer be used: it has expired, was rejected, or its content is invalid. Ask the sender for a new invitation.',
  ),
  OpportunityAccessDenied: permission(
    'The account may not read, create or submit the opportunity, or it is in the other catalog. Grant GetOpportunity, CreateOpportunity and SubmitOpportunity, check the catalog, and start again.',
  ),
  OpportunityConflict: conflict(
    'The opportunity changed meanwhile, or was submitted before. Look at its review status: past Pending Submission it is done; otherwise start again.',
  ),
  OpportunitySubmissionFailed: fix(
    'AWS refused to submit the opportunity. Correct what the message names and start again; the engagement may already exist and is used again.',
  ),
  OpportunityValidationFailed: fix(
    'The opportunity is incomplete or not in a state to be submitted. Complete what the message names, associate at least one solution, and start again.',
  ),
  RequestThrottled: wait(
    'AWS was asked for too much at once. Wait a minute and start again; spread other writes to Partner Central.',
  ),
  ResourceSnapshotAccessDenied: permission(
    'The account may not create a resource snapshot. Grant CreateResourceSnapshot and start again.',
  ),
  ResourceSnapshotConflict: conflict(
    'A newer snapshot of the opportunity exists. Look at the opportunity, then start again.',
  ),
  ResourceSnapshotJobAccessDenied: permission(
    'The account may not create or start the snapshot job, or its role is missing. Grant the ResourceSnapshotJob actions, check the role in the selling system settings, and start again.',
  ),
  ResourceSnapshotJobConflict: conflict(
    'A snapshot job for this opportunity and engagement exists already. Look it up; if the opportunity is not submitted, start again.',
  ),
  ResourceSnapshotJobValidationFailed: fix(
    'The snapshot job or its role is not valid. Check the role in the selling system settings and start again.',
  ),
  ResourceSnapshotValidationFailed: fix(
    'The opportunity does not fit the snapshot template. Correct the fields that the message names and start again.',
  ),
  ServiceQuotaExceeded: limit(
    'A limit of the account is reached, for example contexts or members of an engagement. Remove what is not needed or ask AWS for more, then start again.',
  ),
};

export const ERROR_RECOVERY: Readonly<Record<ErrorCode, Recovery>> = {
  VALIDATION_FAILED: fix(
    'AWS refused the input. Correct the fields named in fieldErrors and start again under a new client token.',
  ),
  ACCESS_DENIED: permission(
    'AWS denied access. Grant the IAM actions listed in the README for this catalog, or have Partner Central support restore the partner status, and start again under a new client token.',
  ),
  CONFLICT: conflict(
    'AWS saw a conflict: the opportunity or engagement is not in a state for this, or the token was used elsewhere. Look at it first, then start again under a new client token.',
  ),
  NOT_FOUND: fix(
    'AWS does not know this identifier in this catalog. Check both; something created seconds ago may need a moment. Start again under a new client token.',
  ),
  QUOTA_EXCEEDED: limit(
    'A limit of the AWS account is reached. Remove what is not needed or ask AWS for more, then start again under a new client token.',
  ),
  THROTTLED: wait(
    'AWS took no more starts for as long as the gateway tried. Nothing was started: start again later under a new client token.',
  ),
  UPSTREAM_FAILED: look(
    'No answer could be had from AWS. The message says whether the start may have reached it; if so, look at the opportunity or engagement before you start again under a new client token.',
  ),
};

/** For UPSTREAM_FAILED where no attempt got as far as AWS: there is nothing to look at. */
export const UNSENT_RECOVERY = wait(
  'AWS could not be called for as long as the gateway tried, and nothing was started. Have mended what the message names, then start again under a new client token.',
);

/** For a failed task whose code this table does not know, or that gave none. */
export const UNKNOWN_RECOVERY: Recovery = {
  category: 'UNKNOWN',
  retryable: false,
  looks: false,
  recovery:
    'AWS gave a reason that this gateway does not know. Read the message, look at the opportunity or engagement, and then decide.',
};

export function isReasonCode(raw: string | null): raw is ReasonCode {
  return raw !== null && Object.hasOwn(REASON_RECOVERY, raw);
}
