/**
 * The scenarios of the seed records. The state of a record decides its outcome; the rows show it for unchanged records.
 */
import { type Scenario, completes, fails } from './scenario.js';
import type { TaskKind } from '../tasks/task-kinds.js';

type Row = Omit<Scenario, 'task' | 'byState'>;

export const SEED_ROWS: readonly Scenario[] = [
  ...ofTask('engagement-from-opportunity', [
    complete(
      'O5000001',
      'Is complete: COMPLETE after 3 seconds. The review is then Submitted, after 10 seconds In review, after ' +
        'another 30 Approved.',
    ),
    incomplete(
      'O5000002',
      'Has no solution',
      'BUSINESS_VALIDATION_EXCEPTION relatedEntityIdentifiers.solutions:Associate atleast one solution',
      'a solution is associated',
    ),
    incomplete('O5000003', 'Has no sales activities', requiredMember('project.salesActivities'), 'they are added'),
    incomplete(
      'O5000004',
      'Its target close date is past',
      'BUSINESS_VALIDATION_EXCEPTION lifeCycle.targetCloseDate:Target Close Date should be a future date',
      'it is in the future',
    ),
    incomplete(
      'O5000005',
      'Has an address in the US without a state',
      requiredMember('customer.account.address.stateOrRegion'),
      'it is added',
    ),
    incomplete(
      'O5000006',
      'Has no review status and no partner identifier, which AWS does not require',
      'ACTION_NOT_PERMITTED lifeCycle.reviewStatus:You cannot perform Submit action',
      'either is set',
    ),
    submitted('O5000007', 'Is Submitted', 'Submitted'),
    submitted('O5000008', 'Is In review', 'In review'),
    submitted('O5000009', 'Is Approved', 'Approved'),
    complete(
      'O5000010',
      'Is Action Required, with review comments: COMPLETE after 3 seconds, which restarts the review, as an update does.',
    ),
    submitted('O5000011', 'Is Rejected, with review comments', 'Rejected'),
    submitted('O5000012', 'Is Launched and Approved', 'Approved'),
    complete('O5000013', 'Is complete: COMPLETE after 3 seconds. The review ends Rejected, after 40 seconds.'),
    complete(
      'O5000014',
      'Is complete: COMPLETE after 3 seconds. The review ends Action Required, after 40 seconds. An update restarts ' +
        'it, and it then ends Approved.',
    ),
  ]),
  ...ofTask('opportunity-from-engagement', [
    complete(
      'eng-leadqualified1',
      'Has a qualified lead: COMPLETE after 3 seconds, with a draft opportunity and a new context.',
    ),
    failing(
      'eng-leaddisqualif1',
      'Has a disqualified lead',
      'DisqualifiedLeadNotPermitted',
      'The lead is disqualified. Set its status to Qualified first.',
      'the lead is qualified',
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
      'Invites to an opportunity, pending: COMPLETE after 3 seconds. Then it is accepted, and a start is an ' +
        'EngagementInvitationConflict.',
    ),
    failing(
      'engi-leadpending01',
      'Invites to a lead, pending',
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
      'Was sent by the account',
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

/** @param until the change that makes the start succeed; absent if no change does */
function failing(identifier: string, state: string, reasonCode: string, message: string, until?: string): Row {
  const outcome = `${state}: FAILED after 1 second, ${reasonCode}${until === undefined ? '' : `, until ${until}`}.`;
  return { ...fails(reasonCode, message), identifier, outcome };
}

function incomplete(identifier: string, state: string, violation: string, until: string): Row {
  return failing(identifier, state, 'OpportunityValidationFailed', violation, until);
}

function requiredMember(member: string): string {
  return `REQUIRED_FIELD_MISSING ${member}:${member} is required`;
}

function submitted(identifier: string, state: string, status: string): Row {
  const message =
    `The review status of the opportunity is ${status}. Only Pending Submission or action required opportunities can ` +
    `be submitted.`;
  return failing(identifier, state, 'OpportunityConflict', message);
}
