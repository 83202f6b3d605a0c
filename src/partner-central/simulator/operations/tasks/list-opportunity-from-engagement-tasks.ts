/** Lists the tasks that create opportunities from engagements. This List alone filters by context. */
import { list, readListRequest } from '../../tasks/list-tasks.js';
import type { Operation } from '../../protocol/operation.js';
import { CONTEXT_ID, engagementFilter, validated } from '../../protocol/validation.js';

export const listOpportunityFromEngagementTasks: Operation = {
  quota: 'read',
  answer(service, body) {
    const request = validated(body, (fields) =>
      readListRequest(fields, {
        engagements: engagementFilter(fields),
        contexts: fields.optionalStrings('ContextIdentifier', 10, CONTEXT_ID),
      }),
    );
    return list(service, 'opportunity-from-engagement', request);
  },
};
