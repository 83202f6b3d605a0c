/** Starts the task that accepts the invitation to another account's opportunity and makes the account's own out of it. */
import { decideAcceptance } from '../decide.js';
import { idIn } from '../identifiers.js';
import type { Operation } from '../operation.js';
import { start } from '../start.js';
import { CATALOG, CLIENT_TOKEN, INVITATION_ARN_OR_ID, validated } from '../validation.js';

export const startEngagementByAcceptingInvitationTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const { identifier, ...request } = validated(body, (fields) => {
      fields.tags();
      return {
        catalog: fields.string('Catalog', CATALOG),
        clientToken: fields.string('ClientToken', CLIENT_TOKEN),
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
    return start(service, subject, body, () => decideAcceptance(service, request.catalog, target));
  },
};
