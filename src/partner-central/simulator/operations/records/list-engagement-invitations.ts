/** Lists the invitations of the seed, and those that tasks sent. */
import type { Invitation } from '../../seed/invitations.js';
import { invitationSummary, invitationsNow } from '../../records/invitation-state.js';
import type { Operation } from '../../protocol/operation.js';
import { matches, pageOf, readPageRequest } from '../../protocol/list-pages.js';
import { ACCOUNT_ID, CATALOG, type Fields, type Rule, engagementFilter, validated } from '../../protocol/validation.js';

const PARTICIPANT: Rule = { values: ['SENDER', 'RECEIVER'] };
const PAYLOAD_TYPE: Rule = { values: ['OpportunityInvitation', 'LeadInvitation'] };
const STATUS: Rule = { values: ['ACCEPTED', 'PENDING', 'REJECTED', 'EXPIRED'] };

export const listEngagementInvitations: Operation = {
  quota: 'read',
  answer(service, body) {
    const { page, filters } = validated(body, (fields) => ({
      page: readPageRequest(fields, 100),
      filters: readFilters(fields),
    }));
    return pageOf<Invitation>(page, {
      member: 'EngagementInvitationSummaries',
      query: filters,
      ascending: filters.ascending,
      pageSize: Math.min(service.pageSize, 100),
      items: invitationsNow(service, filters.catalog),
      sortKeyOf: ({ invitedAt, id }) => [invitedAt, id],
      show: (invitation) => (passes(invitation, filters) ? invitationSummary(filters.catalog, invitation) : undefined),
    });
  },
};

function readFilters(fields: Fields) {
  return {
    catalog: fields.string('Catalog', CATALOG),
    ascending: fields.sort(['InvitationDate'])?.ascending ?? false,
    participant: fields.string('ParticipantType', PARTICIPANT),
    payloadTypes: fields.optionalStrings('PayloadType', 10, PAYLOAD_TYPE, 0),
    statuses: fields.optionalStrings('Status', 10, STATUS),
    engagements: engagementFilter(fields),
    senders: fields.optionalStrings('SenderAwsAccountId', 10, ACCOUNT_ID),
  };
}

function passes(invitation: Invitation, filters: ReturnType<typeof readFilters>): boolean {
  return (
    invitation.participant === filters.participant &&
    matches(filters.payloadTypes, invitation.payloadType) &&
    matches(filters.statuses, invitation.status) &&
    matches(filters.engagements, invitation.engagementId) &&
    matches(filters.senders, invitation.sender)
  );
}
