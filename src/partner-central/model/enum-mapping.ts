/** AWS's spelling of each enum value of the gateway: one table for each enum, read in both directions. */
import type {
  EngagementContextType as SdkContextType,
  EngagementInvitationPayloadType as SdkInvitationPayloadType,
  InvitationStatus as SdkInvitationStatus,
  OpportunitySortName as SdkOpportunitySort,
  ParticipantType as SdkParticipantType,
  RelatedEntityType as SdkRelatedEntityType,
  ResourceSnapshotJobStatus as SdkSnapshotJobStatus,
  ReviewStatus as SdkReviewStatus,
  SolutionStatus as SdkSolutionStatus,
  Stage as SdkStage,
} from '@aws-sdk/client-partnercentral-selling';
import type {
  ContextType,
  InvitationPayloadType,
  InvitationStatus,
  ParticipantType,
  ReviewStatus,
  SnapshotJobStatus,
  Stage,
} from './record-types.js';
import type { OpportunitySortField } from './record-filters.js';
import type { RelatedEntityType, SolutionStatus } from './related-types.js';
import type { Catalog, InvolvementType, Visibility } from './task-kind.js';

export const CATALOG = { AWS: 'AWS', SANDBOX: 'Sandbox' } as const satisfies Record<Catalog, string>;
export const INVOLVEMENT = { CO_SELL: 'Co-Sell', FOR_VISIBILITY_ONLY: 'For Visibility Only' } as const satisfies Record<
  InvolvementType,
  string
>;
export const VISIBILITY = { FULL: 'Full', LIMITED: 'Limited' } as const satisfies Record<Visibility, string>;

export const STAGE = {
  PROSPECT: 'Prospect',
  QUALIFIED: 'Qualified',
  TECHNICAL_VALIDATION: 'Technical Validation',
  BUSINESS_VALIDATION: 'Business Validation',
  COMMITTED: 'Committed',
  LAUNCHED: 'Launched',
  CLOSED_LOST: 'Closed Lost',
} as const satisfies Record<Stage, SdkStage>;

export const OPPORTUNITY_SORT = {
  LAST_MODIFIED_DATE: 'LastModifiedDate',
  IDENTIFIER: 'Identifier',
  CUSTOMER_COMPANY_NAME: 'CustomerCompanyName',
  CREATED_DATE: 'CreatedDate',
  TARGET_CLOSE_DATE: 'TargetCloseDate',
} as const satisfies Record<OpportunitySortField, SdkOpportunitySort>;

export const REVIEW_STATUS = {
  PENDING_SUBMISSION: 'Pending Submission',
  SUBMITTED: 'Submitted',
  IN_REVIEW: 'In review',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  ACTION_REQUIRED: 'Action Required',
} as const satisfies Record<ReviewStatus, SdkReviewStatus>;

export const CONTEXT_TYPE = {
  CUSTOMER_PROJECT: 'CustomerProject',
  LEAD: 'Lead',
  PROSPECTING_RESULT: 'ProspectingResult',
} as const satisfies Record<ContextType, SdkContextType>;

export const INVITATION_STATUS = {
  PENDING: 'PENDING',
  ACCEPTED: 'ACCEPTED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
} as const satisfies Record<InvitationStatus, SdkInvitationStatus>;

export const INVITATION_PAYLOAD_TYPE = {
  OPPORTUNITY_INVITATION: 'OpportunityInvitation',
  LEAD_INVITATION: 'LeadInvitation',
} as const satisfies Record<InvitationPayloadType, SdkInvitationPayloadType>;

export const PARTICIPANT_TYPE = { SENDER: 'SENDER', RECEIVER: 'RECEIVER' } as const satisfies Record<
  ParticipantType,
  SdkParticipantType
>;

export const SOLUTION_STATUS = { ACTIVE: 'Active', INACTIVE: 'Inactive', DRAFT: 'Draft' } as const satisfies Record<
  SolutionStatus,
  SdkSolutionStatus
>;

export const RELATED_ENTITY = {
  SOLUTIONS: 'Solutions',
  AWS_PRODUCTS: 'AwsProducts',
  AWS_MARKETPLACE_OFFERS: 'AwsMarketplaceOffers',
  AWS_MARKETPLACE_OFFER_SETS: 'AwsMarketplaceOfferSets',
  AWS_MARKETPLACE_SOLUTIONS: 'AwsMarketplaceSolutions',
  AWS_MARKETPLACE_PRODUCTS: 'AwsMarketplaceProducts',
} as const satisfies Record<RelatedEntityType, SdkRelatedEntityType>;

export const SNAPSHOT_JOB_STATUS = { RUNNING: 'Running', STOPPED: 'Stopped' } as const satisfies Record<
  SnapshotJobStatus,
  SdkSnapshotJobStatus
>;

/**
 * The enum value that AWS's text stands for; null for a value that this version does not know. The comparison ignores
 * case, because AWS's documentation and AWS's enums differ in it (In review, Running).
 */
export function enumValueOf<K extends string>(
  values: readonly K[],
  mapping: Readonly<Record<K, string>>,
  raw: unknown,
): K | null {
  if (typeof raw !== 'string') return null;
  return values.find((value) => mapping[value].toLowerCase() === raw.toLowerCase()) ?? null;
}

/** AWS's spelling of each value, without duplicates. */
export function sdkValuesOf<K extends string, S extends string>(
  mapping: Readonly<Record<K, S>>,
  values: readonly K[],
): S[] {
  return [...new Set(values)].map((value) => mapping[value]);
}
