/**
 * Replaces a whole opportunity, unless it was modified since it was read. The state of the opportunity locks all of it,
 * or some of its members.
 */
import { lockOf, lockedChanges } from '../../records/locked-members.js';
import { UPDATES, type OpportunityUpdate } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { staleUpdate } from '../../protocol/service-error.js';
import { businessError, businessException } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const updateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const update = UPDATES.UpdateOpportunity(body);
    const { catalog, target, lastModifiedAt } = update;
    const opportunity = accessibleOpportunity(service, catalog, target);
    if (lastModifiedAt !== Date.parse(opportunity.LastModifiedDate)) throw staleUpdate();
    if (!playsAws(update, opportunity.LifeCycle?.ReviewStatus)) {
      const lock = lockOf(opportunity);
      if (lock !== undefined)
        throw businessError('identifier', 'ACTION_NOT_PERMITTED', `cannot be updated while it is ${lock}`);
      const errors = lockedChanges(opportunity, update.members);
      if (errors.length > 0) throw businessException(errors);
    }
    service.state.update(update, body, service.clock.now());
    const { LastModifiedDate: after } = accessibleOpportunity(service, catalog, target);
    return { kind: 'answer', body: { Id: target, LastModifiedDate: after } };
  },
};

/** True for a Sandbox update that sets another result of the review. The same result is sent back by every update. */
function playsAws({ catalog, members }: OpportunityUpdate, old: string | undefined): boolean {
  const requested = members.LifeCycle?.ReviewStatus ?? '';
  return catalog === 'Sandbox' && requested !== old && ['Approved', 'Action Required', 'Rejected'].includes(requested);
}
