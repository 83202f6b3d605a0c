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

export type NoOtherMember = Readonly<Record<string, never>>;

export type OpportunityFilter = {
  readonly identifiers?: readonly string[] | undefined;
  readonly stages?: readonly Stage[] | undefined;
  readonly reviewStatuses?: readonly ReviewStatus[] | undefined;
  readonly customerCompanyNames?: readonly string[] | undefined;
  readonly modifiedAfter?: number | undefined;
  readonly modifiedBefore?: number | undefined;
};

export type EngagementFilter = {
  readonly identifiers?: readonly string[] | undefined;
  readonly contextTypes?: readonly ContextType[] | undefined;
  readonly excludeContextTypes?: readonly ContextType[] | undefined;
};

export type InvitationFilter = {
  readonly participantType: ParticipantType;
  readonly payloadTypes?: readonly InvitationPayloadType[] | undefined;
  readonly statuses?: readonly InvitationStatus[] | undefined;
  readonly engagementIdentifiers?: readonly string[] | undefined;
};
