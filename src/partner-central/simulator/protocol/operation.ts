/** One thing that the service can be asked for. */
import type { Delivery } from './aws-json.js';
import type { Service } from '../state/service.js';

/** Those that there are; each has a file of its own in operations/. */
export type OperationName =
  | 'StartEngagementFromOpportunityTask'
  | 'ListEngagementFromOpportunityTasks'
  | 'StartOpportunityFromEngagementTask'
  | 'ListOpportunityFromEngagementTasks'
  | 'StartEngagementByAcceptingInvitationTask'
  | 'ListEngagementByAcceptingInvitationTasks'
  | 'GetOpportunity'
  | 'ListOpportunities'
  | 'UpdateOpportunity'
  | 'AssociateOpportunity'
  | 'GetEngagement'
  | 'ListEngagements'
  | 'UpdateEngagementContext'
  | 'GetEngagementInvitation'
  | 'ListEngagementInvitations'
  | 'AcceptEngagementInvitation'
  | 'GetResourceSnapshotJob'
  | 'ListEngagementResourceAssociations';

export type Operation = {
  /** Which quota it spends. */
  readonly quota: 'read' | 'write';
  /** Throws a ServiceError for what it refuses. */
  answer(service: Service, body: unknown): Promise<Delivery> | Delivery;
};
