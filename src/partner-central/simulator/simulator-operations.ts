/** The operations that the simulator supports. Any other operation is an UnknownOperationException. */
import type { Operation, OperationName } from './protocol/operation.js';
import { acceptEngagementInvitation } from './operations/edits/accept-engagement-invitation.js';
import { assignOpportunity } from './operations/edits/assign-opportunity.js';
import { associateOpportunity } from './operations/edits/associate-opportunity.js';
import { createOpportunity } from './operations/edits/create-opportunity.js';
import { disassociateOpportunity } from './operations/edits/disassociate-opportunity.js';
import { getAwsOpportunitySummary } from './operations/records/get-aws-opportunity-summary.js';
import { getEngagementInvitation } from './operations/records/get-engagement-invitation.js';
import { getEngagement } from './operations/records/get-engagement.js';
import { getOpportunity } from './operations/records/get-opportunity.js';
import { getResourceSnapshotJob } from './operations/records/get-resource-snapshot-job.js';
import { listEngagementByAcceptingInvitationTasks } from './operations/tasks/list-engagement-by-accepting-invitation-tasks.js';
import { listEngagementFromOpportunityTasks } from './operations/tasks/list-engagement-from-opportunity-tasks.js';
import { listEngagementInvitations } from './operations/records/list-engagement-invitations.js';
import { listEngagementResourceAssociations } from './operations/records/list-engagement-resource-associations.js';
import { listEngagements } from './operations/records/list-engagements.js';
import { listOpportunities } from './operations/records/list-opportunities.js';
import { listSolutions } from './operations/records/list-solutions.js';
import { listOpportunityFromEngagementTasks } from './operations/tasks/list-opportunity-from-engagement-tasks.js';
import { rejectEngagementInvitation } from './operations/edits/reject-engagement-invitation.js';
import { startEngagementByAcceptingInvitationTask } from './operations/tasks/start-engagement-by-accepting-invitation-task.js';
import { startEngagementFromOpportunityTask } from './operations/tasks/start-engagement-from-opportunity-task.js';
import { startOpportunityFromEngagementTask } from './operations/tasks/start-opportunity-from-engagement-task.js';
import { updateEngagementContext } from './operations/edits/update-engagement-context.js';
import { updateOpportunity } from './operations/edits/update-opportunity.js';

const OPERATIONS = {
  StartEngagementFromOpportunityTask: startEngagementFromOpportunityTask,
  ListEngagementFromOpportunityTasks: listEngagementFromOpportunityTasks,
  StartOpportunityFromEngagementTask: startOpportunityFromEngagementTask,
  ListOpportunityFromEngagementTasks: listOpportunityFromEngagementTasks,
  StartEngagementByAcceptingInvitationTask: startEngagementByAcceptingInvitationTask,
  ListEngagementByAcceptingInvitationTasks: listEngagementByAcceptingInvitationTasks,
  GetOpportunity: getOpportunity,
  ListOpportunities: listOpportunities,
  CreateOpportunity: createOpportunity,
  UpdateOpportunity: updateOpportunity,
  AssociateOpportunity: associateOpportunity,
  DisassociateOpportunity: disassociateOpportunity,
  AssignOpportunity: assignOpportunity,
  GetEngagement: getEngagement,
  ListEngagements: listEngagements,
  UpdateEngagementContext: updateEngagementContext,
  GetEngagementInvitation: getEngagementInvitation,
  ListEngagementInvitations: listEngagementInvitations,
  AcceptEngagementInvitation: acceptEngagementInvitation,
  RejectEngagementInvitation: rejectEngagementInvitation,
  GetResourceSnapshotJob: getResourceSnapshotJob,
  ListEngagementResourceAssociations: listEngagementResourceAssociations,
  GetAwsOpportunitySummary: getAwsOpportunitySummary,
  ListSolutions: listSolutions,
} as const satisfies Record<OperationName, Operation>;

const BY_NAME: ReadonlyMap<string, Operation> = new Map<string, Operation>(Object.entries(OPERATIONS));

export function operationNamed(name: string): Operation | undefined {
  return BY_NAME.get(name);
}
