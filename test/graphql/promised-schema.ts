/**
 * What clients may rely on, written by hand and not taken from the source: a name that goes, a type that changes or a default that moves
 * breaks apps that are in the field. Add to it when the schema grows; take nothing away.
 */
import { PROMISED_LOOK_UPS, PROMISED_RECORDS, PROMISED_RECORD_QUERIES } from './promised-records.js';

const TASK = `${PROMISED_LOOK_UPS}
  id: ID! kind: TaskKind! catalog: Catalog! clientToken: String! status: TaskStatus! isTerminal: Boolean! taskId: String taskArn: String
  startTime: DateTime message: String reasonCode: ReasonCode failure: TaskFailure opportunityId: String engagementId: String
  resourceSnapshotJobId: String tags: [Tag!]! startedBy: String origin: TaskOrigin! batchId: ID createdAt: DateTime! updatedAt: DateTime!
  retryOf: Task retriedBy: Task batch: TaskBatch
  transitions(first: Int = 20, after: String): TaskTransitionConnection!`;

const PAYLOAD = 'replayed: Boolean! userErrors: [UserError!]!';

export const PROMISED_SCHEMA = `
  scalar DateTime
  enum Catalog { AWS SANDBOX }
  enum InvolvementType { CO_SELL FOR_VISIBILITY_ONLY }
  enum Visibility { FULL LIMITED }
  enum TaskKind { ENGAGEMENT_FROM_OPPORTUNITY OPPORTUNITY_FROM_ENGAGEMENT ENGAGEMENT_BY_ACCEPTING_INVITATION }
  enum TaskStatus { QUEUED IN_PROGRESS COMPLETE FAILED REJECTED }
  enum ReasonCode {
    CONTEXT_NOT_FOUND CUSTOMER_PROJECT_CONTEXT_NOT_PERMITTED DISQUALIFIED_LEAD_NOT_PERMITTED ENGAGEMENT_ACCESS_DENIED ENGAGEMENT_CONFLICT
    ENGAGEMENT_INVITATION_CONFLICT ENGAGEMENT_VALIDATION_FAILED INTERNAL_ERROR INVITATION_ACCESS_DENIED INVITATION_VALIDATION_FAILED
    OPPORTUNITY_ACCESS_DENIED OPPORTUNITY_CONFLICT OPPORTUNITY_SUBMISSION_FAILED OPPORTUNITY_VALIDATION_FAILED REQUEST_THROTTLED
    RESOURCE_SNAPSHOT_ACCESS_DENIED RESOURCE_SNAPSHOT_CONFLICT RESOURCE_SNAPSHOT_JOB_ACCESS_DENIED RESOURCE_SNAPSHOT_JOB_CONFLICT
    RESOURCE_SNAPSHOT_JOB_VALIDATION_FAILED RESOURCE_SNAPSHOT_VALIDATION_FAILED SERVICE_QUOTA_EXCEEDED
  }
  enum FailureCategory { PERMISSION FIX_AND_RESUBMIT LOOK_BEFORE_RETRY WAIT_AND_RETRY LIMIT UNKNOWN }
  enum UserErrorCode {
    INVALID_INPUT CLIENT_TOKEN_REUSED CATALOG_NOT_ALLOWED VALIDATION_FAILED ACCESS_DENIED CONFLICT NOT_FOUND QUOTA_EXCEEDED THROTTLED UPSTREAM_FAILED
    TASK_NOT_FAILED STARTED_ELSEWHERE LOOK_FIRST ALREADY_DONE ALREADY_RETRIED
  }
  enum TaskOrigin { GATEWAY EXTERNAL }
  enum StreamStart { CURRENT BEGINNING }
  enum Upstream { AWS OTHER SIMULATOR }

  interface Task { ${TASK} }
  type EngagementFromOpportunityTask implements Task { ${TASK} identifier: String! awsSubmission: AwsSubmission! engagementInvitationId: String }
  type OpportunityFromEngagementTask implements Task { ${TASK} identifier: String! contextIdentifier: String! contextId: String }
  type EngagementByAcceptingInvitationTask implements Task { ${TASK} identifier: String! engagementInvitationId: String }
  type ExternalTask implements Task { ${TASK} targetIdentifier: String engagementInvitationId: String contextId: String }
  type AwsSubmission { involvementType: InvolvementType! visibility: Visibility }
  type Tag { key: String! value: String! }
  type TaskFailure {
    reasonCode: ReasonCode rawReasonCode: String errorCode: UserErrorCode message: String! category: FailureCategory! retryable: Boolean!
    recovery: String! finding: String fieldErrors: [FieldError!]!
  }
  type FieldError { field: String code: String! message: String! }
  type TaskBatch {
    id: ID! createdAt: DateTime! totalCount: Int! queuedCount: Int! inProgressCount: Int! completeCount: Int! failedCount: Int! rejectedCount: Int!
    isFinished: Boolean! expectedEndAt: DateTime tasks(first: Int = 20, after: String): TaskConnection!
  }
  type TaskTransition {
    cursor: String! sequence: Int! previousStatus: TaskStatus status: TaskStatus! isTerminal: Boolean! observedAt: DateTime! message: String
    reasonCode: ReasonCode task: Task!
  }
  type TaskConnection { edges: [TaskEdge!]! nodes: [Task!]! pageInfo: PageInfo! totalCount: Int }
  type TaskEdge { cursor: String! node: Task! }
  type TaskTransitionConnection { edges: [TaskTransitionEdge!]! nodes: [TaskTransition!]! pageInfo: PageInfo! }
  type TaskTransitionEdge { cursor: String! node: TaskTransition! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }

  type Query {
    task(id: ID!): Task
    tasks(first: Int = 20, after: String, filter: TaskFilter): TaskConnection!
    taskBatch(id: ID!): TaskBatch
    partnerCentral: PartnerCentral!
    ${PROMISED_RECORD_QUERIES}
  }
  input TaskFilter { kinds: [TaskKind!] catalogs: [Catalog!] statuses: [TaskStatus!] identifiers: [String!] batchIds: [ID!] startedBy: String }
  type PartnerCentral {
    upstream: Upstream! catalogs: [Catalog!]! reads: QuotaUsage! writes: QuotaUsage! queuedCount: Int! inProgressCount: Int!
    lastPolledAt: DateTime pollStretch: Float! waitingFor: String clockJump: String
  }
  type QuotaUsage { perSecond: Float! perDay: Int! availableNow: Float! remainingToday: Int! }

  type Mutation {
    startEngagementFromOpportunityTask(input: StartEngagementFromOpportunityTaskInput!): StartEngagementFromOpportunityTaskPayload!
    startOpportunityFromEngagementTask(input: StartOpportunityFromEngagementTaskInput!): StartOpportunityFromEngagementTaskPayload!
    startEngagementByAcceptingInvitationTask(input: StartEngagementByAcceptingInvitationTaskInput!): StartEngagementByAcceptingInvitationTaskPayload!
    startEngagementFromOpportunityTasks(inputs: [StartEngagementFromOpportunityTaskInput!]!): StartEngagementFromOpportunityTasksPayload!
    retryTask(id: ID!, despiteAdvice: Boolean = false): RetryTaskPayload!
  }
  input StartEngagementFromOpportunityTaskInput {
    catalog: Catalog! identifier: String! awsSubmission: AwsSubmissionInput! clientToken: String tags: [TagInput!]
  }
  input AwsSubmissionInput { involvementType: InvolvementType! visibility: Visibility }
  input TagInput { key: String! value: String! }
  input StartOpportunityFromEngagementTaskInput {
    catalog: Catalog! identifier: String! contextIdentifier: String! clientToken: String tags: [TagInput!]
  }
  input StartEngagementByAcceptingInvitationTaskInput { catalog: Catalog! identifier: String! clientToken: String tags: [TagInput!] }
  type StartEngagementFromOpportunityTaskPayload { task: EngagementFromOpportunityTask ${PAYLOAD} warnings: [ReadinessCheck!] }
  type StartOpportunityFromEngagementTaskPayload { task: OpportunityFromEngagementTask ${PAYLOAD} warnings: [ReadinessCheck!] }
  type StartEngagementByAcceptingInvitationTaskPayload { task: EngagementByAcceptingInvitationTask ${PAYLOAD} warnings: [ReadinessCheck!] }
  type StartEngagementFromOpportunityTasksPayload {
    batch: TaskBatch results: [StartEngagementFromOpportunityTaskPayload!]! userErrors: [UserError!]!
  }
  type RetryTaskPayload { task: Task ${PAYLOAD} }
  type UserError { code: UserErrorCode! message: String! field: [String!] awsCode: String }

  type Subscription {
    taskTransitions(id: ID!, after: String, from: StreamStart = CURRENT): TaskTransition!
    taskFeed(filter: TaskFilter, after: String): TaskTransition!
  }
  ${PROMISED_RECORDS}
`;
