/** Lists the tasks that accept invitations. This List alone filters by invitation. */
import { withoutArn } from '../../records/record-identifiers.js';
import { list, readListRequest } from '../../tasks/list-tasks.js';
import type { Operation } from '../../protocol/operation.js';
import { INVITATION_ARN_OR_ID, validated } from '../../protocol/validation.js';

export const listEngagementByAcceptingInvitationTasks: Operation = {
  quota: 'read',
  answer(service, body) {
    const request = validated(body, (fields) => {
      const invitations = fields.optionalStrings('EngagementInvitationIdentifier', 10, INVITATION_ARN_OR_ID);
      return readListRequest(fields, { invitations: invitations?.map(withoutArn) });
    });
    return list(service, 'engagement-by-accepting-invitation', request);
  },
};
