/** What the service can be asked for. Everything else is an UnknownOperationException. */
import type { Operation, OperationName } from './operation.js';
import { listEngagementByAcceptingInvitationTasks } from './operations/list-engagement-by-accepting-invitation-tasks.js';
import { listEngagementFromOpportunityTasks } from './operations/list-engagement-from-opportunity-tasks.js';
import { listOpportunityFromEngagementTasks } from './operations/list-opportunity-from-engagement-tasks.js';
import { startEngagementByAcceptingInvitationTask } from './operations/start-engagement-by-accepting-invitation-task.js';
import { startEngagementFromOpportunityTask } from './operations/start-engagement-from-opportunity-task.js';
import { startOpportunityFromEngagementTask } from './operations/start-opportunity-from-engagement-task.js';

const OPERATIONS = {
  StartEngagementFromOpportunityTask: startEngagementFromOpportunityTask,
  ListEngagementFromOpportunityTasks: listEngagementFromOpportunityTasks,
  StartOpportunityFromEngagementTask: startOpportunityFromEngagementTask,
  ListOpportunityFromEngagementTasks: listOpportunityFromEngagementTasks,
  StartEngagementByAcceptingInvitationTask: startEngagementByAcceptingInvitationTask,
  ListEngagementByAcceptingInvitationTasks: listEngagementByAcceptingInvitationTasks,
} as const satisfies Record<OperationName, Operation>;

const BY_NAME: ReadonlyMap<string, Operation> = new Map<string, Operation>(Object.entries(OPERATIONS));

export function operationNamed(name: string): Operation | undefined {
  return BY_NAME.get(name);
}
