/** Associates an opportunity with a solution, a product or an offer. A repetition has no effect. */
import { UPDATES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const associateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const association = UPDATES.AssociateOpportunity(body);
    accessibleOpportunity(service, association.catalog, association.target);
    service.state.update(association, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
