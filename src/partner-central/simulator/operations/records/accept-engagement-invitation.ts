/** Accepts an invitation to a lead. Unlike the task, it does not create an opportunity. */
import { UPDATES } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { ServiceError } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';
import { accessibleInvitation } from '../../state/access.js';

export const acceptEngagementInvitation: Operation = {
  quota: 'write',
  answer(service, body) {
    const acceptance = UPDATES.AcceptEngagementInvitation(body);
    const { participant, status } = accessibleInvitation(service, acceptance.catalog, acceptance.target);
    if (participant === 'SENDER') {
      throw new ServiceError(
        'AccessDeniedException',
        'The account sent this invitation. Only the receiver can accept it.',
      );
    }
    if (status === 'ACCEPTED') throw new ServiceError('ConflictException', 'The invitation was already accepted.');
    if (status !== 'PENDING')
      throw businessError('identifier', 'ACTION_NOT_PERMITTED', `cannot be accepted, because it is ${status}`);
    service.state.update(acceptance, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
