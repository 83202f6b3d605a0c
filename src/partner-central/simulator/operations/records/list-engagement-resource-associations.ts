/** Lists the opportunities of engagements: those of complete tasks, and the submitted ones of the seed. */
import { SUBMITTED_SEED_OPPORTUNITIES, engagementOfSubmitted } from '../../seed/engagements.js';
import { OWN_ACCOUNT } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { type Filter, matches, pageOf, readPageRequest } from '../../protocol/list-pages.js';
import type { Service } from '../../state/service.js';
import { completedAt } from '../../tasks/timeline.js';
import { ACCOUNT_ID, CATALOG, ENGAGEMENT_ID, OPPORTUNITY_ID, validated } from '../../protocol/validation.js';

type Association = { readonly engagement: string; readonly opportunity: string };

export const listEngagementResourceAssociations: Operation = {
  quota: 'read',
  answer(service, body) {
    const { page, filters } = validated(body, (fields) => ({
      page: readPageRequest(fields, 1000),
      filters: {
        catalog: fields.string('Catalog', CATALOG),
        engagement: one(fields.optionalString('EngagementIdentifier', ENGAGEMENT_ID)),
        type: fields.optionalString('ResourceType', { values: ['Opportunity'] }),
        opportunity: one(fields.optionalString('ResourceIdentifier', OPPORTUNITY_ID)),
        creator: one(fields.optionalString('CreatedBy', ACCOUNT_ID)),
      },
    }));
    const { catalog } = filters;
    return pageOf<Association>(page, {
      member: 'EngagementResourceAssociationSummaries',
      query: filters,
      ascending: true,
      pageSize: service.pageSize,
      items: associations(service, catalog),
      sortKeyOf: ({ engagement, opportunity }) => [engagement, opportunity],
      show({ engagement, opportunity }) {
        const passes =
          matches(filters.engagement, engagement) &&
          matches(filters.opportunity, opportunity) &&
          matches(filters.creator, OWN_ACCOUNT);
        if (!passes) return undefined;
        return {
          Catalog: catalog,
          EngagementId: engagement,
          ResourceType: 'Opportunity',
          ResourceId: opportunity,
          CreatedBy: OWN_ACCOUNT,
        };
      },
    });
  },
};

/** Each association once, even if several tasks created it. */
function associations(service: Service, catalog: string): Iterable<Association> {
  const found = new Map<string, Association>();
  const add = (engagement: string, opportunity: string) =>
    found.set(`${engagement} ${opportunity}`, { engagement, opportunity });
  for (const opportunity of SUBMITTED_SEED_OPPORTUNITIES) add(engagementOfSubmitted(opportunity), opportunity);
  for (const task of service.state.tasks()) {
    const { EngagementId, OpportunityId } = task.ids;
    if (task.catalog !== catalog || EngagementId === undefined || OpportunityId === undefined) continue;
    if (completedAt(service, task) <= service.clock.now()) add(EngagementId, OpportunityId);
  }
  return found.values();
}

function one(value: string | undefined): Filter {
  return value === undefined ? undefined : [value];
}
