/** Lists the solutions of the partner. */
import { arnOf } from '../../records/record-identifiers.js';
import { SOLUTIONS, type Solution } from '../../seed/solutions.js';
import type { Operation } from '../../protocol/operation.js';
import { matches, pageOf, readPageRequest } from '../../protocol/list-pages.js';
import { ARN, CATALOG, SOLUTION_ID, text, validated } from '../../protocol/validation.js';

type SortBy = 'Identifier' | 'Name' | 'Status' | 'Category' | 'CreatedDate';

const KEYS: Readonly<Record<SortBy, (solution: Solution) => string>> = {
  Identifier: ({ Id }) => Id,
  Name: ({ Name }) => Name,
  Status: ({ Status }) => Status,
  Category: ({ Category }) => Category,
  CreatedDate: ({ CreatedDate }) => CreatedDate,
};

export const listSolutions: Operation = {
  quota: 'read',
  answer(service, body) {
    const { page, filters } = validated(body, (fields) => ({
      page: readPageRequest(fields, 100),
      filters: {
        catalog: fields.string('Catalog', CATALOG),
        sort: fields.sort(Object.keys(KEYS)),
        statuses: fields.optionalStrings('Status', 10, { values: ['Active', 'Inactive', 'Draft'] }, 0),
        identifiers: fields.optionalStrings('Identifier', 20, SOLUTION_ID, 0),
        categories: fields.optionalStrings('Category', 10, text(0, 65_536), 0),
        marketplaceArns: fields.optionalStrings('AwsMarketplaceSolutionArn', 10, ARN, 0),
      },
    }));
    const { catalog, sort } = filters;
    const keyOf = KEYS[isSortBy(sort?.by) ? sort.by : 'Identifier'];
    return pageOf<Solution>(page, {
      member: 'SolutionSummaries',
      query: filters,
      ascending: sort?.ascending ?? false,
      pageSize: Math.min(service.pageSize, 100),
      items: SOLUTIONS,
      sortKeyOf: (solution) => [keyOf(solution), solution.Id],
      show(solution) {
        const passes =
          matches(filters.statuses, solution.Status) &&
          matches(filters.identifiers, solution.Id) &&
          matches(filters.categories, solution.Category) &&
          matches(filters.marketplaceArns, solution.AwsMarketplaceSolutionArn);
        return passes ? { ...solution, Catalog: catalog, Arn: arnOf('solution', catalog, solution.Id) } : undefined;
      },
    });
  },
};

function isSortBy(by: string | undefined): by is SortBy {
  return by !== undefined && Object.hasOwn(KEYS, by);
}
