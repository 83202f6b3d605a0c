/**
 * The fate of a task about something of the world, decided once, when it is accepted, by the state at that moment. A task under way
 * counts as under way: what it will make is not there yet, but no other task gets its place. Undefined where the row of the identifier decides.
 */
import { complaintAbout } from '../records/completeness.js';
import { isWorldEngagement } from '../seed/engagements.js';
import { isWorldInvitation } from '../seed/invitations.js';
import { MOST_CONTEXTS, engagementAt, isMember } from '../records/engagement-state.js';
import { notFound } from '../records/record-identifiers.js';
import { invitationAt } from '../records/invitation-state.js';
import { isOfTheWorld, opportunityAt } from '../records/opportunity-state.js';
import type { Service } from '../state/service.js';
import type { Verdict } from './start-task.js';
import type { TaskKind } from './task-kinds.js';
import { isUnderWay } from './timeline.js';

type Submission = {
  readonly catalog: string;
  readonly target: string;
  readonly involvement: string;
  readonly visibility: string | undefined;
};

export function decideSubmission(
  service: Service,
  { catalog, target, involvement, visibility }: Submission,
): Verdict | undefined {
  if (!isOfTheWorld(service, catalog, target)) return undefined;
  const opportunity = opportunityAt(service, catalog, target);
  if (opportunity === undefined) throw notFound(target, catalog);
  const status = opportunity.LifeCycle?.ReviewStatus ?? 'Pending Submission';
  if (status !== 'Pending Submission') {
    return failed(
      'OpportunityConflict',
      `The review status of the opportunity is ${status}. Only one in Pending Submission can be submitted.`,
    );
  }
  if (countUnderWay(service, catalog, target, 'engagement-from-opportunity') > 0) {
    return failed('OpportunityConflict', 'Another task is submitting the opportunity. Wait until it has ended.');
  }
  const complaint = complaintAbout(opportunity, service.clock.now());
  if (complaint !== undefined) {
    return failed('OpportunityValidationFailed', `OPPORTUNITY_VALIDATION_FAILED ${complaint}`);
  }
  if (involvement === 'Co-Sell' && visibility === 'Limited') {
    return failed('OpportunitySubmissionFailed', 'Cannot set visibility to limited on a Co-Sell opportunity');
  }
  return { decided: {} };
}

export function decideConversion(
  service: Service,
  catalog: string,
  target: string,
  contextId: string,
): Verdict | undefined {
  if (!isWorldEngagement(target)) return undefined;
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
  const adding = countUnderWay(service, catalog, target, 'opportunity-from-engagement');
  if (count + adding >= MOST_CONTEXTS) {
    return failed(
      'ServiceQuotaExceeded',
      `The engagement has ${count} of ${MOST_CONTEXTS} contexts, and tasks under way add ${adding}.`,
    );
  }
  return { decided: {}, newContextIdentifier: String(count + adding + 1) };
}

export function decideAcceptance(service: Service, catalog: string, target: string): Verdict | undefined {
  if (!isWorldInvitation(target)) return undefined;
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
      if (countUnderWay(service, catalog, target, 'engagement-by-accepting-invitation') > 0) {
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

/** Tasks about the same thing that are still to complete. A task that was decided to fail holds no place. */
function countUnderWay(service: Service, catalog: string, target: string, kind: TaskKind): number {
  const { tasks } = service.world.historyOf(catalog, target);
  return tasks.filter((task) => task.kind === kind && isUnderWay(service, task)).length;
}

function failed(reasonCode: string, message: string): Verdict {
  return { decided: { failure: { reasonCode, message } } };
}
