/** Derives the state of an invitation at a moment from its seed and the accepted requests, without timers. */
import { timestamp } from '../protocol/aws-json.js';
import { ServiceError } from '../protocol/service-error.js';
import { businessError } from '../protocol/validation.js';
import {
  INVITATION_LIFE_MS,
  type Invitation,
  SEED_INVITATIONS,
  invitationToAws,
  originalInvitation,
} from '../seed/invitations.js';
import { companyOf } from '../seed/opportunities.js';
import { arnOf, withoutArn } from './record-identifiers.js';
import { APPROVAL, firstReview, reviewAt } from './review.js';
import type { Service } from '../state/service.js';
import { completedAt, timelineOf } from '../tasks/timeline.js';

/** The invitation of any well-formed identifier; undefined if a task has yet to send it. */
export function invitationAt(service: Service, catalog: string, id: string): Invitation | undefined {
  const now = service.clock.now();
  const { tasks, updates } = service.state.historyOf(catalog, id);
  const sending = tasks.filter(({ kind }) => kind === 'engagement-from-opportunity');
  if (sending.length > 0) {
    const sent = sending.find((task) => completedAt(service, task) <= now && !sendsNone(timelineOf(task)));
    if (sent === undefined) return undefined;
    const sentAt = completedAt(service, sent);
    const invitation = invitationToAws(id, sent.ids.EngagementId ?? '', sent.target, sentAt);
    return { ...invitation, ...answerOfAws(service, catalog, sent.target, sentAt) };
  }
  const rejection = updates.find((update) => update.operation === 'RejectEngagementInvitation');
  const acceptedAt = Math.min(
    ...tasks.map((task) => completedAt(service, task)),
    ...updates.filter(({ operation }) => operation === 'AcceptEngagementInvitation').map(({ at }) => at),
  );
  const answeredAt = Math.min(acceptedAt, rejection?.at ?? Infinity);
  const invitation = originalInvitation(catalog, id, Math.min(answeredAt, now));
  if (answeredAt > now) return invitation;
  if (rejection === undefined || acceptedAt <= rejection.at) return { ...invitation, status: 'ACCEPTED' };
  const { reason } = rejection;
  return { ...invitation, status: 'REJECTED', ...(reason === undefined ? {} : { rejectionReason: reason }) };
}

/**
 * AWS accepts the invitation when it approves the opportunity, and rejects both together. After an Action Required the
 * partner's update restarts the review.
 */
function answerOfAws(service: Service, catalog: string, opportunity: string, sentAt: number): Partial<Invitation> {
  const now = service.clock.now();
  const first = reviewAt(service, firstReview(opportunity, sentAt), now);
  if (first.status === 'Approved') return { status: 'ACCEPTED' };
  if (first.status === 'Rejected') return { status: 'REJECTED', rejectionReason: 'Duplicate opportunity' };
  if (first.status !== 'Action Required') return {};
  const correction = service.state
    .historyOf(catalog, opportunity)
    .updates.find(({ operation, at }) => operation === 'UpdateOpportunity' && at >= first.since);
  if (correction === undefined) return {};
  const second = reviewAt(service, { submittedAt: correction.at, end: APPROVAL }, now);
  return second.status === 'Approved' ? { status: 'ACCEPTED' } : {};
}

/** The invitations of the seed, and those that tasks sent. */
export function invitationsNow(service: Service, catalog: string): readonly Invitation[] {
  const ids = new Set(SEED_INVITATIONS);
  for (const task of service.state.tasks()) {
    if (
      task.catalog === catalog &&
      task.ids.EngagementInvitationId !== undefined &&
      task.kind === 'engagement-from-opportunity'
    ) {
      ids.add(withoutArn(task.ids.EngagementInvitationId));
    }
  }
  return [...ids].flatMap((id) => invitationAt(service, catalog, id) ?? []);
}

/** The form of an invitation in a List. */
export function invitationSummary(catalog: string, invitation: Invitation) {
  return {
    Catalog: catalog,
    Id: invitation.id,
    Arn: arnOf('engagement-invitation', catalog, invitation.id),
    PayloadType: invitation.payloadType,
    ParticipantType: invitation.participant,
    Status: invitation.status,
    EngagementId: invitation.engagementId,
    EngagementTitle: companyOf(invitation.subject).project,
    InvitationDate: timestamp(invitation.invitedAt),
    ExpirationDate: timestamp(invitation.invitedAt + INVITATION_LIFE_MS),
    SenderAwsAccountId: invitation.sender,
    SenderCompanyName: invitation.senderCompany,
    Receiver: { Account: { AwsAccountId: invitation.receiver } },
  };
}

/** Throws unless the account can accept or reject the invitation. */
export function assertAnswerable({ participant, status }: Invitation, verb: 'accept' | 'reject'): void {
  if (participant === 'SENDER') {
    throw new ServiceError(
      'AccessDeniedException',
      `The account sent this invitation. Only the receiver can ${verb} it.`,
    );
  }
  const isDone = status === { accept: 'ACCEPTED', reject: 'REJECTED' }[verb];
  if (isDone) throw new ServiceError('ConflictException', `The invitation was already ${verb}ed.`);
  if (status !== 'PENDING')
    throw businessError('identifier', 'ACTION_NOT_PERMITTED', `cannot be ${verb}ed, because it is ${status}`);
}

function sendsNone({ without = [] }: ReturnType<typeof timelineOf>): boolean {
  return without.includes('EngagementInvitationId');
}
