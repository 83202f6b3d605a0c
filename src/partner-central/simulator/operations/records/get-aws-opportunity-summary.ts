/** Shows AWS's side of an opportunity. */
import { awsSideOf } from '../../records/aws-side.js';
import type { Operation } from '../../protocol/operation.js';
import { CATALOG, OPPORTUNITY_ID, validated } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const getAwsOpportunitySummary: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, id } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      id: fields.string('RelatedOpportunityIdentifier', OPPORTUNITY_ID),
    }));
    const opportunity = accessibleOpportunity(service, catalog, id);
    return { kind: 'answer', body: { Catalog: catalog, ...awsSideOf(service, catalog, opportunity) } };
  },
};
