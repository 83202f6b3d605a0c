/**
 * What becomes of a task about something of the world, decided once, when it is accepted, as things will stand when all that is
 * under way has ended. Undefined where the row of the identifier decides.
 */
import { complaintAbout } from './completeness.js';
import { isWorldEngagement } from './seed/engagements.js';
import { isWorldInvitation } from './seed/invitations.js';
import { MOST_CONTEXTS, engagementAt, isMember } from './engagements.js';
import { notFound } from './identifiers.js';
import { invitationAt } from './invitations.js';
import { isOfTheWorld, opportunityAt } from './opportunities.js';
import type { Service } from './service.js';
import type { Verdict } from './start.js';

type Submission = {
  readonly catalog: string;
  readonly target: string;
  readonly involvement: string;
  readonly visibility: string | undefined;
};

export function decideSubmission(service: Service, { catalog, target, involvement, visibility }: Submission): Verdict | undefined {
  if (!isOfTheWorld(service, catalog, target)) return undefined;
  const opportunity = opportunityAt(service, catalog, target, Infinity);
  if (opportunity === undefined || opportunityAt(service, catalog, target) === undefined) throw notFound(target, catalog);
  const status = opportunity.LifeCycle?.ReviewStatus ?? 'Pending Submission';
  if (status !== 'Pending Submission') {
    return failed(
      'OpportunityConflict',
      `The review status of the opportunity is ${status}. Only one in Pending Submission can be submitted.`,
    );
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

export function decideConversion(service: Service, catalog: string, target: string, contextId: string): Verdict | undefined {
  if (!isWorldEngagement(target)) return undefined;
  const engagement = engagementAt(service, catalog, target, Infinity);
  if (engagement === undefined) return undefined;
  if (!isMember(service, catalog, engagement)) {
    return failed('EngagementAccessDenied', 'The account is not a member of the engagement. Accept its invitation first.');
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
  if (engagement.contexts.length >= MOST_CONTEXTS) {
    return failed('ServiceQuotaExceeded', `The engagement has ${MOST_CONTEXTS} contexts, which is the limit.`);
  }
  return { decided: {}, newContextIdentifier: String(engagement.contexts.length + 1) };
}

export function decideAcceptance(service: Service, catalog: string, target: string): Verdict | undefined {
  if (!isWorldInvitation(target)) return undefined;
  const invitation = invitationAt(service, catalog, target, Infinity);
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
      return failed('InvitationValidationFailed', `The invitation is ${invitation.status}. Ask the sender for a new one.`);
    case 'PENDING':
      return { decided: {} };
    default:
      return invitation.status satisfies never;
  }
}

function failed(reasonCode: string, message: string): Verdict {
  return { decided: { failure: { reasonCode, message } } };
}
