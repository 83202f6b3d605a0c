/**
 * Reading what Partner Central keeps beside tasks, for people: opportunities, engagements, invitations and snapshot jobs. Every outcome that
 * AWS or a caller can cause is a value; a throw means that the database is out of order. Each call to AWS takes its permission from the
 * quota of reads, of which a share is kept for people.
 */
import type { ErrorCode } from '../partner-central/failure.js';
import type { EngagementFilter, InvitationFilter, OpportunityFilter } from '../partner-central/model/record-filters.js';
import type {
  Engagement,
  EngagementSummary,
  Invitation,
  InvitationSummary,
  Opportunity,
  OpportunitySummary,
  SnapshotJob,
} from '../partner-central/model/record-types.js';
import type { Catalog } from '../partner-central/model/task-kind.js';

export type { EngagementFilter, InvitationFilter, OpportunityFilter };

export type RecordProblem =
  /** The identifier or a filter cannot be one, or the cursor is none of this list: AWS was not asked. */
  | { readonly type: 'invalid'; readonly message: string }
  | { readonly type: 'bad-cursor'; readonly message: string }
  /** No call is to be had from the quota within the time that a person waits; when to come back. */
  | { readonly type: 'quota-spent'; readonly message: string; readonly retryAfterMs: number }
  /** AWS refused to answer. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** AWS could not be asked, or what answered was not AWS. */
  | { readonly type: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

export type Found<T> = { readonly type: 'found'; readonly record: T } | { readonly type: 'missing' } | RecordProblem;

export type RecordPage<T> = {
  readonly type: 'page';
  readonly items: readonly { readonly cursor: string; readonly record: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

/** `first` from 1 to 100; `after` a cursor of an earlier page of the same list. */
export type RecordPageRequest = { readonly first: number; readonly after: string | null };

/**
 * What is asked twice at once is asked once, and what is asked at the same time is asked together where AWS can. What anybody asked in the
 * last 2 s is answered from memory, unless it was asked more than `maxAgeMs` ago.
 */
export type Records = {
  opportunity(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<Opportunity>>;
  /** Costs one call for twenty that are asked for at the same time, where `opportunity` costs one each. */
  opportunitySummary(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<OpportunitySummary>>;
  opportunities(
    catalog: Catalog,
    filter: OpportunityFilter,
    page: RecordPageRequest,
  ): Promise<RecordPage<OpportunitySummary> | RecordProblem>;
  /** By id or ARN, here and below. */
  engagement(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<Engagement>>;
  /** Costs one call for ten that are asked for at the same time. */
  engagementSummary(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<EngagementSummary>>;
  engagements(
    catalog: Catalog,
    filter: EngagementFilter,
    page: RecordPageRequest,
  ): Promise<RecordPage<EngagementSummary> | RecordProblem>;
  invitation(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<Invitation>>;
  invitations(
    catalog: Catalog,
    filter: InvitationFilter,
    page: RecordPageRequest,
  ): Promise<RecordPage<InvitationSummary> | RecordProblem>;
  snapshotJob(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<SnapshotJob>>;
};
