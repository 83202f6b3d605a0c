/** Starts the task that accepts another account's invitation and creates an opportunity from it. */
import { outcomeOfAcceptance } from '../../tasks/task-outcome.js';
import { idIn } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { readStart, start } from '../../tasks/start-task.js';
import { INVITATION_ARN_OR_ID, validated } from '../../protocol/validation.js';

export const startEngagementByAcceptingInvitationTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const { identifier, ...request } = validated(body, (fields) => {
      return {
        ...readStart(fields),
        identifier: fields.string('Identifier', INVITATION_ARN_OR_ID),
      };
    });
    const target = idIn('engagement-invitation', request.catalog, identifier);
    const subject = {
      kind: 'engagement-by-accepting-invitation',
      ...request,
      target,
      targetArn: identifier === target ? undefined : identifier,
    } as const;
    return start(service, subject, body, () => outcomeOfAcceptance(service, request.catalog, target));
  },
};
