/** Lists the engagements that the account is a member of: the named ones, or those of the seed and of tasks. */
import type { Engagement } from '../../seed/engagements.js';
import { engagementIdsNow, membersOf } from '../../records/engagement-state.js';
import type { Operation } from '../../protocol/operation.js';
import { type Filter, matches, pageOf, readPageRequest } from '../../protocol/list-pages.js';
import {
  ACCOUNT_ID,
  CATALOG,
  CONTEXT_TYPE,
  type Fields,
  engagementFilter,
  validated,
} from '../../protocol/validation.js';
import { ifAccessible, accessibleEngagement } from '../../state/access.js';

type Found = { readonly id: string; readonly engagement: Engagement };

export const listEngagements: Operation = {
  quota: 'read',
  answer(service, body) {
    const { page, filters } = validated(body, (fields) => ({
      page: readPageRequest(fields, 100),
      filters: readFilters(fields),
    }));
    const { catalog } = filters;
    const ids = new Set(filters.identifiers ?? engagementIdsNow(service, catalog));
    return pageOf<Found>(page, {
      member: 'EngagementSummaryList',
      query: filters,
      ascending: filters.ascending,
      pageSize: Math.min(service.pageSize, 100),
      items: [...ids].flatMap((id) => {
        const engagement = ifAccessible(() => accessibleEngagement(service, catalog, id));
        return engagement === undefined ? [] : { id, engagement };
      }),
      sortKeyOf: ({ id, engagement }) => [engagement.createdAt, id],
      show: ({ id, engagement }) => (passes(engagement, filters) ? summaryOf(catalog, id, engagement) : undefined),
    });
  },
};

type Filters = ReturnType<typeof readFilters>;

function readFilters(fields: Fields) {
  return {
    catalog: fields.string('Catalog', CATALOG),
    ascending: fields.sort(['CreatedDate'])?.ascending ?? false,
    identifiers: engagementFilter(fields),
    types: fields.optionalStrings('ContextTypes', 5, CONTEXT_TYPE, 0),
    excludedTypes: fields.optionalStrings('ExcludeContextTypes', 5, CONTEXT_TYPE, 0),
    creators: fields.optionalStrings('CreatedBy', 10, ACCOUNT_ID),
    excludedCreators: fields.optionalStrings('ExcludeCreatedBy', 10, ACCOUNT_ID),
  };
}

function passes({ contexts, createdBy }: Engagement, filters: Filters): boolean {
  return (
    (isOpen(filters.types) || contexts.some(({ Type }) => matches(filters.types, Type))) &&
    (isOpen(filters.excludedTypes) || !contexts.some(({ Type }) => matches(filters.excludedTypes, Type))) &&
    matches(filters.creators, createdBy) &&
    (isOpen(filters.excludedCreators) || !matches(filters.excludedCreators, createdBy))
  );
}

function isOpen(filter: Filter): boolean {
  return filter === undefined || filter.length === 0;
}

function summaryOf(catalog: string, id: string, engagement: Engagement): object {
  return {
    ...membersOf(catalog, id, engagement),
    ContextTypes: [...new Set(engagement.contexts.map(({ Type }) => Type))],
  };
}
