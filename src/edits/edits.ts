/**
 * Edits of Partner Central's records for callers. An edit is a direct call: it reads, merges, writes, and reads back
 * when the answer is lost. Every outcome that AWS or a caller can cause is a value. Each write takes a permit from the
 * same quota as the starts.
 */
import type { Clock } from '../runtime/clock.js';
import type { ErrorCode } from '../partner-central/failure.js';
import type { Engagement, Invitation, Opportunity } from '../partner-central/model/record-types.js';
import type { Catalog, Tag } from '../partner-central/model/task-kind.js';
import type { Assignment, Association } from '../partner-central/writes/opportunity-writes.js';
import type { QuotaRead } from '../records/quota-read.js';
import type { OpportunityValues } from './patch/creation-members.js';
import type { LeadPatch } from './patch/lead-members.js';
import type { OpportunityPatch } from './patch/opportunity-members.js';
import type { QuotaWrite } from './quota-write.js';
import type { LatestChanges } from './latest-changes.js';
import type { RecordTurns } from './update/record-turns.js';

export type EditErrorCode =
  | ErrorCode
  | 'INVALID_INPUT'
  | 'CATALOG_NOT_ALLOWED'
  | 'CLIENT_TOKEN_REUSED'
  /** Another caller changed the same member since it was read. */
  | 'EDIT_CONFLICT'
  /** The state of the record does not allow the change. Nothing was sent. */
  | 'NOT_EDITABLE'
  /** The record has a member that cannot be sent back unchanged. Nothing was sent. */
  | 'UNKNOWN_MEMBER'
  /** The quota granted no permit in time. Nothing was sent. */
  | 'QUOTA_SPENT';

export type EditError = {
  readonly code: EditErrorCode;
  readonly message: string;
  /** The path in the input, for example `['patch', 'project', 'title']`; null if no single argument is concerned. */
  readonly path: readonly string[] | null;
  /** The name of AWS's error; null if AWS was not called or did not answer. */
  readonly awsCode: string | null;
  /** The time after which a repetition can succeed; null if time alone does not help. */
  readonly retryAfterMs: number | null;
  /** The values of the member in an EDIT_CONFLICT. */
  readonly conflict: EditConflict | null;
  /** True if AWS may have made the change nevertheless. A repetition of the edit never makes it twice. */
  readonly mayBeDone: boolean;
};

/** In the forms of the record: `base` as the edit read it first, `theirs` as it is now, and `mine` as the edit wants it. */
export type EditConflict = { readonly base: unknown; readonly theirs: unknown; readonly mine: unknown };

export type EditOutcome<T> =
  | {
      readonly type: 'done';
      /** The record after the edit. */
      readonly record: T;
      /** The paths of the members that changed, in the names of the record. Empty when a repetition changed nothing. */
      readonly changed: readonly string[];
    }
  | { readonly type: 'refused'; readonly errors: readonly EditError[] };

/** The dependencies of every edit. */
export type EditContext = {
  /** A read takes a permit of the quota of reads, and never an answer from the cache. */
  readonly read: QuotaRead;
  readonly write: QuotaWrite;
  readonly turns: RecordTurns;
  readonly latest: {
    readonly opportunities: LatestChanges<Opportunity>;
    readonly invitations: LatestChanges<Invitation>;
    /** By the key of an update: the times of the last changes, in milliseconds since the epoch. */
    readonly versions: LatestChanges<number>;
  };
  readonly clock: Clock;
};

/** One edit for the log. It has no values, because they are data of customers. */
export type EditEntry = {
  readonly operation: EditName;
  readonly subject: string | null;
  readonly catalog: Catalog;
  /** AWS's id of the record; null if the caller named none or a wrong one. */
  readonly identifier: string | null;
  readonly changed: readonly string[];
  /** `failed` after an error of the gateway, otherwise the code of the first error of an edit that is not done. */
  readonly outcome: 'done' | 'unchanged' | 'failed' | EditErrorCode | DeniedReason;
  readonly durationMs: number;
};

/** The inputs and the records of the edits, by the names of their mutations. */
export type EditTypes = {
  readonly updateOpportunity: { readonly input: OpportunityEdit; readonly record: Opportunity };
  readonly updateLead: { readonly input: LeadEdit; readonly record: Engagement };
  readonly createOpportunity: { readonly input: OpportunityCreation; readonly record: CreatedOpportunity };
  readonly associateOpportunity: { readonly input: Association; readonly record: Opportunity };
  readonly disassociateOpportunity: { readonly input: Association; readonly record: Opportunity };
  readonly assignOpportunity: { readonly input: Assignment; readonly record: Opportunity };
  /** Accepts an invitation to a lead. A task accepts an invitation to an opportunity. */
  readonly acceptEngagementInvitation: { readonly input: InvitationEdit; readonly record: Invitation };
  readonly rejectEngagementInvitation: { readonly input: InvitationRejection; readonly record: Invitation };
};

export type EditName = keyof EditTypes;

/**
 * Each edit takes its caller, for the turns among callers and for the log: the subject of the token, or null without
 * authentication.
 */
export type EditFunctions = {
  readonly [Name in EditName]: (
    subject: string | null,
    input: EditTypes[Name]['input'],
  ) => Promise<EditOutcome<EditTypes[Name]['record']>>;
};

export type Edits = EditFunctions & {
  /** Logs and counts an edit that its caller has no right to make. */
  readonly logDenied: (
    operation: EditName,
    subject: string | null,
    input: EditTypes[EditName]['input'],
    reason: DeniedReason,
  ) => void;
};

type DeniedReason = 'FORBIDDEN' | 'CATALOG_NOT_ALLOWED';

export type OpportunityEdit = {
  readonly catalog: Catalog;
  readonly identifier: string;
  readonly patch: OpportunityPatch;
  /** Makes each change since then a conflict; null to merge with changes of other members. */
  readonly expectedModifiedAt: number | null;
};

export type LeadEdit = {
  readonly catalog: Catalog;
  /** The id or the ARN of the engagement. */
  readonly identifier: string;
  readonly contextIdentifier: string;
  readonly patch: LeadPatch;
  /** Makes each change of the engagement since then a conflict; null to merge with changes of other members. */
  readonly expectedModifiedAt: number | null;
};

export type OpportunityCreation = {
  readonly catalog: Catalog;
  readonly clientToken: string;
  readonly values: OpportunityValues;
  readonly tags: readonly Tag[];
};

export type CreatedOpportunity = {
  readonly id: string;
  /** Null if AWS does not show the opportunity yet. */
  readonly opportunity: Opportunity | null;
};

export type InvitationEdit = {
  readonly catalog: Catalog;
  /** The id or the ARN. */
  readonly identifier: string;
};
export type InvitationRejection = InvitationEdit & { readonly reason: string | null };
