/**
 * AWS's reasons for a failed task. The names come from AWS's spellings in `REASON_RECOVERY` (`ContextNotFound` → `CONTEXT_NOT_FOUND`), so
 * that the set is AWS's own; the values stay as AWS spells them.
 */
import { REASON_RECOVERY, isReasonCode, type ReasonCode } from '../../partner-central/recovery.js';
import { registerNamedEnum } from '../register-enum.js';

const MEANINGS: Readonly<Record<ReasonCode, string>> = {
  ContextNotFound: 'The engagement has no context with the identifier that the start named.',
  CustomerProjectContextNotPermitted:
    'The named context is a customer project, which has an opportunity already; only a lead can become one.',
  DisqualifiedLeadNotPermitted: 'The lead in the named context is disqualified.',
  EngagementAccessDenied: 'The account may not create or read the engagement.',
  EngagementConflict: 'The engagement was changed meanwhile, or exists already.',
  EngagementInvitationConflict: 'The invitation was changed meanwhile, or has been sent or accepted already.',
  EngagementValidationFailed: 'The engagement does not fit what the task was to do with it.',
  InternalError: 'AWS itself failed.',
  InvitationAccessDenied: 'The account may not read, create or accept the invitation.',
  InvitationValidationFailed: 'The invitation cannot be used, for example because it has expired.',
  OpportunityAccessDenied: 'The account may not read, create or submit the opportunity, or it is in the other catalog.',
  OpportunityConflict: 'The opportunity was changed meanwhile, or submitted before.',
  OpportunitySubmissionFailed: 'AWS refused to submit the opportunity; earlier steps of the task may have been done.',
  OpportunityValidationFailed: 'The opportunity is incomplete, or in no state to be submitted.',
  RequestThrottled: 'A step of the task was throttled by AWS.',
  ResourceSnapshotAccessDenied: 'The account may not create a snapshot of the opportunity.',
  ResourceSnapshotConflict: 'A newer snapshot of the opportunity exists.',
  ResourceSnapshotJobAccessDenied:
    "The account may not create or start the snapshot job, or the job's role is missing.",
  ResourceSnapshotJobConflict: 'A snapshot job for this opportunity and engagement exists already.',
  ResourceSnapshotJobValidationFailed: 'The snapshot job or its role is not valid.',
  ResourceSnapshotValidationFailed: 'The opportunity does not fit the template of the snapshot.',
  ServiceQuotaExceeded:
    'A limit of the account is reached, for example the number of contexts or members of an engagement.',
};

export function reasonCodeName(awsSpelling: string): string {
  return awsSpelling.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

export const ReasonCodeEnum = registerNamedEnum(
  'ReasonCode',
  "Why a task failed, in AWS's words. AWS documents no meanings: these follow from what each task does, so show `message` first and act on " +
    '`failure.category`. A reason that AWS adds later is null here and set in `failure.rawReasonCode`.',
  Object.keys(REASON_RECOVERY)
    .filter(isReasonCode)
    .map((value) => ({ name: reasonCodeName(value), value, description: MEANINGS[value] })),
);
