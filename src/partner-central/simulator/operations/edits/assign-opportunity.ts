/** Assigns an opportunity to a person of the partner, who is then in its team. */
import { isLocked, lockedError } from '../../records/locked-members.js';
import { UPDATES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { businessException } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const assignOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const assignment = UPDATES.AssignOpportunity(body);
    const opportunity = accessibleOpportunity(service, assignment.catalog, assignment.target);
    if (isLocked(opportunity, 'OpportunityTeam'))
      throw businessException([lockedError(opportunity, 'OpportunityTeam')]);
    service.state.update(assignment, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
