/** Lists the tasks that make engagements out of opportunities. */
import { list, readListRequest } from '../list.js';
import type { Operation } from '../operation.js';
import { validated } from '../validation.js';

export const listEngagementFromOpportunityTasks: Operation = {
  quota: 'read',
  answer: (service, body) => list(service, 'engagement-from-opportunity', validated(body, readListRequest)),
};
