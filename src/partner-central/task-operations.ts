/**
 * The Start and the List of each kind of task, in terms of the SDK. A new kind is a new entry here, because nothing
 * else in this folder distinguishes kinds.
 */
import type {
  ListEngagementByAcceptingInvitationTasksCommandInput,
  ListEngagementFromOpportunityTasksCommandInput,
  ListOpportunityFromEngagementTasksCommandInput,
  PartnerCentralSellingClient,
} from '@aws-sdk/client-partnercentral-selling';
import { identifierOf } from './identifiers.js';
import { CATALOG, INVOLVEMENT, VISIBILITY } from './model/enum-mapping.js';
import type { Catalog, ExternalInput, Tag, TaskAnswer, TaskInput, TaskKind } from './model/task-kind.js';
import { idOf, listOf, nextTokenOf, textOf, printable, timeOf } from './mappers/nullable.js';

export type Sdk = typeof import('@aws-sdk/client-partnercentral-selling');

/** The options of a call, which the SDK passes with the request to the handler of sdk-connection.ts. */
export type CallOptions = {
  readonly abortSignal: AbortSignal;
  /** Called immediately before the signed request is sent. */
  readonly onSend: () => void;
  /** Called with the body of the answer as AWS sent it, within the bounds of bounded-answer.ts. */
  readonly onAnswer?: (body: Uint8Array) => void;
};

export type TaskQuery = {
  readonly kind: TaskKind;
  readonly catalog: Catalog;
  /** At most ten task ids, at most ten identifiers that starts named, the tasks in progress, or all tasks. */
  readonly select:
    | { readonly by: 'taskId' | 'identifier'; readonly values: readonly string[] }
    | { readonly by: 'startTime' | 'inProgress' };
  readonly nextToken: string | null;
};

/** One page of a List, including the members that identify a task without an id. */
export type TaskPage = { readonly answers: readonly TaskAnswer[]; readonly nextToken: string | null };

type InputOf<K extends TaskKind> = Extract<TaskInput, { kind: K }>;

type TaskOperations<K extends TaskKind> = {
  readonly start: string;
  readonly list: string;
  sendStart(
    sdk: Sdk,
    client: PartnerCentralSellingClient,
    input: InputOf<K>,
    clientToken: string,
    options: CallOptions,
  ): Promise<RawAnswer>;
  sendList(sdk: Sdk, client: PartnerCentralSellingClient, query: TaskQuery, options: CallOptions): Promise<RawPage>;
  /** The id of the opportunity, engagement or invitation that the start named. */
  targetIdOf(answer: TaskAnswer): string | null;
};

/** The members of Start answers and List summaries, which differ in a few members only. */
type RawAnswer = {
  TaskId?: string | undefined;
  TaskArn?: string | undefined;
  StartTime?: Date | undefined;
  TaskStatus?: string | undefined;
  Message?: string | undefined;
  ReasonCode?: string | undefined;
  OpportunityId?: string | undefined;
  EngagementId?: string | undefined;
  EngagementInvitationId?: string | undefined;
  ResourceSnapshotJobId?: string | undefined;
  ContextId?: string | undefined;
};
type RawPage = { TaskSummaries?: RawAnswer[] | undefined; NextToken?: string | undefined };

/** The largest page that AWS's service model allows. */
export const PAGE_SIZE = 1000;
/** The most values that one filter of a List accepts. */
export const FILTER_SIZE = 10;

export const TASK_OPERATIONS: { readonly [K in TaskKind]: TaskOperations<K> } = {
  ENGAGEMENT_FROM_OPPORTUNITY: {
    start: 'StartEngagementFromOpportunityTask',
    list: 'ListEngagementFromOpportunityTasks',
    sendStart: (sdk, client, input, clientToken, options) =>
      client.send(
        new sdk.StartEngagementFromOpportunityTaskCommand({
          Catalog: CATALOG[input.catalog],
          ClientToken: clientToken,
          Identifier: input.identifier,
          AwsSubmission: {
            InvolvementType: INVOLVEMENT[input.involvementType],
            ...(input.visibility === null ? {} : { Visibility: VISIBILITY[input.visibility] }),
          },
          ...tagsOf(input.tags),
        }),
        options,
      ),
    sendList: (sdk, client, query, options) => {
      const request: ListEngagementFromOpportunityTasksCommandInput = requestOf(query);
      if (query.select.by === 'identifier') request.OpportunityIdentifier = [...query.select.values];
      return client.send(new sdk.ListEngagementFromOpportunityTasksCommand(request), options);
    },
    targetIdOf: (answer) => answer.opportunityId,
  },
  OPPORTUNITY_FROM_ENGAGEMENT: {
    start: 'StartOpportunityFromEngagementTask',
    list: 'ListOpportunityFromEngagementTasks',
    sendStart: (sdk, client, input, clientToken, options) =>
      client.send(
        new sdk.StartOpportunityFromEngagementTaskCommand({
          Catalog: CATALOG[input.catalog],
          ClientToken: clientToken,
          Identifier: input.identifier,
          ContextIdentifier: input.contextIdentifier,
          ...tagsOf(input.tags),
        }),
        options,
      ),
    sendList: (sdk, client, query, options) => {
      const request: ListOpportunityFromEngagementTasksCommandInput = requestOf(query);
      if (query.select.by === 'identifier') request.EngagementIdentifier = query.select.values.map(identifierOf);
      return client.send(new sdk.ListOpportunityFromEngagementTasksCommand(request), options);
    },
    targetIdOf: (answer) => answer.engagementId,
  },
  ENGAGEMENT_BY_ACCEPTING_INVITATION: {
    start: 'StartEngagementByAcceptingInvitationTask',
    list: 'ListEngagementByAcceptingInvitationTasks',
    sendStart: (sdk, client, input, clientToken, options) =>
      client.send(
        new sdk.StartEngagementByAcceptingInvitationTaskCommand({
          Catalog: CATALOG[input.catalog],
          ClientToken: clientToken,
          Identifier: input.identifier,
          ...tagsOf(input.tags),
        }),
        options,
      ),
    sendList: (sdk, client, query, options) => {
      const request: ListEngagementByAcceptingInvitationTasksCommandInput = requestOf(query);
      if (query.select.by === 'identifier')
        request.EngagementInvitationIdentifier = query.select.values.map(identifierOf);
      return client.send(new sdk.ListEngagementByAcceptingInvitationTasksCommand(request), options);
    },
    targetIdOf: (answer) => answer.engagementInvitationId,
  },
};

/** Narrows `input` by its kind, so that each entry receives only its own input. */
export function sendStart(
  sdk: Sdk,
  client: PartnerCentralSellingClient,
  input: TaskInput,
  clientToken: string,
  options: CallOptions,
): Promise<RawAnswer> {
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return TASK_OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return TASK_OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return TASK_OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    default:
      return input satisfies never;
  }
}

/** True if the answer concerns the opportunity, engagement or invitation that the start named, by id or by ARN. */
export function isAbout(answer: TaskAnswer, input: TaskInput | ExternalInput): boolean {
  const target = TASK_OPERATIONS[input.kind].targetIdOf(answer);
  return target !== null && identifierOf(target) === identifierOf(input.identifier);
}

export function answerOf(raw: RawAnswer): TaskAnswer {
  return {
    status: statusOf(raw.TaskStatus),
    taskId: idOf(raw.TaskId, TASK_ID),
    taskArn: idOf(raw.TaskArn, ARN),
    startedAt: timeOf(raw.StartTime),
    message: textOf(raw.Message),
    reasonCode: reasonOf(raw.ReasonCode),
    opportunityId: idOf(raw.OpportunityId, OPPORTUNITY_ID),
    engagementId: idOf(raw.EngagementId, ENGAGEMENT_ID),
    engagementInvitationId: idOf(raw.EngagementInvitationId, INVITATION_ID),
    resourceSnapshotJobId: idOf(raw.ResourceSnapshotJobId, JOB_ID),
    contextId: idOf(raw.ContextId, CONTEXT_ID),
  };
}

/**
 * The patterns of AWS's model without their lengths, because AWS has loosened several. Each also accepts an ARN,
 * because AWS was observed to send one. An id that does not match is unknown: AWS would refuse a poll that names it.
 */
const ARN = /^arn:./;
const TASK_ID = /^(task-[0-9a-z]+$|arn:.)/i;
const OPPORTUNITY_ID = /^(O[0-9]+$|arn:.)/;
const ENGAGEMENT_ID = /^(eng-[0-9a-z]+$|arn:.)/i;
const INVITATION_ID = /^(engi-[0-9a-z,]+$|arn:.)/i;
const JOB_ID = /^(job-[0-9a-z]+$|arn:.)/i;
const CONTEXT_ID = /^[0-9a-z-]+$/i;

/** The longest reason in AWS's model has 35 characters. */
const MAX_REASON_LENGTH = 100;

function reasonOf(raw: unknown): string | null {
  const reason = textOf(raw);
  return reason === null ? null : printable(reason, MAX_REASON_LENGTH);
}

/** True if the answer has neither a status nor an id. AWS omits many members, but never all of these. */
export function isEmptyAnswer(raw: RawAnswer): boolean {
  const { taskId, opportunityId, engagementId, engagementInvitationId } = answerOf(raw);
  const ids = [taskId, opportunityId, engagementId, engagementInvitationId];
  return textOf(raw.TaskStatus) === null && ids.every((id) => id === null);
}

/** Accepts no more tasks than the page size. A task that is cut off stays unknown and is polled again. */
export function pageOf(raw: RawPage): TaskPage {
  const summaries = listOf(raw.TaskSummaries).slice(0, PAGE_SIZE);
  return { answers: summaries.map(answerOf), nextToken: nextTokenOf(raw.NextToken) };
}

function requestOf(query: TaskQuery) {
  return {
    Catalog: CATALOG[query.catalog],
    MaxResults: PAGE_SIZE,
    Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' } as const,
    ...(query.select.by === 'taskId' ? { TaskIdentifier: [...query.select.values] } : {}),
    ...(query.select.by === 'inProgress' ? { TaskStatus: ['IN_PROGRESS'] as ['IN_PROGRESS'] } : {}),
    ...(query.nextToken === null ? {} : { NextToken: query.nextToken }),
  };
}

function tagsOf(tags: readonly Tag[]) {
  return tags.length === 0 ? {} : { Tags: tags.map((tag) => ({ Key: tag.key, Value: tag.value })) };
}

/** An unknown status counts as IN_PROGRESS, so that the gateway continues to poll. */
function statusOf(raw: string | undefined): TaskAnswer['status'] {
  return raw === 'COMPLETE' || raw === 'FAILED' ? raw : 'IN_PROGRESS';
}
