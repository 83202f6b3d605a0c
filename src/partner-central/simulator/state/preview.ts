/** What the identifiers of the world show, as long as nobody changes it. */
import { type Scenario, completes, fails } from '../scenarios/scenario.js';
import type { TaskKind } from '../tasks/task-kinds.js';

type Row = Omit<Scenario, 'task' | 'byState'>;

export const WORLD_ROWS: readonly Scenario[] = [
  ...ofTask('engagement-from-opportunity', [
    complete(
      'O5000001',
      'Complete: COMPLETE after 3 seconds; then Submitted, In review after 10 seconds more, Approved after another 30.',
    ),
    incomplete('O5000002', 'Has no solution', 'at least one solution must be associated', 'one is associated'),
    incomplete('O5000003', 'Has no sales activities', 'project.salesActivities is required', 'they are added'),
    incomplete(
      'O5000004',
      'Its target close date is past',
      'lifeCycle.targetCloseDate must be in the future',
      'it lies ahead',
    ),
    incomplete(
      'O5000005',
      'Has an address in the US without a state',
      'customer.account.address.stateOrRegion is required',
      'it is added',
    ),
    incomplete(
      'O5000006',
      "Has no identifier of the partner's own and no review status",
      'partnerOpportunityIdentifier is required',
      'it has both',
    ),
    submitted('O5000007', 'Is Submitted', 'Submitted'),
    submitted('O5000008', 'Is In review', 'In review'),
    submitted('O5000009', 'Is Approved', 'Approved'),
    submitted(
      'O5000010',
      'Is Action Required, with comments of the review; an update begins it again',
      'Action Required',
    ),
    submitted('O5000011', 'Is Rejected, with comments of the review', 'Rejected'),
    submitted('O5000012', 'Is Launched and Approved', 'Approved'),
  ]),
  ...ofTask('opportunity-from-engagement', [
    complete(
      'eng-leadqualified1',
      'Has a qualified lead: COMPLETE after 3 seconds, with a draft opportunity and a new context.',
    ),
    failing(
      'eng-leaddisqualif1',
      'Its lead is disqualified',
      'DisqualifiedLeadNotPermitted',
      'The lead is disqualified. Set its status to Qualified first.',
      'it is qualified',
    ),
    failing(
      'eng-project5000009',
      'Has a customer project only',
      'CustomerProjectContextNotPermitted',
      'Context 1 is a customer project. Choose the lead.',
    ),
    failing(
      'eng-fivecontexts01',
      'Has five contexts',
      'ServiceQuotaExceeded',
      'The engagement has 5 contexts, which is the limit.',
    ),
    failing(
      'eng-leadnotjoined1',
      'The account is not a member',
      'EngagementAccessDenied',
      'The account is not a member of the engagement. Accept its invitation first.',
      '`engi-leadpending01` is accepted',
    ),
  ]),
  ...ofTask('engagement-by-accepting-invitation', [
    complete(
      'engi-opportunity01',
      'Is pending, to an opportunity: COMPLETE after 3 seconds; from then on it is accepted: EngagementInvitationConflict.',
    ),
    failing(
      'engi-leadpending01',
      'Is pending, to a lead',
      'InvitationValidationFailed',
      'The invitation is to a lead. Use AcceptEngagementInvitation.',
    ),
    failing(
      'engi-expired000001',
      'Has expired',
      'InvitationValidationFailed',
      'The invitation is EXPIRED. Ask the sender for a new one.',
    ),
    failing(
      'engi-rejected00001',
      'Was rejected',
      'InvitationValidationFailed',
      'The invitation is REJECTED. Ask the sender for a new one.',
    ),
    failing(
      'engi-senttoaws0001',
      'Was sent by the account itself',
      'InvitationAccessDenied',
      'The account sent this invitation. Only the receiver can accept it.',
    ),
  ]),
];

function ofTask(task: TaskKind, rows: readonly Row[]): Scenario[] {
  return rows.map((row) => ({ ...row, task, byState: true }));
}

function complete(identifier: string, outcome: string): Row {
  return { ...completes(), identifier, outcome };
}

/** `until` says what mends it, if anything does. */
function failing(identifier: string, state: string, reasonCode: string, message: string, until?: string): Row {
  const outcome = `${state}: FAILED after 1 second, ${reasonCode}${until === undefined ? '' : `, until ${until}`}.`;
  return { ...fails(reasonCode, message), identifier, outcome };
}

function incomplete(identifier: string, state: string, complaint: string, until: string): Row {
  return failing(identifier, state, 'OpportunityValidationFailed', `OPPORTUNITY_VALIDATION_FAILED ${complaint}`, until);
}

function submitted(identifier: string, state: string, status: string): Row {
  const message = `The review status of the opportunity is ${status}. Only one in Pending Submission can be submitted.`;
  return failing(identifier, state, 'OpportunityConflict', message);
}
