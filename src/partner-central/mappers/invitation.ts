/** Maps engagement invitations, whole and in lists. Never fails: a missing member is null or an empty list. */
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
import { INVITATION_PAYLOAD_TYPE, INVITATION_STATUS, enumValueOf } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { listOf, textOf, textsOf, timeOf } from './nullable.js';
import {
  contactOf,
  engagementCustomerOf,
  engagementProjectOf,
  expectedSpendOf,
  occasionOf,
  prospectOf,
  recordIdOf,
} from './common.js';
import { enrichmentContextOf } from './prospecting.js';

/** @param id the requested id, used if the answer has none */
export function invitationOf(raw: GetEngagementInvitationResponse, catalog: Catalog, id: string): Invitation {
  return {
    ...commonOf(raw, catalog, recordIdOf(raw) ?? id),
    message: textOf(raw.InvitationMessage),
    engagementDescription: textOf(raw.EngagementDescription),
    rejectionReason: textOf(raw.RejectionReason),
    existingMembers: listOf(raw.ExistingMembers).map(({ CompanyName, WebsiteUrl }) => ({
      companyName: textOf(CompanyName),
      websiteUrl: textOf(WebsiteUrl),
    })),
    enrichmentContext: enrichmentContextOf(raw.EnrichmentContext),
    opportunity: opportunityInvitationOf(raw.Payload?.OpportunityInvitation),
    lead: leadInvitationOf(raw.Payload?.LeadInvitation),
  };
}

/** Null for a summary without an id, because no further operation can name it. */
export function invitationSummaryOf(raw: SdkInvitationSummary, catalog: Catalog): InvitationSummary | null {
  const id = recordIdOf(raw);
  return id === null ? null : commonOf(raw, catalog, id);
}

function commonOf(raw: Omit<SdkInvitationSummary, 'Catalog' | 'Id'>, catalog: Catalog, id: string): InvitationSummary {
  return {
    catalog,
    id,
    arn: textOf(raw.Arn),
    payloadType: enumValueOf(INVITATION_PAYLOAD_TYPES, INVITATION_PAYLOAD_TYPE, raw.PayloadType),
    status: enumValueOf(INVITATION_STATUSES, INVITATION_STATUS, raw.Status),
    engagementId: textOf(raw.EngagementId),
    engagementTitle: textOf(raw.EngagementTitle),
    invitedAt: timeOf(raw.InvitationDate),
    expiresAt: timeOf(raw.ExpirationDate),
    senderAwsAccountId: textOf(raw.SenderAwsAccountId),
    senderCompanyName: textOf(raw.SenderCompanyName),
    receiverAwsAccountId: textOf(raw.Receiver?.Account?.AwsAccountId),
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
    customer: customer === undefined ? null : { ...prospectOf(customer), countryCode: textOf(customer.CountryCode) },
    interaction:
      interaction === undefined
        ? null
        : { ...occasionOf(interaction), contactBusinessTitle: textOf(interaction.ContactBusinessTitle) },
  };
}
