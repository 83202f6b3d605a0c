/**
 * Look-ups of Partner Central's records for callers: opportunities, engagements, invitations and snapshot jobs, with
 * AWS's side of opportunities and the partner's solutions. Every outcome that AWS or a caller can cause is a value. An
 * exception means that the database has failed. Each call to AWS takes a permit from the quota of reads, which keeps a
 * share for callers.
 */
import type { CompletedTask } from '../partner-central/completed-tasks.js';
import type { ErrorCode } from '../partner-central/failure.js';
import type {
  EngagementFilter,
  InvitationFilter,
  OpportunityFilter,
  SolutionFilter,
} from '../partner-central/model/record-filters.js';
import type {
  Engagement,
  EngagementSummary,
  Invitation,
  InvitationSummary,
  Opportunity,
  OpportunitySummary,
  SnapshotJob,
} from '../partner-central/model/record-types.js';
import type { AwsOpportunity, Solution } from '../partner-central/model/related-types.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { QuotaSpent } from '../partner-central/quota/spent.js';

export type { EngagementFilter, InvitationFilter, OpportunityFilter, SolutionFilter };

export type RecordProblem =
  /** The identifier, the filter or the cursor is wrong. AWS was not called. */
  | { readonly type: 'invalid'; readonly message: string }
  | { readonly type: 'bad-cursor'; readonly message: string }
  /** The quota grants no permit within the time that a person waits. `retryAfterMs` says when to ask again. */
  | QuotaSpent
  /** AWS refused the call. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** AWS could not be reached, or the answer did not come from AWS. */
  | { readonly type: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

export type Found<T> = { readonly type: 'found'; readonly record: T } | { readonly type: 'missing' } | RecordProblem;

export type RecordPage<T> = {
  readonly type: 'page';
  readonly items: readonly { readonly cursor: string; readonly record: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

/** `first` is from 1 to 100; `after` is a cursor of an earlier page of the same list. */
export type RecordPageRequest = { readonly first: number; readonly after: string | null };

/**
 * Concurrent look-ups of the same record share one call, and those of several records share one List if AWS has one.
 * An answer is reused for 2 s, or for `maxAgeMs` if that is shorter.
 */
export type Records = {
  opportunity(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<Opportunity>>;
  /** Costs one call for twenty concurrent look-ups; `opportunity` costs one call each. */
  opportunitySummary(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<OpportunitySummary>>;
  opportunities(
    catalog: Catalog,
    filter: OpportunityFilter,
    page: RecordPageRequest,
  ): Promise<RecordPage<OpportunitySummary> | RecordProblem>;
  /** AWS's side of the opportunity of this id. */
  awsOpportunity(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<AwsOpportunity>>;
  /**
   * The engagements in which the opportunity is shared; an empty list for none. Costs one call for a hundred concurrent
   * look-ups if the account has at most a thousand associations, and otherwise one call each.
   */
  engagementIds(catalog: Catalog, opportunityId: string, maxAgeMs?: number): Promise<Found<readonly string[]>>;
  /** The solutions of the partner, by name. */
  solutions(
    catalog: Catalog,
    filter: SolutionFilter,
    page: RecordPageRequest,
  ): Promise<RecordPage<Solution> | RecordProblem>;
  /** Accepts an id or an ARN, as do the following. */
  engagement(catalog: Catalog, id: string, maxAgeMs?: number): Promise<Found<Engagement>>;
  /** Costs one call for ten concurrent look-ups. */
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
  /** The completed task that converted this lead; missing if AWS lists none. Never cached. */
  conversion(catalog: Catalog, engagementId: string, contextId: string): Promise<Found<CompletedTask>>;
  /** The completed task that accepted this invitation; missing if AWS lists none. Never cached. */
  acceptance(catalog: Catalog, invitationId: string): Promise<Found<CompletedTask>>;
};
