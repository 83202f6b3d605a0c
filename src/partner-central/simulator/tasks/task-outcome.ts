/**
 * Decides the outcome of a task from the state of its record, once, when the task is accepted. A task in progress has
 * not yet created its records, but it keeps other tasks from taking its place. The outcome is undefined if the scenario
 * of the identifier decides.
 */
import { type Submission as AwsSubmission, violationsOf, visibilityViolation } from '../records/completeness.js';
import { isSeedEngagement } from '../seed/engagements.js';
import { isSeedInvitation } from '../seed/invitations.js';
import { MOST_CONTEXTS, engagementAt, isMember } from '../records/engagement-state.js';
import { notFound } from '../records/record-identifiers.js';
import { invitationAt } from '../records/invitation-state.js';
import { isDecidedByState, opportunityAt } from '../records/opportunity-state.js';
import type { Decision } from '../state/journal.js';
import type { Service } from '../state/service.js';
import type { TaskKind } from './task-kinds.js';
import { isInProgress } from './timeline.js';

/** The outcome that the state decides for a task, and the context that the task will add. */
export type TaskOutcome = { readonly decided: Decision; readonly newContextIdentifier?: string };

type Submission = AwsSubmission & { readonly catalog: string; readonly target: string };

/** AWS takes an opportunity in these states, and one without a status counts as incomplete. */
const SUBMITTABLE = ['Pending Submission', 'Action Required'];

export function outcomeOfSubmission(service: Service, submission: Submission): TaskOutcome | undefined {
  const { catalog, target } = submission;
  if (!isDecidedByState(service, catalog, target)) return undefined;
  const opportunity = opportunityAt(service, catalog, target);
  if (opportunity === undefined) throw notFound(target, catalog);
  const status = opportunity.LifeCycle?.ReviewStatus;
  if (status !== undefined && !SUBMITTABLE.includes(status)) {
    return failed(
      'OpportunityConflict',
      `The review status of the opportunity is ${status}. Only Pending Submission or action required opportunities can ` +
        `be submitted.`,
    );
  }
  if (countInProgress(service, catalog, target, 'engagement-from-opportunity') > 0) {
    return failed('OpportunityConflict', 'Another task is submitting the opportunity. Wait until it has ended.');
  }
  const violations = violationsOf(opportunity, submission, service.clock.now());
  if (violations !== undefined) return failed('OpportunityValidationFailed', violations);
  const limited = visibilityViolation(submission);
  return limited === undefined ? { decided: {} } : failed('OpportunitySubmissionFailed', limited);
}

export function outcomeOfConversion(
  service: Service,
  catalog: string,
  target: string,
  contextId: string,
): TaskOutcome | undefined {
  if (!isSeedEngagement(target)) return undefined;
  const engagement = engagementAt(service, catalog, target);
  if (engagement === undefined) return undefined;
  if (!isMember(service, catalog, engagement)) {
    return failed(
      'EngagementAccessDenied',
      'The account is not a member of the engagement. Accept its invitation first.',
    );
  }
  const context = engagement.contexts.find(({ Id }) => Id === contextId);
  if (context === undefined) {
    return failed('ContextNotFound', `The engagement has no context ${contextId}. Choose one of GetEngagement.`);
  }
  if (context.Type === 'CustomerProject') {
    return failed('CustomerProjectContextNotPermitted', `Context ${contextId} is a customer project. Choose the lead.`);
  }
  if (context.Type === 'ProspectingResult') {
    return failed('EngagementValidationFailed', `Context ${contextId} is a prospecting result. Choose the lead.`);
  }
  if (context.Payload.Lead.QualificationStatus === 'Disqualified') {
    return failed('DisqualifiedLeadNotPermitted', 'The lead is disqualified. Set its status to Qualified first.');
  }
  const count = engagement.contexts.length;
  if (count >= MOST_CONTEXTS) {
    return failed('ServiceQuotaExceeded', `The engagement has ${MOST_CONTEXTS} contexts, which is the limit.`);
  }
  const adding = countInProgress(service, catalog, target, 'opportunity-from-engagement');
  if (count + adding >= MOST_CONTEXTS) {
    return failed(
      'ServiceQuotaExceeded',
      `The engagement has ${count} of ${MOST_CONTEXTS} contexts, and tasks in progress add ${adding}.`,
    );
  }
  return { decided: {}, newContextIdentifier: String(count + adding + 1) };
}

export function outcomeOfAcceptance(service: Service, catalog: string, target: string): TaskOutcome | undefined {
  if (!isSeedInvitation(target)) return undefined;
  const invitation = invitationAt(service, catalog, target);
  if (invitation === undefined) return undefined;
  if (invitation.participant === 'SENDER') {
    return failed('InvitationAccessDenied', 'The account sent this invitation. Only the receiver can accept it.');
  }
  if (invitation.payloadType === 'LeadInvitation') {
    return failed('InvitationValidationFailed', 'The invitation is to a lead. Use AcceptEngagementInvitation.');
  }
  switch (invitation.status) {
    case 'ACCEPTED':
      return failed('EngagementInvitationConflict', 'The invitation was accepted already. Look at its engagement.');
    case 'EXPIRED':
    case 'REJECTED':
      return failed(
        'InvitationValidationFailed',
        `The invitation is ${invitation.status}. Ask the sender for a new one.`,
      );
    case 'PENDING':
      if (countInProgress(service, catalog, target, 'engagement-by-accepting-invitation') > 0) {
        return failed(
          'EngagementInvitationConflict',
          'Another task is accepting the invitation. Wait until it has ended.',
        );
      }
      return { decided: {} };
    default:
      return invitation.status satisfies never;
  }
}

/** The number of tasks of this kind about the record that will be COMPLETE. A task that will fail does not count. */
function countInProgress(service: Service, catalog: string, target: string, kind: TaskKind): number {
  const { tasks } = service.state.historyOf(catalog, target);
  return tasks.filter((task) => task.kind === kind && isInProgress(service, task)).length;
}

function failed(reasonCode: string, message: string): TaskOutcome {
  return { decided: { failure: { reasonCode, message } } };
}
