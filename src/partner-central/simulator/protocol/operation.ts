/** The type of an operation of the service. */
import type { Reply } from './aws-json.js';
import type { Service } from '../state/service.js';

/** The supported operations; each has its own file in operations/. */
export type OperationName =
  | 'StartEngagementFromOpportunityTask'
  | 'ListEngagementFromOpportunityTasks'
  | 'StartOpportunityFromEngagementTask'
  | 'ListOpportunityFromEngagementTasks'
  | 'StartEngagementByAcceptingInvitationTask'
  | 'ListEngagementByAcceptingInvitationTasks'
  | 'GetOpportunity'
  | 'ListOpportunities'
  | 'CreateOpportunity'
  | 'UpdateOpportunity'
  | 'AssociateOpportunity'
  | 'DisassociateOpportunity'
  | 'AssignOpportunity'
  | 'GetEngagement'
  | 'ListEngagements'
  | 'UpdateEngagementContext'
  | 'GetEngagementInvitation'
  | 'ListEngagementInvitations'
  | 'AcceptEngagementInvitation'
  | 'RejectEngagementInvitation'
  | 'GetResourceSnapshotJob'
  | 'ListEngagementResourceAssociations'
  | 'GetAwsOpportunitySummary'
  | 'ListSolutions';

export type Operation = {
  /** The quota that the operation spends. */
  readonly quota: 'read' | 'write';
  /** @throws ServiceError to refuse the request */
  answer(service: Service, body: unknown): Promise<Reply> | Reply;
};
