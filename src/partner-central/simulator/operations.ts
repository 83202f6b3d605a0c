/** What the service can be asked for. Everything else is an UnknownOperationException. */
import type { Operation, OperationName } from './operation.js';
import { acceptEngagementInvitation } from './operations/accept-engagement-invitation.js';
import { associateOpportunity } from './operations/associate-opportunity.js';
import { getEngagementInvitation } from './operations/get-engagement-invitation.js';
import { getEngagement } from './operations/get-engagement.js';
import { getOpportunity } from './operations/get-opportunity.js';
import { getResourceSnapshotJob } from './operations/get-resource-snapshot-job.js';
import { listEngagementByAcceptingInvitationTasks } from './operations/list-engagement-by-accepting-invitation-tasks.js';
import { listEngagementFromOpportunityTasks } from './operations/list-engagement-from-opportunity-tasks.js';
import { listEngagementInvitations } from './operations/list-engagement-invitations.js';
import { listEngagementResourceAssociations } from './operations/list-engagement-resource-associations.js';
import { listEngagements } from './operations/list-engagements.js';
import { listOpportunities } from './operations/list-opportunities.js';
import { listOpportunityFromEngagementTasks } from './operations/list-opportunity-from-engagement-tasks.js';
import { startEngagementByAcceptingInvitationTask } from './operations/start-engagement-by-accepting-invitation-task.js';
import { startEngagementFromOpportunityTask } from './operations/start-engagement-from-opportunity-task.js';
import { startOpportunityFromEngagementTask } from './operations/start-opportunity-from-engagement-task.js';
import { updateEngagementContext } from './operations/update-engagement-context.js';
import { updateOpportunity } from './operations/update-opportunity.js';

const OPERATIONS = {
  StartEngagementFromOpportunityTask: startEngagementFromOpportunityTask,
  ListEngagementFromOpportunityTasks: listEngagementFromOpportunityTasks,
  StartOpportunityFromEngagementTask: startOpportunityFromEngagementTask,
  ListOpportunityFromEngagementTasks: listOpportunityFromEngagementTasks,
  StartEngagementByAcceptingInvitationTask: startEngagementByAcceptingInvitationTask,
  ListEngagementByAcceptingInvitationTasks: listEngagementByAcceptingInvitationTasks,
  GetOpportunity: getOpportunity,
  ListOpportunities: listOpportunities,
  UpdateOpportunity: updateOpportunity,
  AssociateOpportunity: associateOpportunity,
  GetEngagement: getEngagement,
  ListEngagements: listEngagements,
  UpdateEngagementContext: updateEngagementContext,
  GetEngagementInvitation: getEngagementInvitation,
  ListEngagementInvitations: listEngagementInvitations,
  AcceptEngagementInvitation: acceptEngagementInvitation,
  GetResourceSnapshotJob: getResourceSnapshotJob,
  ListEngagementResourceAssociations: listEngagementResourceAssociations,
} as const satisfies Record<OperationName, Operation>;

const BY_NAME: ReadonlyMap<string, Operation> = new Map<string, Operation>(Object.entries(OPERATIONS));

export function operationNamed(name: string): Operation | undefined {
  return BY_NAME.get(name);
}
