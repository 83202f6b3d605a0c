/**
 * For each kind of task, how its Start and its List are said in the SDK's words. A further kind is a further entry here; nothing
 * else in this folder knows that kinds differ.
 */
import type {
  ListEngagementByAcceptingInvitationTasksCommandInput,
  ListEngagementFromOpportunityTasksCommandInput,
  ListOpportunityFromEngagementTasksCommandInput,
  PartnerCentralSellingClient,
} from '@aws-sdk/client-partnercentral-selling';
import { CATALOG, INVOLVEMENT, VISIBILITY } from './model/enum-mapping.js';
import type { Catalog, ExternalInput, Tag, TaskAnswer, TaskInput, TaskKind } from './model/task-kind.js';
import { idOf, listOf, nextTokenOf, present, printable, timeOf } from './mappers/nullable.js';

export type Sdk = typeof import('@aws-sdk/client-partnercentral-selling');

/** What the SDK hands on, with the request, to the handler of connection.ts. */
export type CallOptions = {
  readonly abortSignal: AbortSignal;
  /** Called when the request, serialised and signed, goes on the wire. */
  readonly leave: () => void;
};

export type TaskQuery = {
  readonly kind: TaskKind;
  readonly catalog: Catalog;
  /** Up to ten ids of AWS, up to ten identifiers that starts named, or everything, latest StartTime first. */
  readonly select:
    | { readonly by: 'taskId' | 'identifier'; readonly values: readonly string[] }
    | { readonly by: 'startTime' };
  readonly nextToken: string | null;
};

/** A List's summary, with the members under which a task that has no id can be recognised. */
export type TaskPage = { readonly answers: readonly TaskAnswer[]; readonly nextToken: string | null };

type InputOf<K extends TaskKind> = Extract<TaskInput, { kind: K }>;

type Operations<K extends TaskKind> = {
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
  /** The member of an answer that tells which opportunity, engagement or invitation the start named. */
  namedBy(answer: TaskAnswer): string | null;
};

/** The members of the Start answers and the summaries, which are the same but for a few. */
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

/** The largest page that the model allows. */
export const PAGE_SIZE = 1000;
/** The most values that one filter of a List takes. */
export const FILTER_SIZE = 10;

export const OPERATIONS: { readonly [K in TaskKind]: Operations<K> } = {
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
    namedBy: (answer) => answer.opportunityId,
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
    namedBy: (answer) => answer.engagementId,
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
    namedBy: (answer) => answer.engagementInvitationId,
  },
};

/** `input` and the entry for its kind, together, so that each entry sees only its own input. */
export function sendStart(
  sdk: Sdk,
  client: PartnerCentralSellingClient,
  input: TaskInput,
  clientToken: string,
  options: CallOptions,
): Promise<RawAnswer> {
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return OPERATIONS[input.kind].sendStart(sdk, client, input, clientToken, options);
    default:
      return input satisfies never;
  }
}

/** Whether an answer is about the opportunity, engagement or invitation that a start named, be it by id or by ARN. */
export function isAbout(answer: TaskAnswer, input: TaskInput | ExternalInput): boolean {
  const named = OPERATIONS[input.kind].namedBy(answer);
  return named !== null && identifierOf(named) === identifierOf(input.identifier);
}

/** The last part of an ARN, or the identifier as it is: the filters of a List know only ids. */
export function identifierOf(identifier: string): string {
  return identifier.startsWith('arn:') ? identifier.slice(identifier.lastIndexOf('/') + 1) : identifier;
}

export function answerOf(raw: RawAnswer): TaskAnswer {
  return {
    status: statusOf(raw.TaskStatus),
    taskId: idOf(raw.TaskId, TASK_ID),
    taskArn: idOf(raw.TaskArn, ARN),
    startedAt: timeOf(raw.StartTime),
    message: present(raw.Message),
    reasonCode: reasonOf(raw.ReasonCode),
    opportunityId: idOf(raw.OpportunityId, OPPORTUNITY_ID),
    engagementId: idOf(raw.EngagementId, ENGAGEMENT_ID),
    engagementInvitationId: idOf(raw.EngagementInvitationId, INVITATION_ID),
    resourceSnapshotJobId: idOf(raw.ResourceSnapshotJobId, JOB_ID),
    contextId: idOf(raw.ContextId, CONTEXT_ID),
  };
}

/**
 * The model's patterns without their lengths, because AWS has loosened several; and an ARN in the place of each,
 * because AWS has been seen to give one. An id that does not match is unknown: AWS would refuse a poll that names it.
 */
const ARN = /^arn:./;
const TASK_ID = /^(task-[0-9a-z]+$|arn:.)/i;
const OPPORTUNITY_ID = /^(O[0-9]+$|arn:.)/;
const ENGAGEMENT_ID = /^(eng-[0-9a-z]+$|arn:.)/i;
const INVITATION_ID = /^(engi-[0-9a-z,]+$|arn:.)/i;
const JOB_ID = /^(job-[0-9a-z]+$|arn:.)/i;
const CONTEXT_ID = /^[0-9a-z-]+$/i;

/** The longest in the model has 35 characters. */
const MAX_REASON_LENGTH = 100;

function reasonOf(raw: unknown): string | null {
  const reason = present(raw);
  return reason === null ? null : printable(reason, MAX_REASON_LENGTH);
}

/** AWS leaves out almost anything, but never all that tells of a task. */
export function isEmptyAnswer(raw: RawAnswer): boolean {
  const { taskId, opportunityId, engagementId, engagementInvitationId } = answerOf(raw);
  const ids = [taskId, opportunityId, engagementId, engagementInvitationId];
  return present(raw.TaskStatus) === null && ids.every((id) => id === null);
}

/** Takes no more tasks than were asked for: one that is left out is unknown, and is asked about again. */
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
    ...(query.nextToken === null ? {} : { NextToken: query.nextToken }),
  };
}

function tagsOf(tags: readonly Tag[]) {
  return tags.length === 0 ? {} : { Tags: tags.map((tag) => ({ Key: tag.key, Value: tag.value })) };
}

/** A status that AWS adds some day means that the task has not ended in a way the gateway knows: go on asking. */
function statusOf(raw: string | undefined): TaskAnswer['status'] {
  return raw === 'COMPLETE' || raw === 'FAILED' ? raw : 'IN_PROGRESS';
}
