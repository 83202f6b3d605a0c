/** Rejects an invitation to a lead or to an opportunity. */
import { UPDATES } from '../../state/updates.js';
import { assertAnswerable } from '../../records/invitation-state.js';
import type { Operation } from '../../protocol/operation.js';
import { accessibleInvitation } from '../../state/access.js';

export const rejectEngagementInvitation: Operation = {
  quota: 'write',
  answer(service, body) {
    const rejection = UPDATES.RejectEngagementInvitation(body);
    assertAnswerable(accessibleInvitation(service, rejection.catalog, rejection.target), 'reject');
    service.state.update(rejection, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
