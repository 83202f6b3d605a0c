/**
 * The read operations on what belongs to records: AWS's side of an opportunity, the engagements of opportunities, and
 * the partner's solutions.
 */
import type { EngagementResourceAssociationSummary, SolutionBase } from '@aws-sdk/client-partnercentral-selling';
import { awsOpportunityOf } from './mappers/aws-opportunity.js';
import { idOf, notEmpty, textOf, timeOf } from './mappers/nullable.js';
import { CATALOG, SOLUTION_STATUS, sdkValuesOf } from './model/enum-mapping.js';
import type { NoOtherMember, SolutionFilter } from './model/record-filters.js';
import type { AwsOpportunity, EngagementAssociation, Solution } from './model/related-types.js';
import type { Catalog } from './model/task-kind.js';
import {
  listPageOf,
  pageOf,
  type ById,
  type ListPage,
  type ListQuery,
  type RecordOperation,
} from './record-operations.js';

export const SOLUTIONS_PER_FILTER = 20;
/** The most categories, and the most ARNs, that the filter of solutions accepts. */
export const SOLUTION_VALUES_PER_FILTER = 10;
/** The largest page of associations that the model allows. */
export const ASSOCIATION_PAGE_SIZE = 1000;

export const GET_AWS_OPPORTUNITY: RecordOperation<ById, AwsOpportunity> = {
  operation: 'GetAwsOpportunitySummary',
  async send(sdk, client, { catalog, id }, options) {
    const answer = await client.send(
      new sdk.GetAwsOpportunitySummaryCommand({ Catalog: CATALOG[catalog], RelatedOpportunityIdentifier: id }),
      options,
    );
    return awsOpportunityOf(notEmpty(answer, "AWS's side of an opportunity"), catalog, id);
  },
};

/** `opportunityId` is null for the associations of all opportunities. */
export type AssociationFilter = { readonly opportunityId: string | null };

export const LIST_ENGAGEMENT_ASSOCIATIONS: RecordOperation<
  ListQuery<AssociationFilter>,
  ListPage<EngagementAssociation>
> = {
  operation: 'ListEngagementResourceAssociations',
  async send(sdk, client, query, options) {
    const { opportunityId } = query.filter;
    const answer = await client.send(
      new sdk.ListEngagementResourceAssociationsCommand({
        ...pageOf(query),
        ResourceType: 'Opportunity',
        ...(opportunityId === null ? {} : { ResourceIdentifier: opportunityId }),
      }),
      options,
    );
    const { EngagementResourceAssociationSummaries: summaries, NextToken } = answer;
    return listPageOf(summaries, NextToken, associationOf, ASSOCIATION_PAGE_SIZE);
  },
};

export const LIST_SOLUTIONS: RecordOperation<ListQuery<SolutionFilter>, ListPage<Solution>> = {
  operation: 'ListSolutions',
  async send(sdk, client, query, options) {
    const { statuses, identifiers, categories, awsMarketplaceSolutionArns, ...others } = query.filter;
    others satisfies NoOtherMember;
    const answer = await client.send(
      new sdk.ListSolutionsCommand({
        ...pageOf(query),
        Sort: { SortBy: 'Name', SortOrder: 'ASCENDING' },
        ...(statuses === undefined ? {} : { Status: sdkValuesOf(SOLUTION_STATUS, statuses) }),
        ...(identifiers === undefined ? {} : { Identifier: [...new Set(identifiers)] }),
        ...(categories === undefined ? {} : { Category: [...new Set(categories)] }),
        ...(awsMarketplaceSolutionArns === undefined
          ? {}
          : { AwsMarketplaceSolutionArn: [...new Set(awsMarketplaceSolutionArns)] }),
      }),
      options,
    );
    return listPageOf(answer.SolutionSummaries, answer.NextToken, (raw) => solutionOf(raw, query.catalog));
  },
};

/** Null for an association that lacks one of its two ids. */
function associationOf(raw: EngagementResourceAssociationSummary): EngagementAssociation | null {
  const [engagementId, opportunityId] = [idOf(raw.EngagementId), idOf(raw.ResourceId)];
  return engagementId === null || opportunityId === null ? null : { engagementId, opportunityId };
}

/** Null for a solution without an id, because nothing can be associated with it. */
function solutionOf(raw: SolutionBase, catalog: Catalog): Solution | null {
  const id = idOf(raw.Id);
  if (id === null) return null;
  return {
    catalog,
    id,
    arn: textOf(raw.Arn),
    name: textOf(raw.Name) ?? id,
    status: textOf(raw.Status) ?? 'Unknown',
    category: textOf(raw.Category),
    createdAt: timeOf(raw.CreatedDate),
    awsMarketplaceSolutionArn: textOf(raw.AwsMarketplaceSolutionArn),
  };
}
