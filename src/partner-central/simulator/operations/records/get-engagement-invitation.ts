/** Shows an invitation that the account received or sent. */
import { enrichmentOf, payloadOf } from '../../seed/invitations.js';
import { idIn } from '../../records/record-identifiers.js';
import { invitationSummary } from '../../records/invitation-state.js';
import type { Operation } from '../../protocol/operation.js';
import { CATALOG, INVITATION_ARN_OR_ID, validated } from '../../protocol/validation.js';
import { accessibleInvitation } from '../../state/access.js';

export const getEngagementInvitation: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, identifier } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      identifier: fields.string('Identifier', INVITATION_ARN_OR_ID),
    }));
    const invitation = accessibleInvitation(service, catalog, idIn('engagement-invitation', catalog, identifier));
    const { ParticipantType: _onlyInLists, ...summary } = invitationSummary(catalog, invitation);
    return {
      kind: 'answer',
      body: {
        ...summary,
        InvitationMessage: 'We would like to work on this together with you.',
        EngagementDescription: summary.EngagementTitle,
        ExistingMembers: [{ CompanyName: invitation.senderCompany, WebsiteUrl: 'https://www.example.com' }],
        RejectionReason: invitation.rejectionReason,
        Payload: payloadOf(invitation),
        EnrichmentContext: enrichmentOf(invitation),
      },
    };
  },
};
