/**
 * The filters of the record lists. An absent member matches every record, and an empty list matches none. The compiler
 * proves that a list operation uses each member: it takes them one by one, and the rest must be `NoOtherMember`.
 */
import type {
  ContextType,
  InvitationPayloadType,
  InvitationStatus,
  ParticipantType,
  ReviewStatus,
  Stage,
} from './record-types.js';
import type { SolutionStatus } from './related-types.js';

export type NoOtherMember = Readonly<Record<string, never>>;

/** The members that AWS sorts opportunities by. */
export type OpportunitySortField =
  | 'LAST_MODIFIED_DATE'
  | 'IDENTIFIER'
  | 'CUSTOMER_COMPANY_NAME'
  | 'CREATED_DATE'
  | 'TARGET_CLOSE_DATE';

export type SortOrder = 'ASCENDING' | 'DESCENDING';

/** `sort` is part of the filter, because a cursor is a place in one order of one list. */
export type OpportunityFilter = {
  readonly identifiers?: readonly string[] | undefined;
  readonly stages?: readonly Stage[] | undefined;
  readonly reviewStatuses?: readonly ReviewStatus[] | undefined;
  readonly customerCompanyNames?: readonly string[] | undefined;
  readonly modifiedAfter?: number | undefined;
  readonly modifiedBefore?: number | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** A date, `YYYY-MM-DD`. */
  readonly targetCloseDateAfter?: string | undefined;
  readonly targetCloseDateBefore?: string | undefined;
  /** Latest change first if absent. */
  readonly sort?: { readonly by: OpportunitySortField; readonly order: SortOrder } | undefined;
};

export type EngagementFilter = {
  readonly identifiers?: readonly string[] | undefined;
  readonly contextTypes?: readonly ContextType[] | undefined;
  readonly excludeContextTypes?: readonly ContextType[] | undefined;
  /** AWS accounts. */
  readonly createdBy?: readonly string[] | undefined;
  readonly excludeCreatedBy?: readonly string[] | undefined;
};

export type InvitationFilter = {
  readonly participantType: ParticipantType;
  readonly payloadTypes?: readonly InvitationPayloadType[] | undefined;
  readonly statuses?: readonly InvitationStatus[] | undefined;
  readonly engagementIdentifiers?: readonly string[] | undefined;
  readonly senderAwsAccountIds?: readonly string[] | undefined;
};

export type SolutionFilter = {
  readonly statuses?: readonly SolutionStatus[] | undefined;
  readonly identifiers?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly awsMarketplaceSolutionArns?: readonly string[] | undefined;
};
