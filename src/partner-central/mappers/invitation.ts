/** Engagement invitations as AWS answers them, whole and in lists, in the gateway's words. Total: whatever is missing is null or an empty list. */
import type {
  EngagementInvitationSummary as SdkInvitationSummary,
  GetEngagementInvitationResponse,
  LeadInvitationPayload as SdkLeadInvitation,
  OpportunityInvitationPayload as SdkOpportunityInvitation,
} from '@aws-sdk/client-partnercentral-selling';
import {
  INVITATION_PAYLOAD_TYPES,
  INVITATION_STATUSES,
  type Invitation,
  type InvitationSummary,
} from '../model/record-types.js';
import { INVITATION_PAYLOAD_TYPE, INVITATION_STATUS, named } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { listOf, present, textsOf, timeOf } from './nullable.js';
import {
  contactOf,
  engagementCustomerOf,
  engagementProjectOf,
  expectedSpendOf,
  occasionOf,
  prospectOf,
  recordIdOf,
} from './common.js';

/** @param id the one that was asked for */
export function invitationOf(raw: GetEngagementInvitationResponse, catalog: Catalog, id: string): Invitation {
  return {
    ...commonOf(raw, catalog, recordIdOf(raw) ?? id),
    message: present(raw.InvitationMessage),
    engagementDescription: present(raw.EngagementDescription),
    rejectionReason: present(raw.RejectionReason),
    opportunity: opportunityInvitationOf(raw.Payload?.OpportunityInvitation),
    lead: leadInvitationOf(raw.Payload?.LeadInvitation),
  };
}

/** Null for one without an id, of which nothing more could be asked. */
export function invitationSummaryOf(raw: SdkInvitationSummary, catalog: Catalog): InvitationSummary | null {
  const id = recordIdOf(raw);
  return id === null ? null : commonOf(raw, catalog, id);
}

function commonOf(raw: Omit<SdkInvitationSummary, 'Catalog' | 'Id'>, catalog: Catalog, id: string): InvitationSummary {
  return {
    catalog,
    id,
    arn: present(raw.Arn),
    payloadType: named(INVITATION_PAYLOAD_TYPES, INVITATION_PAYLOAD_TYPE, raw.PayloadType),
    status: named(INVITATION_STATUSES, INVITATION_STATUS, raw.Status),
    engagementId: present(raw.EngagementId),
    engagementTitle: present(raw.EngagementTitle),
    invitedAt: timeOf(raw.InvitationDate),
    expiresAt: timeOf(raw.ExpirationDate),
    senderAwsAccountId: present(raw.SenderAwsAccountId),
    senderCompanyName: present(raw.SenderCompanyName),
    receiverAwsAccountId: present(raw.Receiver?.Account?.AwsAccountId),
  };
}

function opportunityInvitationOf(raw: SdkOpportunityInvitation | undefined): Invitation['opportunity'] {
  if (raw === undefined) return null;
  const { Project: project } = raw;
  return {
    customer: engagementCustomerOf(raw.Customer),
    project:
      project === undefined
        ? null
        : {
            ...engagementProjectOf(project),
            expectedCustomerSpend: expectedSpendOf(project.ExpectedCustomerSpend),
          },
    receiverResponsibilities: textsOf(raw.ReceiverResponsibilities),
    senderContacts: listOf(raw.SenderContacts).map(contactOf),
  };
}

function leadInvitationOf(raw: SdkLeadInvitation | undefined): Invitation['lead'] {
  if (raw === undefined) return null;
  const { Customer: customer, Interaction: interaction } = raw;
  return {
    customer: customer === undefined ? null : { ...prospectOf(customer), countryCode: present(customer.CountryCode) },
    interaction:
      interaction === undefined
        ? null
        : { ...occasionOf(interaction), contactBusinessTitle: present(interaction.ContactBusinessTitle) },
  };
}
