/**
 * The readiness rules for accepting an invitation (StartEngagementByAcceptingInvitationTask): one rule for each known
 * precondition.
 */
import type { Invitation } from '../../partner-central/model/record-types.js';
import { codes, guide, model } from './evidence.js';
import { checksOf, failed, passed, unknown, type Check, type Rule, type Verdict } from './rule.js';

type Facts = { readonly invitation: Invitation; readonly now: number };

export function acceptanceChecks(invitation: Invitation, now: number): Check[] {
  return checksOf(RULES, { invitation, now });
}

const RULES: readonly Rule<Facts>[] = [
  {
    rule: 'INVITATION_PENDING',
    field: 'Status',
    ...codes('EngagementInvitationConflict', 'InvitationValidationFailed'),
    check: invitationPending,
  },
  {
    rule: 'INVITATION_NOT_EXPIRED',
    field: 'ExpirationDate',
    ...model('EngagementInvitationSummary.ExpirationDate'),
    check: invitationNotExpired,
  },
  {
    rule: 'OPPORTUNITY_INVITATION',
    field: 'PayloadType',
    ...guide('Working with your leads'),
    check: opportunityInvitation,
  },
  {
    rule: 'CALLER_IS_RECEIVER',
    field: 'Receiver.Account',
    ...codes('InvitationAccessDenied'),
    check: () => unknown('Only the invited account can accept. The gateway does not know which account it works for.'),
  },
];

function invitationPending({ invitation: { status } }: Facts): Verdict {
  switch (status) {
    case 'PENDING':
      return passed('The invitation is Pending.');
    case 'ACCEPTED':
      return failed('The invitation is Accepted already. There is nothing left to accept.');
    case 'REJECTED':
      return failed('The invitation is Rejected. Ask the sender for a new one.');
    case 'EXPIRED':
      return failed('The invitation is Expired. Ask the sender for a new one.');
    case null:
      return unknown('The status of the invitation is not known. Only a Pending invitation can be accepted.');
    default:
      return status satisfies never;
  }
}

function invitationNotExpired({ invitation: { expiresAt }, now }: Facts): Verdict {
  if (expiresAt === null)
    return unknown('It is not known when the invitation expires. Invitations expire after 15 days.');
  if (expiresAt > now) return passed('The invitation has not expired.');
  return failed('The time to accept the invitation is over. Ask the sender for a new one.');
}

function opportunityInvitation({ invitation: { payloadType } }: Facts): Verdict {
  switch (payloadType) {
    case 'OPPORTUNITY_INVITATION':
      return passed('The invitation is to an opportunity.');
    case 'LEAD_INVITATION':
      return failed('The invitation is to a lead, which no task accepts. Accept the lead without one, and convert it.');
    case null:
      return unknown(
        'It is not known whether the invitation is to an opportunity. A start accepts only an invitation to an ' +
          'opportunity.',
      );
    default:
      return payloadType satisfies never;
  }
}
