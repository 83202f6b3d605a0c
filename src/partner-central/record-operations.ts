/** The read operations on records. Each is a value that builds the SDK's command and maps its answer. */
import type { PartnerCentralSellingClient } from '@aws-sdk/client-partnercentral-selling';
import { engagementOf, engagementSummaryOf, snapshotJobOf } from './mappers/engagement.js';
import { invitationOf, invitationSummaryOf } from './mappers/invitation.js';
import { opportunityOf, opportunitySummaryOf } from './mappers/opportunity.js';
import { identifierOf } from './identifiers.js';
import { type CallOptions, type Sdk } from './task-operations.js';
import type { EngagementFilter, InvitationFilter, NoOtherMember, OpportunityFilter } from './model/record-filters.js';
import type {
  Engagement,
  EngagementSummary,
  Invitation,
  InvitationSummary,
  Opportunity,
  OpportunitySummary,
  SnapshotJob,
} from './model/record-types.js';
import {
  CATALOG,
  CONTEXT_TYPE,
  INVITATION_PAYLOAD_TYPE,
  INVITATION_STATUS,
  OPPORTUNITY_SORT,
  PARTICIPANT_TYPE,
  REVIEW_STATUS,
  STAGE,
  sdkValuesOf,
} from './model/enum-mapping.js';
import type { Catalog } from './model/task-kind.js';
import { listOf, nextTokenOf, notEmpty } from './mappers/nullable.js';

export type RecordOperation<Q, A> = {
  /** AWS's name of the operation. */
  readonly operation: string;
  send(sdk: Sdk, client: PartnerCentralSellingClient, query: Q, options: CallOptions): Promise<A>;
};

export type ById = { readonly catalog: Catalog; readonly id: string };

export type ListQuery<F> = {
  readonly catalog: Catalog;
  readonly filter: F;
  readonly maxResults: number;
  readonly nextToken: string | null;
};
export type ListPage<T> = { readonly items: readonly T[]; readonly nextToken: string | null };

/** The largest page of these lists that the model allows. */
export const RECORD_PAGE_SIZE = 100;
/** The most values that each filter accepts. */
export const OPPORTUNITIES_PER_FILTER = 20;
export const ENGAGEMENTS_PER_FILTER = 10;
export const COMPANY_NAMES_PER_FILTER = 10;
export const ACCOUNTS_PER_FILTER = 10;

export const GET_OPPORTUNITY: RecordOperation<ById, Opportunity> = {
  operation: 'GetOpportunity',
  async send(sdk, client, { catalog, id }, options) {
    const answer = await client.send(
      new sdk.GetOpportunityCommand({ Catalog: CATALOG[catalog], Identifier: id }),
      options,
    );
    return opportunityOf(notEmpty(answer, 'an opportunity'), catalog, id);
  },
};

export const LIST_OPPORTUNITIES: RecordOperation<ListQuery<OpportunityFilter>, ListPage<OpportunitySummary>> = {
  operation: 'ListOpportunities',
  async send(sdk, client, query, options) {
    const { identifiers, stages, reviewStatuses, customerCompanyNames, ...ranges } = query.filter;
    const { sort = LATEST_CHANGE_FIRST, ...times } = ranges;
    const answer = await client.send(
      new sdk.ListOpportunitiesCommand({
        ...pageOf(query),
        Sort: { SortBy: OPPORTUNITY_SORT[sort.by], SortOrder: sort.order },
        ...(identifiers === undefined ? {} : { Identifier: [...new Set(identifiers)] }),
        ...(stages === undefined ? {} : { LifeCycleStage: sdkValuesOf(STAGE, stages) }),
        ...(reviewStatuses === undefined ? {} : { LifeCycleReviewStatus: sdkValuesOf(REVIEW_STATUS, reviewStatuses) }),
        ...(customerCompanyNames === undefined ? {} : { CustomerCompanyName: [...new Set(customerCompanyNames)] }),
        ...rangesOf(times),
      }),
      options,
    );
    return listPageOf(answer.OpportunitySummaries, answer.NextToken, (raw) => opportunitySummaryOf(raw, query.catalog));
  },
};

const LATEST_CHANGE_FIRST = { by: 'LAST_MODIFIED_DATE', order: 'DESCENDING' } as const;

type Ranges = Pick<
  OpportunityFilter,
  | 'modifiedAfter'
  | 'modifiedBefore'
  | 'createdAfter'
  | 'createdBefore'
  | 'targetCloseDateAfter'
  | 'targetCloseDateBefore'
>;

/** AWS's ranges. A range without a limit is left out. */
function rangesOf({ modifiedAfter, modifiedBefore, createdAfter, createdBefore, ...rest }: Ranges) {
  const { targetCloseDateAfter, targetCloseDateBefore, ...others } = rest;
  others satisfies NoOtherMember;
  const modified = {
    ...(modifiedAfter === undefined ? {} : { AfterLastModifiedDate: new Date(modifiedAfter) }),
    ...(modifiedBefore === undefined ? {} : { BeforeLastModifiedDate: new Date(modifiedBefore) }),
  };
  const created = {
    ...(createdAfter === undefined ? {} : { AfterCreatedDate: new Date(createdAfter) }),
    ...(createdBefore === undefined ? {} : { BeforeCreatedDate: new Date(createdBefore) }),
  };
  const targetClose = {
    ...(targetCloseDateAfter === undefined ? {} : { AfterTargetCloseDate: targetCloseDateAfter }),
    ...(targetCloseDateBefore === undefined ? {} : { BeforeTargetCloseDate: targetCloseDateBefore }),
  };
  return {
    ...(Object.keys(modified).length === 0 ? {} : { LastModifiedDate: modified }),
    ...(Object.keys(created).length === 0 ? {} : { CreatedDate: created }),
    ...(Object.keys(targetClose).length === 0 ? {} : { TargetCloseDate: targetClose }),
  };
}

export const GET_ENGAGEMENT: RecordOperation<ById, Engagement> = {
  operation: 'GetEngagement',
  async send(sdk, client, { catalog, id }, options) {
    const answer = await client.send(
      new sdk.GetEngagementCommand({ Catalog: CATALOG[catalog], Identifier: id }),
      options,
    );
    return engagementOf(notEmpty(answer, 'an engagement'), catalog, identifierOf(id));
  },
};

export const LIST_ENGAGEMENTS: RecordOperation<ListQuery<EngagementFilter>, ListPage<EngagementSummary>> = {
  operation: 'ListEngagements',
  async send(sdk, client, query, options) {
    const { identifiers, contextTypes, excludeContextTypes: excluded = [], createdBy, ...rest } = query.filter;
    const { excludeCreatedBy: excludedCreators = [], ...others } = rest;
    others satisfies NoOtherMember;
    const answer = await client.send(
      new sdk.ListEngagementsCommand({
        ...pageOf(query),
        Sort: { SortBy: 'CreatedDate', SortOrder: 'DESCENDING' },
        ...(identifiers === undefined ? {} : { EngagementIdentifier: uniqueIds(identifiers) }),
        ...(contextTypes === undefined ? {} : { ContextTypes: sdkValuesOf(CONTEXT_TYPE, contextTypes) }),
        ...(excluded.length === 0 ? {} : { ExcludeContextTypes: sdkValuesOf(CONTEXT_TYPE, excluded) }),
        ...(createdBy === undefined ? {} : { CreatedBy: [...new Set(createdBy)] }),
        ...(excludedCreators.length === 0 ? {} : { ExcludeCreatedBy: [...new Set(excludedCreators)] }),
      }),
      options,
    );
    return listPageOf(answer.EngagementSummaryList, answer.NextToken, (raw) => engagementSummaryOf(raw, query.catalog));
  },
};

export const GET_INVITATION: RecordOperation<ById, Invitation> = {
  operation: 'GetEngagementInvitation',
  async send(sdk, client, { catalog, id }, options) {
    const answer = await client.send(
      new sdk.GetEngagementInvitationCommand({ Catalog: CATALOG[catalog], Identifier: id }),
      options,
    );
    return invitationOf(notEmpty(answer, 'an invitation'), catalog, identifierOf(id));
  },
};

export const LIST_INVITATIONS: RecordOperation<ListQuery<InvitationFilter>, ListPage<InvitationSummary>> = {
  operation: 'ListEngagementInvitations',
  async send(sdk, client, query, options) {
    const { participantType, payloadTypes, statuses, engagementIdentifiers, senderAwsAccountIds, ...others } =
      query.filter;
    others satisfies NoOtherMember;
    const answer = await client.send(
      new sdk.ListEngagementInvitationsCommand({
        ...pageOf(query),
        Sort: { SortBy: 'InvitationDate', SortOrder: 'DESCENDING' },
        ParticipantType: PARTICIPANT_TYPE[participantType],
        ...(payloadTypes === undefined ? {} : { PayloadType: sdkValuesOf(INVITATION_PAYLOAD_TYPE, payloadTypes) }),
        ...(statuses === undefined ? {} : { Status: sdkValuesOf(INVITATION_STATUS, statuses) }),
        ...(engagementIdentifiers === undefined ? {} : { EngagementIdentifier: uniqueIds(engagementIdentifiers) }),
        ...(senderAwsAccountIds === undefined ? {} : { SenderAwsAccountId: [...new Set(senderAwsAccountIds)] }),
      }),
      options,
    );
    return listPageOf(answer.EngagementInvitationSummaries, answer.NextToken, (raw) =>
      invitationSummaryOf(raw, query.catalog),
    );
  },
};

export const GET_SNAPSHOT_JOB: RecordOperation<ById, SnapshotJob> = {
  operation: 'GetResourceSnapshotJob',
  async send(sdk, client, { catalog, id }, options) {
    const answer = await client.send(
      new sdk.GetResourceSnapshotJobCommand({ Catalog: CATALOG[catalog], ResourceSnapshotJobIdentifier: id }),
      options,
    );
    return snapshotJobOf(notEmpty(answer, 'a snapshot job'), catalog, id);
  },
};

function uniqueIds(identifiers: readonly string[]): string[] {
  return [...new Set(identifiers.map(identifierOf))];
}

export function pageOf({ catalog, maxResults, nextToken }: ListQuery<unknown>) {
  return { Catalog: CATALOG[catalog], MaxResults: maxResults, ...(nextToken === null ? {} : { NextToken: nextToken }) };
}

export function listPageOf<R, T>(
  raw: readonly R[] | undefined,
  nextToken: string | undefined,
  itemOf: (raw: R) => T | null,
  pageSize = RECORD_PAGE_SIZE,
): ListPage<T> {
  // A page with more records than requested breaks the protocol. The rest is dropped, and the next page does not repeat
  // it.
  const items = listOf(raw).slice(0, pageSize);
  return { items: items.flatMap((item) => itemOf(item) ?? []), nextToken: nextTokenOf(nextToken) };
}
