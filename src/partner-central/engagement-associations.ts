/** The read operation for the engagements in which an opportunity is shared. */
import { CATALOG } from './model/enum-mapping.js';
import { idOf, listOf } from './mappers/nullable.js';
import type { ById, RecordOperation } from './record-operations.js';

/** An opportunity has few engagements, so one page has them all. */
const MAX_RESULTS = 100;

export const LIST_ENGAGEMENTS_OF_OPPORTUNITY: RecordOperation<ById, readonly string[]> = {
  operation: 'ListEngagementResourceAssociations',
  async send(sdk, client, { catalog, id }, options) {
    const { EngagementResourceAssociationSummaries: summaries } = await client.send(
      new sdk.ListEngagementResourceAssociationsCommand({
        Catalog: CATALOG[catalog],
        MaxResults: MAX_RESULTS,
        ResourceType: 'Opportunity',
        ResourceIdentifier: id,
      }),
      options,
    );
    const ofThis = listOf(summaries).filter(({ ResourceId }) => ResourceId === id);
    // An engagement is listed once for each account that shares the opportunity in it.
    return [...new Set(ofThis.flatMap(({ EngagementId }) => idOf(EngagementId) ?? []))];
  },
};
