/** Lists the tasks that create engagements from opportunities. */
import { list, readListRequest } from '../../tasks/list-tasks.js';
import type { Operation } from '../../protocol/operation.js';
import { engagementFilter, validated } from '../../protocol/validation.js';

export const listEngagementFromOpportunityTasks: Operation = {
  quota: 'read',
  answer(service, body) {
    const request = validated(body, (fields) => readListRequest(fields, { engagements: engagementFilter(fields) }));
    return list(service, 'engagement-from-opportunity', request);
  },
};
