/**
 * The sample identifiers, like the test cards of a payment provider: each identifier chooses an outcome. The first row
 * of each kind is the plain success. The seed records stand at the end of each kind, with their outcome before any
 * update.
 */
import { type ScenarioRow, REFUSALS, SUCCESSES, failure, failureAtOnce } from './shared-rows.js';
import { type Scenario, completes, refuses } from './scenario.js';
import type { TaskKind } from '../tasks/task-kinds.js';
import { SEED_ROWS } from './seed-rows.js';

export const ANY_OTHER_IDENTIFIER =
  'Any other well-formed identifier behaves like the first identifier of its task. The state decides for an ' +
  'opportunity that a task created.';

const OPPORTUNITY_ROWS: readonly ScenarioRow[] = [
  ...SUCCESSES,
  failureAtOnce(
    'O1000007',
    'OpportunitySubmissionFailed',
    'Cannot set visibility to limited on a Co-Sell opportunity. Use Full.',
  ),
  [
    'O1000008',
    'COMPLETE after 3 seconds, without an invitation id.',
    { ...completes(), without: ['EngagementInvitationId'] },
  ],

  failure(
    'O2000001',
    'InvitationAccessDenied',
    'Not allowed to invite AWS. Grant partnercentral:CreateEngagementInvitation.',
  ),
  failure(
    'O2000002',
    'InvitationValidationFailed',
    'The invitation to AWS is not valid: it has expired. Send a new one.',
  ),
  failure(
    'O2000003',
    'EngagementAccessDenied',
    'Not allowed to create an engagement. Grant partnercentral:CreateEngagement.',
  ),
  failure(
    'O2000004',
    'OpportunityAccessDenied',
    'Not allowed to read the opportunity. Grant partnercentral:GetOpportunity.',
  ),
  failure(
    'O2000005',
    'ResourceSnapshotJobAccessDenied',
    'The resource snapshot job role is missing or not trusted. Register it with PutSellingSystemSettings.',
  ),
  failure(
    'O2000006',
    'ResourceSnapshotJobValidationFailed',
    'The resource snapshot job role is not valid. Check its ARN.',
  ),
  failure(
    'O2000007',
    'ResourceSnapshotJobConflict',
    'A resource snapshot job exists for this opportunity. Use or delete it.',
  ),
  failure(
    'O2000008',
    'EngagementValidationFailed',
    'The engagement has no CustomerProject context. Add one and start again.',
  ),
  failure('O2000009', 'EngagementConflict', 'Another request changed the engagement. Read it and start again.'),
  failure(
    'O2000010',
    'OpportunitySubmissionFailed',
    'Duplicate Record: an opportunity for this customer was already submitted. Update that opportunity instead.',
  ),
  failure(
    'O2000011',
    'EngagementInvitationConflict',
    'AWS is invited to this engagement already. Look at the invitation.',
  ),
  failure('O2000012', 'InternalError', 'An internal error occurred. Start again later; contact support if it lasts.'),
  failure(
    'O2000013',
    'OpportunityValidationFailed',
    'OPPORTUNITY_VALIDATION_FAILED project.salesActivities is required. Update the opportunity and start again.',
  ),
  failure('O2000014', 'OpportunityConflict', 'The opportunity was submitted already. Check its review status.'),
  failure(
    'O2000015',
    'ResourceSnapshotAccessDenied',
    'Not allowed to snapshot. Grant partnercentral:CreateResourceSnapshot.',
  ),
  failure(
    'O2000016',
    'ResourceSnapshotValidationFailed',
    'The opportunity does not fit the snapshot template: customer.account.industry is missing. Fill it in and start again.',
  ),
  failure('O2000017', 'ResourceSnapshotConflict', 'A newer revision of the snapshot exists. Start again.'),
  failure(
    'O2000018',
    'ServiceQuotaExceeded',
    'The limit of engagements is reached. Ask for a higher one in Service Quotas.',
  ),
  failure('O2000019', 'RequestThrottled', 'A step of the task was throttled. Wait, then start again.'),

  [
    'O3000002',
    'ValidationException with an empty message: only its list names the wrong field.',
    // The real service often sends an empty Message, and the ErrorList holds the cause.
    refuses('ValidationException', '', {
      Reason: 'REQUEST_VALIDATION_FAILED',
      ErrorList: [{ FieldName: 'identifier', Message: 'Submission is not allowed now', Code: 'ACTION_NOT_PERMITTED' }],
    }),
  ],
  [
    'O3000004',
    'AccessDeniedException with INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE.',
    refuses('AccessDeniedException', 'The account has no active AWS Partner benefit in this catalog.', {
      Reason: 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE',
    }),
  ],
  [
    'O3000007',
    'ServiceQuotaExceededException.',
    refuses('ServiceQuotaExceededException', 'The limit of resources of this type is reached.'),
  ],
  ...REFUSALS,
];

/** The opportunity ids of the shared rows, because an opportunity id holds no word. */
const OPPORTUNITY_NUMBERS: Readonly<Record<string, string>> = {
  completes: 'O1000001',
  insidecall: 'O1000002',
  slowanswer: 'O1000003',
  nullids: 'O1000004',
  takesaminute: 'O1000005',
  withouttaskid: 'O1000006',
  reasonnull: 'O1000009',
  listedlate: 'O1000010',
  unknownstatus: 'O1000011',
  unknownreason: 'O1000012',
  invalid: 'O3000001',
  accessdenied: 'O3000003',
  conflict: 'O3000005',
  notfound: 'O3000006',
  throttled: 'O3000008',
  servererror: 'O3000009',
  unknownerror: 'O3000010',
  htmlanswer: 'O4000001',
  resetbefore: 'O4000002',
  resetafter: 'O4000003',
};

const ENGAGEMENT_ROWS: readonly ScenarioRow[] = [
  ...SUCCESSES.map(([word, sentence, timeline]): ScenarioRow =>
    word === 'completes'
      ? [word, 'COMPLETE after 3 seconds, with all ids; the context id is the requested id plus one.', timeline]
      : [word, sentence, timeline],
  ),
  failureAtOnce(
    'failsatonce',
    'EngagementAccessDenied',
    'The account is not a member of the engagement. Accept its invitation first.',
  ),
  failure('contextmissing', 'ContextNotFound', 'The engagement has no such context. Choose one of GetEngagement.'),
  failure(
    'alreadyproject',
    'CustomerProjectContextNotPermitted',
    'The context is a customer project. Choose the lead, or open the opportunity that the project belongs to.',
  ),
  failure(
    'disqualified',
    'DisqualifiedLeadNotPermitted',
    'The lead is disqualified. Set its status to Qualified first.',
  ),
  ...REFUSALS,
];

const INVITATION_ROWS: readonly ScenarioRow[] = [
  ...SUCCESSES.map(([word, sentence, timeline]): ScenarioRow =>
    word === 'nullids'
      ? [
          word,
          'COMPLETE at once, with null for the ids of task and snapshot job.',
          { ...timeline, hiddenByStart: ['TaskId', 'TaskArn', 'ResourceSnapshotJobId'] },
        ]
      : [word, sentence, timeline],
  ),
  failureAtOnce(
    'failsatonce',
    'InvitationValidationFailed',
    'The invitation has expired. Ask the sender for a new one.',
  ),
  failure(
    'notforus',
    'InvitationAccessDenied',
    'The account is not the receiver of the invitation. Sign in with the account that was invited.',
  ),
  failure('rejectedby', 'InvitationValidationFailed', 'The invitation was rejected. Ask the sender for a new one.'),
  failure('accepted', 'EngagementInvitationConflict', 'The invitation was accepted already. Look at its engagement.'),
  failure(
    'nocreate',
    'OpportunityAccessDenied',
    'Not allowed to create the opportunity. Grant partnercentral:CreateOpportunity.',
  ),
  failure(
    'incomplete',
    'OpportunityValidationFailed',
    'The opportunity of the sender lacks project.title. Ask the sender to add it.',
  ),
  failure(
    'nojobrole',
    'ResourceSnapshotJobAccessDenied',
    'The resource snapshot job role is missing or not trusted. Register it with PutSellingSystemSettings.',
  ),
  failure('internal', 'InternalError', 'An internal error occurred. Start again later; contact support if it lasts.'),
  failure('busy', 'RequestThrottled', 'A step of the task was throttled. Wait, then start again.'),
  ...REFUSALS,
];

export const SCENARIOS: readonly Scenario[] = [
  ...table('engagement-from-opportunity', OPPORTUNITY_ROWS, (word) => OPPORTUNITY_NUMBERS[word] ?? word).sort(
    (one, other) => (one.identifier < other.identifier ? -1 : 1),
  ),
  ...SEED_ROWS.filter(({ task }) => task === 'engagement-from-opportunity'),
  ...table('opportunity-from-engagement', ENGAGEMENT_ROWS, (word) => `eng-${numbered(word, 14)}`),
  ...SEED_ROWS.filter(({ task }) => task === 'opportunity-from-engagement'),
  ...table('engagement-by-accepting-invitation', INVITATION_ROWS, (word) => `engi-${numbered(word, 13)}`),
  ...SEED_ROWS.filter(({ task }) => task === 'engagement-by-accepting-invitation'),
];

const BY_IDENTIFIER: ReadonlyMap<string, Scenario> = new Map(
  SCENARIOS.map((scenario) => [scenario.identifier, scenario]),
);

/** The first row of each kind. The list is reversed, because a map keeps the last value of a key. */
const FIRST: ReadonlyMap<TaskKind, Scenario> = new Map(
  SCENARIOS.toReversed().map((scenario) => [scenario.task, scenario]),
);

/**
 * The scenario of an identifier. An identifier matches the pattern of one kind only, so it finds its row without the
 * kind.
 */
export function scenarioOf(task: TaskKind, identifier: string): Scenario {
  const scenario = BY_IDENTIFIER.get(identifier) ?? FIRST.get(task);
  if (scenario === undefined) throw new Error(`There is no scenario for the task ${task}.`);
  return scenario;
}

function table(task: TaskKind, rows: readonly ScenarioRow[], identifierOf: (word: string) => string): Scenario[] {
  return rows.map(([word, outcome, timeline]) => ({ ...timeline, task, identifier: identifierOf(word), outcome }));
}

/** The word, padded with zeros and a 1 if there is room: `completes00001`. */
function numbered(word: string, length: number): string {
  return `${word}${'1'.padStart(length - word.length, '0')}`.slice(0, length);
}
