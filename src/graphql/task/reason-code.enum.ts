/**
 * AWS's reasons for a failed task. The names derive from AWS's spellings in `REASON_RECOVERY` (`ContextNotFound` →
 * `CONTEXT_NOT_FOUND`), so the set is AWS's own. The values keep AWS's spelling.
 */
import { REASON_RECOVERY, isReasonCode, type ReasonCode } from '../../partner-central/recovery.js';
import { registerNamedEnum } from '../register-enum.js';

const MEANINGS: Readonly<Record<ReasonCode, string>> = {
  ContextNotFound: 'The engagement has no context with the identifier that the start named.',
  CustomerProjectContextNotPermitted:
    'The named context is a customer project, which has an opportunity already. Only a lead can become an opportunity.',
  DisqualifiedLeadNotPermitted: 'The lead in the named context is disqualified.',
  EngagementAccessDenied: 'The account may not create or read the engagement.',
  EngagementConflict: 'The engagement was changed while the task ran, or exists already.',
  EngagementInvitationConflict: 'The invitation was changed while the task ran, or has been sent or accepted already.',
  EngagementValidationFailed: 'The engagement does not allow the work of the task.',
  InternalError: 'AWS itself failed.',
  InvitationAccessDenied: 'The account may not read, create or accept the invitation.',
  InvitationValidationFailed: 'The invitation cannot be used, for example because it has expired.',
  OpportunityAccessDenied: 'The account may not read, create or submit the opportunity, or it is in the other catalog.',
  OpportunityConflict: 'The opportunity was changed while the task ran, or has been submitted already.',
  OpportunitySubmissionFailed: 'AWS refused to submit the opportunity. Earlier steps of the task may have been done.',
  OpportunityValidationFailed: 'The opportunity is incomplete, or its state does not allow a submission.',
  RequestThrottled: 'AWS throttled a step of the task.',
  ResourceSnapshotAccessDenied: 'The account may not create a snapshot of the opportunity.',
  ResourceSnapshotConflict: 'A newer snapshot of the opportunity exists.',
  ResourceSnapshotJobAccessDenied:
    "The account may not create or start the snapshot job, or the job's role is missing.",
  ResourceSnapshotJobConflict: 'A snapshot job for this opportunity and engagement exists already.',
  ResourceSnapshotJobValidationFailed: 'The snapshot job or its role is not valid.',
  ResourceSnapshotValidationFailed: 'The opportunity does not match the template of the snapshot.',
  ServiceQuotaExceeded:
    'The account has reached a limit, for example the number of contexts or members of an engagement.',
};

export function reasonCodeName(awsSpelling: string): string {
  return awsSpelling.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

export const ReasonCodeEnum = registerNamedEnum(
  'ReasonCode',
  "AWS's reason for a failed task. AWS does not document the meanings; these follow from the steps of each task. " +
    'Show `message` first, and act on `failure.nextAction`. For a reason that AWS adds later the field is null, and ' +
    '`failure.rawReasonCode` has it.',
  Object.keys(REASON_RECOVERY)
    .filter(isReasonCode)
    .map((value) => ({ name: reasonCodeName(value), value, description: MEANINGS[value] })),
);
