/** Replaces an opportunity as a whole, if nobody changed it meanwhile. What is under review is locked. */
import { EDITS, type OpportunityUpdate } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { ServiceError } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';
import { visibleOpportunity } from '../../state/access.js';

export const updateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const update = EDITS.UpdateOpportunity(body);
    const { catalog, target, lastModifiedAt } = update;
    const { LifeCycle, LastModifiedDate } = visibleOpportunity(service, catalog, target);
    if (lastModifiedAt !== Date.parse(LastModifiedDate)) {
      throw new ServiceError(
        'ConflictException',
        `The opportunity was modified at ${LastModifiedDate}. Read it again.`,
      );
    }
    const status = LifeCycle?.ReviewStatus;
    if ((status === 'Submitted' || status === 'In review') && !playsAws(update)) {
      throw businessError('identifier', 'ACTION_NOT_PERMITTED', `cannot be updated while it is ${status}`);
    }
    service.world.edit(update, body, service.clock.now());
    const { LastModifiedDate: after } = visibleOpportunity(service, catalog, target);
    return { kind: 'answer', body: { Id: target, LastModifiedDate: after } };
  },
};

/** In the Sandbox an update can bring the result of the review. */
function playsAws({ catalog, members }: OpportunityUpdate): boolean {
  return (
    catalog === 'Sandbox' && ['Approved', 'Action Required', 'Rejected'].includes(members.LifeCycle?.ReviewStatus ?? '')
  );
}
