/** Replaces a whole opportunity, unless it was modified since it was read. An opportunity under review is locked. */
import { UPDATES, type OpportunityUpdate } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { ServiceError } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';
import { accessibleOpportunity } from '../../state/access.js';

export const updateOpportunity: Operation = {
  quota: 'write',
  answer(service, body) {
    const update = UPDATES.UpdateOpportunity(body);
    const { catalog, target, lastModifiedAt } = update;
    const { LifeCycle, LastModifiedDate } = accessibleOpportunity(service, catalog, target);
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
    service.state.update(update, body, service.clock.now());
    const { LastModifiedDate: after } = accessibleOpportunity(service, catalog, target);
    return { kind: 'answer', body: { Id: target, LastModifiedDate: after } };
  },
};

/** True for a Sandbox update that sets the result of the review. */
function playsAws({ catalog, members }: OpportunityUpdate): boolean {
  return (
    catalog === 'Sandbox' && ['Approved', 'Action Required', 'Rejected'].includes(members.LifeCycle?.ReviewStatus ?? '')
  );
}
