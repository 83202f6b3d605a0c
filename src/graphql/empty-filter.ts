/** A filter with an empty list matches nothing. AWS would take it for no filter at all, so it is not asked. */
export const NOTHING = { type: 'page', items: [], hasNextPage: false, hasPreviousPage: false } as const;

export function matchesNothing(filter: object): boolean {
  return Object.values(filter).some((value) => Array.isArray(value) && value.length === 0);
}
