/** Associates an opportunity with what is offered: a solution, a product or an offer. Twice is as good as once. */
import { EDITS } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { visibleOpportunity } from '../../state/access.js';

export const associateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const association = EDITS.AssociateOpportunity(body);
    visibleOpportunity(service, association.catalog, association.target);
    service.world.edit(association, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
