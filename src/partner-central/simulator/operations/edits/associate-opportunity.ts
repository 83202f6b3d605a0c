/** Associates an opportunity with a solution, a product or an offer, up to AWS's limits. A repetition has no effect. */
import { isLocked, lockedError } from '../../records/locked-members.js';
import { UPDATES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { businessError, businessException } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

/** AWS publishes no limit for offer sets. */
const LIMITS: Readonly<Record<string, number>> = {
  Solutions: 10,
  AwsMarketplaceSolutions: 10,
  AwsMarketplaceProducts: 10,
  AwsProducts: 20,
  AwsMarketplaceOffers: 1,
};

export const associateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const association = UPDATES.AssociateOpportunity(body);
    const { catalog, target, type, entity } = association;
    const opportunity = accessibleOpportunity(service, catalog, target);
    const member = `RelatedEntityIdentifiers.${type}`;
    if (isLocked(opportunity, member)) throw businessException([lockedError(opportunity, member)]);
    const related = opportunity.RelatedEntityIdentifiers[type] ?? [];
    const limit = LIMITS[type] ?? Infinity;
    if (related.length >= limit && !related.includes(entity))
      throw businessError(
        'relatedEntityIdentifier',
        'TOO_MANY_VALUES',
        `must not be associated: the opportunity has ${related.length} ${type}, and the limit is ${limit}`,
      );
    service.state.update(association, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
