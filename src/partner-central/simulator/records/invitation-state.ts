/** How an invitation stands at a moment. It follows from what it was at first and what was accepted since: no timers. */
import { timestamp } from '../protocol/aws-json.js';
import {
  INVITATION_LIFE_MS,
  type Invitation,
  WORLD_INVITATIONS,
  invitationToAws,
  originalInvitation,
} from '../seed/invitations.js';
import { companyOf } from '../seed/opportunities.js';
import { arnOf, withoutArn } from './record-identifiers.js';
import { reviewAt } from './review.js';
import type { Service } from '../state/service.js';
import { completedAt, planOf } from '../tasks/timeline.js';

/** Every well-formed identifier is one of an invitation, but for those that a task is still to send. */
export function invitationAt(service: Service, catalog: string, id: string): Invitation | undefined {
  const now = service.clock.now();
  const { tasks, edits } = service.world.historyOf(catalog, id);
  const sending = tasks.filter(({ kind }) => kind === 'engagement-from-opportunity');
  if (sending.length > 0) {
    const sent = sending.find((task) => completedAt(service, task) <= now && !sendsNone(planOf(task)));
    if (sent === undefined) return undefined;
    const sentAt = completedAt(service, sent);
    const invitation = invitationToAws(id, sent.ids.EngagementId ?? '', sent.target, sentAt);
    // AWS joins when it approves.
    return reviewAt(service, sentAt, now).status === 'Approved' ? { ...invitation, status: 'ACCEPTED' } : invitation;
  }
  const acceptedAt = Math.min(...tasks.map((task) => completedAt(service, task)), ...edits.map(({ at }) => at));
  const invitation = originalInvitation(catalog, id, Math.min(acceptedAt, now));
  return acceptedAt <= now ? { ...invitation, status: 'ACCEPTED' } : invitation;
}

/** Those of the world, and those that tasks have sent. */
export function invitationsNow(service: Service, catalog: string): readonly Invitation[] {
  const ids = new Set(WORLD_INVITATIONS);
  for (const task of service.world.tasks()) {
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

/** As a List shows it. */
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

function sendsNone({ without = [] }: ReturnType<typeof planOf>): boolean {
  return without.includes('EngagementInvitationId');
}
