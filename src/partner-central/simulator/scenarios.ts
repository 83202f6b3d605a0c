/**
 * The sample identifiers, like a payment provider's test cards: which one to start from, to see which outcome. The first row of a
 * kind is its plain success.
 */
import { MINUTE, SECOND } from '../../clock.js';
import { IN_PROGRESS, type Plan, type Scenario, completes, fails, recovers, refuses } from './scenario.js';
import type { TaskKind } from './task-kinds.js';

export const ANY_OTHER_IDENTIFIER = 'Any other well-formed identifier behaves like the first one of its task.';

const EFO: TaskKind = 'engagement-from-opportunity';
const OFE: TaskKind = 'opportunity-from-engagement';

const PLAIN: Plan = { ...completes(), reasonCodeAsText: true };
const INSIDE_THE_CALL: Plan = { ...completes(200), blocksMs: 200 };
const BLOCKS_LONG: Plan = { ...completes(2.5 * SECOND), blocksMs: 2.5 * SECOND };
const NULL_IDS: Plan = { ...completes(0), hiddenByStart: ['TaskId', 'TaskArn', 'EngagementId', 'ResourceSnapshotJobId'] };
const WITHOUT_TASK_ID: Plan = { ...completes(), hiddenByStart: ['TaskId', 'TaskArn'] };
const LISTED_LATE: Plan = { ...completes(5 * SECOND), listedAfterMs: 3 * SECOND };
const UNKNOWN_STATUS: Plan = {
  phases: [IN_PROGRESS, { afterMs: 1 * SECOND, status: 'PENDING_REVIEW' }, { afterMs: 4 * SECOND, status: 'COMPLETE' }],
};
const UNKNOWN_REASON = fails('QuantumFluctuation', 'The task failed in a way that this version of the API has no name for.');

const VALIDATION = refuses('ValidationException', 'The opportunity is not complete.', {
  Reason: 'BUSINESS_VALIDATION_FAILED',
  ErrorList: [
    { FieldName: 'project.salesActivities', Message: 'project.salesActivities is required', Code: 'REQUIRED_FIELD_MISSING' },
    { FieldName: 'lifeCycle.targetCloseDate', Message: 'targetCloseDate must be in the future', Code: 'INVALID_VALUE' },
  ],
});
/** In the real service the Message is often empty, and only the ErrorList says something. */
const VALIDATION_WITHOUT_MESSAGE = refuses('ValidationException', '', {
  Reason: 'REQUEST_VALIDATION_FAILED',
  ErrorList: [{ FieldName: 'identifier', Message: 'Submission is not allowed now', Code: 'ACTION_NOT_PERMITTED' }],
});
const ACCESS_DENIED = refuses('AccessDeniedException', 'User is not authorized to perform this action on this resource.');
const INCOMPATIBLE_BENEFIT = refuses('AccessDeniedException', 'The account has no active AWS Partner benefit in this catalog.', {
  Reason: 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE',
});
const CONFLICT = refuses('ConflictException', 'The resource is being changed by another request.');
const NOT_FOUND = refuses('ResourceNotFoundException', 'The resource was not found.');
const QUOTA_EXCEEDED = refuses('ServiceQuotaExceededException', 'The limit of resources of this type is reached.');
const TEAPOT = refuses('TeapotException', 'This service is a teapot.');
const THROTTLED_TWICE = recovers(2, { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' });
const BROKEN_TWICE = recovers(2, { kind: 'error', name: 'InternalServerException', message: 'An internal error occurred.' });
const HTML_ONCE = recovers(1, { kind: 'html', status: 502 });
const RESET_BEFORE_ONCE = recovers(1, { kind: 'reset-before' });
const RESET_AFTER_ONCE = recovers(1, { kind: 'reset-after' });

const OPPORTUNITY_ROWS: readonly Scenario[] = [
  row(EFO, 'O1000001', 'COMPLETE after 3 seconds, with all ids.', PLAIN),
  row(EFO, 'O1000002', 'COMPLETE already in the answer to Start, which takes 200 milliseconds.', INSIDE_THE_CALL),
  row(EFO, 'O1000003', 'COMPLETE already in the answer to Start, which takes 2.5 seconds, as AWS often does.', BLOCKS_LONG),
  row(EFO, 'O1000004', 'COMPLETE at once, with null for the ids of task, engagement and snapshot job.', NULL_IDS),
  row(EFO, 'O1000005', 'COMPLETE after a minute.', completes(MINUTE)),
  row(EFO, 'O1000006', 'IN_PROGRESS without a task id, which only the List knows; COMPLETE after 3 seconds.', WITHOUT_TASK_ID),
  row(
    EFO,
    'O1000007',
    'FAILED already in the answer to Start: OpportunitySubmissionFailed.',
    fails('OpportunitySubmissionFailed', 'Cannot set visibility to limited on a Co-Sell opportunity. Use Full.', 0),
  ),
  row(
    EFO,
    'O1000008',
    'COMPLETE after 3 seconds, without an invitation id.',
    { ...completes(), without: ['EngagementInvitationId'] },
  ),
  row(EFO, 'O1000009', 'COMPLETE after 3 seconds; the List gives "null" as the reason code, a text.', PLAIN),
  row(EFO, 'O1000010', 'The List shows it only after 3 seconds; COMPLETE after 5.', LISTED_LATE),
  row(
    EFO,
    'O1000011',
    'PENDING_REVIEW, a status nobody knows, from the first second to the fourth; then COMPLETE.',
    UNKNOWN_STATUS,
  ),
  row(EFO, 'O1000012', 'FAILED after 1 second: QuantumFluctuation, a reason nobody knows.', UNKNOWN_REASON),

  failure(
    EFO,
    'O2000001',
    'InvitationAccessDenied',
    'Not allowed to invite AWS. Grant partnercentral:CreateEngagementInvitation.',
  ),
  failure(EFO, 'O2000002', 'InvitationValidationFailed', 'The invitation to AWS is not valid: it has expired. Send a new one.'),
  failure(
    EFO,
    'O2000003',
    'EngagementAccessDenied',
    'Not allowed to create an engagement. Grant partnercentral:CreateEngagement.',
  ),
  failure(
    EFO,
    'O2000004',
    'OpportunityAccessDenied',
    'Not allowed to read the opportunity. Grant partnercentral:GetOpportunity.',
  ),
  failure(
    EFO,
    'O2000005',
    'ResourceSnapshotJobAccessDenied',
    'The resource snapshot job role is missing or not trusted. Register it with PutSellingSystemSettings.',
  ),
  failure(EFO, 'O2000006', 'ResourceSnapshotJobValidationFailed', 'The resource snapshot job role is not valid. Check its ARN.'),
  failure(
    EFO,
    'O2000007',
    'ResourceSnapshotJobConflict',
    'A resource snapshot job exists for this opportunity. Use or delete it.',
  ),
  failure(
    EFO,
    'O2000008',
    'EngagementValidationFailed',
    'The engagement has no CustomerProject context. Add one and start again.',
  ),
  failure(EFO, 'O2000009', 'EngagementConflict', 'The engagement was changed meanwhile. Read it and start again.'),
  failure(
    EFO,
    'O2000010',
    'OpportunitySubmissionFailed',
    'Duplicate Record: an opportunity for this customer was submitted already. Update that one instead.',
  ),
  failure(EFO, 'O2000011', 'EngagementInvitationConflict', 'AWS is invited to this engagement already. Look at the invitation.'),
  failure(EFO, 'O2000012', 'InternalError', 'An internal error occurred. Start again later; contact support if it goes on.'),
  failure(
    EFO,
    'O2000013',
    'OpportunityValidationFailed',
    'OPPORTUNITY_VALIDATION_FAILED project.salesActivities is required. Update the opportunity and start again.',
  ),
  failure(EFO, 'O2000014', 'OpportunityConflict', 'The opportunity was submitted already. Check its review status.'),
  failure(
    EFO,
    'O2000015',
    'ResourceSnapshotAccessDenied',
    'Not allowed to snapshot. Grant partnercentral:CreateResourceSnapshot.',
  ),
  failure(
    EFO,
    'O2000016',
    'ResourceSnapshotValidationFailed',
    'The opportunity does not fit the snapshot template: customer.account.industry is missing. Fill it in and start again.',
  ),
  failure(EFO, 'O2000017', 'ResourceSnapshotConflict', 'A newer revision of the snapshot exists. Start again.'),
  failure(
    EFO,
    'O2000018',
    'ServiceQuotaExceeded',
    'The limit of engagements is reached. Ask for a higher one in Service Quotas.',
  ),
  failure(EFO, 'O2000019', 'RequestThrottled', 'A step of the task was throttled. Wait, then start again.'),

  row(EFO, 'O3000001', 'ValidationException, BUSINESS_VALIDATION_FAILED, with two wrong fields.', VALIDATION),
  row(
    EFO,
    'O3000002',
    'ValidationException with an empty message: only its list says what is wrong.',
    VALIDATION_WITHOUT_MESSAGE,
  ),
  row(EFO, 'O3000003', 'AccessDeniedException.', ACCESS_DENIED),
  row(EFO, 'O3000004', 'AccessDeniedException with INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE.', INCOMPATIBLE_BENEFIT),
  row(EFO, 'O3000005', 'ConflictException.', CONFLICT),
  row(EFO, 'O3000006', 'ResourceNotFoundException.', NOT_FOUND),
  row(EFO, 'O3000007', 'ServiceQuotaExceededException.', QUOTA_EXCEEDED),
  row(EFO, 'O3000008', 'ThrottlingException for the first two sends, then COMPLETE after 3 seconds.', THROTTLED_TWICE),
  row(EFO, 'O3000009', 'InternalServerException for the first two sends, then COMPLETE after 3 seconds.', BROKEN_TWICE),
  row(EFO, 'O3000010', 'TeapotException, an error nobody knows.', TEAPOT),

  row(EFO, 'O4000001', "A proxy's HTML page for the first send, then COMPLETE after 3 seconds.", HTML_ONCE),
  row(EFO, 'O4000002', 'Connection reset before the first send is taken, then COMPLETE after 3 seconds.', RESET_BEFORE_ONCE),
  row(
    EFO,
    'O4000003',
    'Connection reset after the first send is taken: the task exists, COMPLETE after 3 seconds.',
    RESET_AFTER_ONCE,
  ),
];

const ENGAGEMENT_ROWS: readonly Scenario[] = [
  row(OFE, 'eng-completes00001', 'COMPLETE after 3 seconds, with all ids; the context id is the one asked for plus one.', PLAIN),
  row(OFE, 'eng-insidecall0001', 'COMPLETE already in the answer to Start, which takes 200 milliseconds.', INSIDE_THE_CALL),
  row(
    OFE,
    'eng-slowanswer0001',
    'COMPLETE already in the answer to Start, which takes 2.5 seconds, as AWS often does.',
    BLOCKS_LONG,
  ),
  row(OFE, 'eng-nullids0000001', 'COMPLETE at once, with null for the ids of task, engagement and snapshot job.', NULL_IDS),
  row(OFE, 'eng-takesaminute01', 'COMPLETE after a minute.', completes(MINUTE)),
  row(
    OFE,
    'eng-withouttaskid1',
    'IN_PROGRESS without a task id, which only the List knows; COMPLETE after 3 seconds.',
    WITHOUT_TASK_ID,
  ),
  row(
    OFE,
    'eng-failsatonce001',
    'FAILED already in the answer to Start: EngagementAccessDenied.',
    fails('EngagementAccessDenied', 'The account is not a member of the engagement. Accept its invitation first.', 0),
  ),
  row(OFE, 'eng-reasonnull0001', 'COMPLETE after 3 seconds; the List gives "null" as the reason code, a text.', PLAIN),
  row(OFE, 'eng-listedlate0001', 'The List shows it only after 3 seconds; COMPLETE after 5.', LISTED_LATE),
  row(
    OFE,
    'eng-unknownstatus1',
    'PENDING_REVIEW, a status nobody knows, from the first second to the fourth; then COMPLETE.',
    UNKNOWN_STATUS,
  ),
  row(OFE, 'eng-unknownreason1', 'FAILED after 1 second: QuantumFluctuation, a reason nobody knows.', UNKNOWN_REASON),

  failure(OFE, 'eng-contextmissing', 'ContextNotFound', 'The engagement has no such context. Choose one of GetEngagement.'),
  failure(
    OFE,
    'eng-alreadyproject',
    'CustomerProjectContextNotPermitted',
    'The context is a customer project. Choose the lead, or open the opportunity that the project belongs to.',
  ),
  failure(
    OFE,
    'eng-disqualified01',
    'DisqualifiedLeadNotPermitted',
    'The lead is disqualified. Set its status to Qualified first.',
  ),

  row(OFE, 'eng-invalid0000001', 'ValidationException, BUSINESS_VALIDATION_FAILED, with two wrong fields.', VALIDATION),
  row(OFE, 'eng-accessdenied01', 'AccessDeniedException.', ACCESS_DENIED),
  row(OFE, 'eng-conflict000001', 'ConflictException.', CONFLICT),
  row(OFE, 'eng-notfound000001', 'ResourceNotFoundException.', NOT_FOUND),
  row(OFE, 'eng-throttled00001', 'ThrottlingException for the first two sends, then COMPLETE after 3 seconds.', THROTTLED_TWICE),
  row(OFE, 'eng-servererror001', 'InternalServerException for the first two sends, then COMPLETE after 3 seconds.', BROKEN_TWICE),
  row(OFE, 'eng-unknownerror01', 'TeapotException, an error nobody knows.', TEAPOT),

  row(OFE, 'eng-htmlanswer0001', "A proxy's HTML page for the first send, then COMPLETE after 3 seconds.", HTML_ONCE),
  row(
    OFE,
    'eng-resetbefore001',
    'Connection reset before the first send is taken, then COMPLETE after 3 seconds.',
    RESET_BEFORE_ONCE,
  ),
  row(
    OFE,
    'eng-resetafter0001',
    'Connection reset after the first send is taken: the task exists, COMPLETE after 3 seconds.',
    RESET_AFTER_ONCE,
  ),
];

export const SCENARIOS: readonly Scenario[] = [...OPPORTUNITY_ROWS, ...ENGAGEMENT_ROWS];

const BY_IDENTIFIER: ReadonlyMap<string, Scenario> = new Map(SCENARIOS.map((scenario) => [scenario.identifier, scenario]));

/** An identifier fits the pattern of one kind only, so that it alone finds its row. */
export function scenarioOf(task: TaskKind, identifier: string): Scenario {
  const scenario = BY_IDENTIFIER.get(identifier) ?? SCENARIOS.find((candidate) => candidate.task === task);
  if (scenario === undefined) throw new Error(`There is no scenario for ${task}.`);
  return scenario;
}

function row(task: TaskKind, identifier: string, outcome: string, plan: Plan): Scenario {
  return { ...plan, task, identifier, outcome };
}

function failure(task: TaskKind, identifier: string, reasonCode: string, message: string): Scenario {
  return row(task, identifier, `FAILED after 1 second: ${reasonCode}.`, fails(reasonCode, message));
}
