/** Removes the association of an opportunity with a solution, a product or an offer. */
import { isLocked, lockedError } from '../../records/locked-members.js';
import { notFound } from '../../records/record-identifiers.js';
import { UPDATES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { businessException } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const disassociateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const association = UPDATES.DisassociateOpportunity(body);
    const { catalog, target, type, entity } = association;
    const opportunity = accessibleOpportunity(service, catalog, target);
    const member = `RelatedEntityIdentifiers.${type}`;
    if (isLocked(opportunity, member)) throw businessException([lockedError(opportunity, member)]);
    const related = opportunity.RelatedEntityIdentifiers[type] ?? [];
    if (!related.includes(entity)) throw notFound(`The association of ${target} with ${entity}`, catalog);
    service.state.update(association, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
