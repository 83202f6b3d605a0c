/** Lists opportunities: the named ones, or those of the seed and of tasks. */
import type { Operation } from '../../protocol/operation.js';
import { opportunityIdsNow } from '../../records/opportunity-state.js';
import { REVIEW_STATUS, STAGE } from '../../records/model-values.js';
import type { Opportunity } from '../../records/opportunity-members.js';
import { type SortKey, matches, pageOf, readPageRequest } from '../../protocol/list-pages.js';
import { CATALOG, DATE, type Fields, OPPORTUNITY_ID, text, validated } from '../../protocol/validation.js';
import { ifAccessible, accessibleOpportunity } from '../../state/access.js';

type SortBy = 'LastModifiedDate' | 'Identifier' | 'CustomerCompanyName' | 'CreatedDate' | 'TargetCloseDate';

const KEYS: Readonly<Record<SortBy, (opportunity: Opportunity) => string | undefined>> = {
  LastModifiedDate: ({ LastModifiedDate }) => LastModifiedDate,
  Identifier: ({ Id }) => Id.padStart(20, '0'),
  CustomerCompanyName: ({ Customer }) => Customer?.Account?.CompanyName,
  CreatedDate: ({ CreatedDate }) => CreatedDate,
  TargetCloseDate: ({ LifeCycle }) => LifeCycle?.TargetCloseDate,
};

export const listOpportunities: Operation = {
  quota: 'read',
  answer(service, body) {
    const { page, filters } = validated(body, (fields) => ({
      page: readPageRequest(fields, 100),
      filters: readFilters(fields),
    }));
    const { catalog, sort, identifiers } = filters;
    const ids =
      identifiers === undefined || identifiers.length === 0
        ? opportunityIdsNow(service, catalog)
        : new Set(identifiers);
    const keyOf = KEYS[isSortBy(sort?.by) ? sort.by : 'LastModifiedDate'];
    return pageOf<Opportunity>(page, {
      member: 'OpportunitySummaries',
      query: filters,
      ascending: sort?.ascending ?? false,
      pageSize: Math.min(service.pageSize, 100),
      items: [...ids].flatMap((id) => ifAccessible(() => accessibleOpportunity(service, catalog, id)) ?? []),
      sortKeyOf: (opportunity): SortKey => [keyOf(opportunity) ?? '', opportunity.Id],
      show: (opportunity) =>
        passes(opportunity, filters) ? { ...summaryOf(opportunity), Catalog: catalog } : undefined,
    });
  },
};

type Filters = ReturnType<typeof readFilters>;

function readFilters(fields: Fields) {
  const sort = fields.sort(Object.keys(KEYS));
  return {
    catalog: fields.string('Catalog', CATALOG),
    sort: sort === undefined ? undefined : { by: sort.by, ascending: sort.ascending },
    identifiers: fields.optionalStrings('Identifier', 20, OPPORTUNITY_ID, 0),
    stages: fields.optionalStrings('LifeCycleStage', 10, STAGE, 0),
    reviewStatuses: fields.optionalStrings('LifeCycleReviewStatus', 10, REVIEW_STATUS, 0),
    companyNames: fields.optionalStrings('CustomerCompanyName', 10, text(0, 65_536), 0),
    lastModified: fields.optionalStructure('LastModifiedDate', (range) => ({
      after: range.optionalTimestamp('AfterLastModifiedDate'),
      before: range.optionalTimestamp('BeforeLastModifiedDate'),
    })),
    created: fields.optionalStructure('CreatedDate', (range) => ({
      after: range.optionalTimestamp('AfterCreatedDate'),
      before: range.optionalTimestamp('BeforeCreatedDate'),
    })),
    targetClose: fields.optionalStructure('TargetCloseDate', (range) => ({
      after: dateIn(range, 'AfterTargetCloseDate'),
      before: dateIn(range, 'BeforeTargetCloseDate'),
    })),
  };
}

function dateIn(range: Fields, name: string): number | undefined {
  const date = range.optionalString(name, DATE);
  return date === undefined ? undefined : Date.parse(date);
}

function passes({ LifeCycle, Customer, LastModifiedDate, CreatedDate }: Opportunity, filters: Filters): boolean {
  return (
    matches(filters.stages, LifeCycle?.Stage) &&
    matches(filters.reviewStatuses, LifeCycle?.ReviewStatus) &&
    matches(filters.companyNames, Customer?.Account?.CompanyName) &&
    isWithin(filters.lastModified, LastModifiedDate) &&
    isWithin(filters.created, CreatedDate) &&
    isWithin(filters.targetClose, LifeCycle?.TargetCloseDate)
  );
}

/** True if the time lies between the two moments, both excluded. */
function isWithin(
  range: { after: number | undefined; before: number | undefined } | undefined,
  time: string | undefined,
): boolean {
  if (range === undefined) return true;
  if (time === undefined) return false;
  const at = Date.parse(time);
  return at > (range.after ?? -Infinity) && at < (range.before ?? Infinity);
}

function summaryOf({
  Id,
  Arn,
  PartnerOpportunityIdentifier,
  OpportunityType,
  LastModifiedDate,
  CreatedDate,
  ...rest
}: Opportunity) {
  const { LifeCycle, Customer, Project } = rest;
  const { NextStepsHistory: _history, ...lifeCycle } = LifeCycle ?? {};
  const { CompanyName, Industry, OtherIndustry, WebsiteUrl, Address } = Customer?.Account ?? {};
  const { StreetAddress: _street, ...address } = Address ?? {};
  const { DeliveryModels, ExpectedCustomerSpend, ExpectedContractDuration } = Project ?? {};
  return {
    Id,
    Arn,
    PartnerOpportunityIdentifier,
    OpportunityType,
    LastModifiedDate,
    CreatedDate,
    LifeCycle: lifeCycle,
    Customer: { Account: { CompanyName, Industry, OtherIndustry, WebsiteUrl, Address: address } },
    Project: { DeliveryModels, ExpectedCustomerSpend, ExpectedContractDuration },
  };
}

function isSortBy(by: string | undefined): by is SortBy {
  return by !== undefined && Object.hasOwn(KEYS, by);
}
