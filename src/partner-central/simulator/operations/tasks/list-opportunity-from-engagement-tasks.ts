/** Lists the tasks that make opportunities out of engagements. Only these have contexts to filter by. */
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
