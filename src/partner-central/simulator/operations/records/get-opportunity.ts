/** Shows an opportunity. */
import { awsTeamOf } from '../../records/aws-side.js';
import { RELATED_ENTITIES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { CATALOG, OPPORTUNITY_ID, validated } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const getOpportunity: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, id } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      id: fields.string('Identifier', OPPORTUNITY_ID),
    }));
    const opportunity = accessibleOpportunity(service, catalog, id);
    const team = [...(opportunity.OpportunityTeam ?? []), ...(awsTeamOf(service, catalog, id) ?? [])];
    const related = RELATED_ENTITIES.map((type) => [type, opportunity.RelatedEntityIdentifiers[type] ?? []]);
    return {
      kind: 'answer',
      body: {
        ...opportunity,
        Catalog: catalog,
        OpportunityTeam: team.length === 0 ? undefined : team,
        RelatedEntityIdentifiers: Object.fromEntries(related),
      },
    };
  },
};
