/**
 * The operations that the board uses, with their types from the schema. Each is one document of schema/operations. The
 * board requests it by its id in the published manifest, so that it also works where only registered operations run.
 */
import type * as Gql from '#gql';

type Operation<TData, TVariables> = { readonly data: TData; readonly variables: TVariables };

export type Requests = {
  readonly Viewer: Operation<Gql.ViewerQuery, Gql.ViewerQueryVariables>;
  readonly PartnerCentral: Operation<Gql.PartnerCentralQuery, Gql.PartnerCentralQueryVariables>;
  readonly GatewayStatus: Operation<Gql.GatewayStatusQuery, Gql.GatewayStatusQueryVariables>;
  readonly TaskList: Operation<Gql.TaskListQuery, Gql.TaskListQueryVariables>;
  readonly TaskPage: Operation<Gql.TaskPageQuery, Gql.TaskPageQueryVariables>;
  readonly TaskBatch: Operation<Gql.TaskBatchQuery, Gql.TaskBatchQueryVariables>;
  readonly OpportunityPage: Operation<Gql.OpportunityPageQuery, Gql.OpportunityPageQueryVariables>;
  readonly OpportunityAwsSide: Operation<Gql.OpportunityAwsSideQuery, Gql.OpportunityAwsSideQueryVariables>;
  readonly EngagementPage: Operation<Gql.EngagementPageQuery, Gql.EngagementPageQueryVariables>;
  readonly InvitationPage: Operation<Gql.InvitationPageQuery, Gql.InvitationPageQueryVariables>;
  readonly SubmitOpportunity: Operation<Gql.SubmitOpportunityMutation, Gql.SubmitOpportunityMutationVariables>;
  readonly ConvertLead: Operation<Gql.ConvertLeadMutation, Gql.ConvertLeadMutationVariables>;
  readonly AcceptInvitation: Operation<Gql.AcceptInvitationMutation, Gql.AcceptInvitationMutationVariables>;
  readonly AcceptEngagementInvitation: Operation<
    Gql.AcceptEngagementInvitationMutation,
    Gql.AcceptEngagementInvitationMutationVariables
  >;
  readonly StartEngagementFromOpportunityTasks: Operation<
    Gql.StartEngagementFromOpportunityTasksMutation,
    Gql.StartEngagementFromOpportunityTasksMutationVariables
  >;
  readonly SubmissionWorklist: Operation<Gql.SubmissionWorklistQuery, Gql.SubmissionWorklistQueryVariables>;
  readonly InvitationInbox: Operation<Gql.InvitationInboxQuery, Gql.InvitationInboxQueryVariables>;
  readonly SolutionPicker: Operation<Gql.SolutionPickerQuery, Gql.SolutionPickerQueryVariables>;
  readonly UpdateOpportunity: Operation<Gql.UpdateOpportunityMutation, Gql.UpdateOpportunityMutationVariables>;
  readonly UpdateLead: Operation<Gql.UpdateLeadMutation, Gql.UpdateLeadMutationVariables>;
  readonly AssociateOpportunity: Operation<Gql.AssociateOpportunityMutation, Gql.AssociateOpportunityMutationVariables>;
  readonly RetryTask: Operation<Gql.RetryTaskMutation, Gql.RetryTaskMutationVariables>;
};

export type Streams = {
  readonly TaskFeed: Operation<Gql.TaskFeedSubscription, Gql.TaskFeedSubscriptionVariables>;
  readonly FollowTask: Operation<Gql.FollowTaskSubscription, Gql.FollowTaskSubscriptionVariables>;
};

/** The ids by the names of the operations. The build puts them in. */
declare const OPERATION_IDS: Readonly<Record<string, string>>;

export type Payload = {
  readonly operationName: string;
  readonly variables: Record<string, unknown>;
  readonly query: '';
  extensions: Record<string, unknown>;
};

/** @returns a request without the text of its operation */
export function payloadOf(operationName: string, variables: object): Payload {
  const sha256Hash = OPERATION_IDS[operationName];
  if (sha256Hash === undefined) throw new Error(`The published operations have no ${operationName}.`);
  return {
    operationName,
    variables: { ...variables },
    query: '',
    extensions: { persistedQuery: { version: 1, sha256Hash } },
  };
}
