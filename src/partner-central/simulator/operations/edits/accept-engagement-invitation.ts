/** Accepts an invitation to a lead. Unlike the task, it does not create an opportunity. */
import { UPDATES } from '../../state/updates.js';
import { assertAnswerable } from '../../records/invitation-state.js';
import type { Operation } from '../../protocol/operation.js';
import { accessibleInvitation } from '../../state/access.js';

export const acceptEngagementInvitation: Operation = {
  quota: 'write',
  answer(service, body) {
    const acceptance = UPDATES.AcceptEngagementInvitation(body);
    assertAnswerable(accessibleInvitation(service, acceptance.catalog, acceptance.target), 'accept');
    service.state.update(acceptance, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
