/** Accepts an invitation without making an opportunity of it: what one does with a lead. */
import { EDITS } from '../../state/updates.js';
import type { Operation } from '../../protocol/operation.js';
import { ServiceError } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';
import { visibleInvitation } from '../../state/access.js';

export const acceptEngagementInvitation: Operation = {
  quota: 'write',
  answer(service, body) {
    const acceptance = EDITS.AcceptEngagementInvitation(body);
    const { participant, status } = visibleInvitation(service, acceptance.catalog, acceptance.target);
    if (participant === 'SENDER') {
      throw new ServiceError(
        'AccessDeniedException',
        'The account sent this invitation. Only the receiver can accept it.',
      );
    }
    if (status === 'ACCEPTED') throw new ServiceError('ConflictException', 'The invitation was accepted already.');
    if (status !== 'PENDING')
      throw businessError('identifier', 'ACTION_NOT_PERMITTED', `cannot be accepted: it is ${status}`);
    service.world.edit(acceptance, body, service.clock.now());
    return { kind: 'answer', body: {} };
  },
};
