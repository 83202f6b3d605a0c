/**
 * Tasks as clients see them. A domain task becomes one view with plain fields (`viewOf`), so that a list of fifty is read without a function
 * call for each field; the class of the view decides the type, which graphql-js can then tell without waiting.
 */
import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import {
  isExternal,
  type Catalog,
  type ExternalInput,
  type InvolvementType,
  type TaskInput,
  type TaskKind,
  type Visibility,
} from '../../partner-central/model/task-kind.js';
import type { ReasonCode } from '../../partner-central/recovery.js';
import { isTerminal, knownReasonCode, type Task, type TaskStatus } from '../../tasks/task.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { InvolvementTypeEnum, TaskKindEnum, TaskOriginEnum, TaskStatusEnum, VisibilityEnum, type TaskOrigin } from './enums.js';
import { ReasonCodeEnum } from './reason-code.enum.js';
import { TaskFailure } from './task-failure.type.js';

type InputOf<Kind extends TaskKind> = Extract<TaskInput, { kind: Kind }>;

@ObjectType('Tag', { description: 'A tag that the start asked AWS to attach.', simpleResolvers: true })
export class Tag {
  @Field(() => String, { description: 'Name of the tag, unique within the task.' })
  readonly key: string;

  @Field(() => String, { description: 'Value of the tag; may be empty.' })
  readonly value: string;
}

@ObjectType('AwsSubmission', { description: 'How the start asked to involve AWS.', simpleResolvers: true })
export class AwsSubmission {
  @Field(() => InvolvementTypeEnum, { description: 'How far AWS is to be involved.' })
  readonly involvementType: InvolvementType;

  @Field(() => VisibilityEnum, {
    nullable: true,
    description: 'How much AWS may see; null when the start left it to AWS.',
  })
  readonly visibility: Visibility | null;
}

@InterfaceType('Task', {
  description:
    'A start that the gateway has accepted, and all that has become of it. Every kind of task has these fields, so one fragment on `Task` ' +
    'serves all kinds, also those added later.',
})
export abstract class TaskView {
  @Field(() => ID, {
    description:
      "The gateway's own id, stable from the moment the start is accepted and the same for every repetition of it.",
  })
  readonly id: string;

  @Field(() => TaskKindEnum, { description: 'What the task does at AWS.' })
  readonly kind: TaskKind;

  @Field(() => CatalogEnum, { description: 'The catalog that the task runs in.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    description:
      "The token that makes the start idempotent: the caller's, or one that the gateway made when the start had none.",
  })
  readonly clientToken: string;

  @Field(() => TaskStatusEnum, {
    description: 'How the task stands. Treat an unknown value as `IN_PROGRESS` unless `isTerminal` is true.',
  })
  readonly status: TaskStatus;

  @Field(() => Boolean, {
    description: 'Whether the status is final. Stop waiting when it is true, whatever the status says.',
  })
  readonly isTerminal: boolean;

  @Field(() => String, {
    nullable: true,
    description: "AWS's id for the task; null until AWS has answered, and for some tasks that AWS completes at once.",
  })
  readonly taskId: string | null;

  @Field(() => String, { nullable: true, description: "AWS's ARN for the task; null whenever `taskId` may be." })
  readonly taskArn: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When AWS began to work on the task, by AWS's clock; null until AWS has said so.",
  })
  readonly startTime: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The latest message about the task, in English; null when there is none.',
  })
  readonly message: string | null;

  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      'Why the task failed; null while it has not, and for a reason that this schema does not know: see `failure.rawReasonCode`.',
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => TaskFailure, {
    nullable: true,
    description: 'What went wrong and what to do about it; set when the status is FAILED or REJECTED, null otherwise.',
  })
  readonly failure: TaskFailure | null;

  @Field(() => String, {
    nullable: true,
    description: 'The opportunity that AWS submitted or created; null until AWS has named it.',
  })
  readonly opportunityId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The engagement that the task created or used; null until AWS has named it.',
  })
  readonly engagementId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The job that keeps AWS's snapshot of the opportunity up to date; null until AWS has named it.",
  })
  readonly resourceSnapshotJobId: string | null;

  @Field(() => [Tag], { description: 'The tags that the start named; empty when it named none.' })
  readonly tags: readonly Tag[];

  @Field(() => String, {
    nullable: true,
    description:
      'Subject of the access token that started the task; null when the gateway does not authenticate its callers.',
  })
  readonly startedBy: string | null;

  @Field(() => TaskOriginEnum, { description: 'Whether the task was started by this gateway or elsewhere.' })
  readonly origin: TaskOrigin;

  @Field(() => ID, {
    nullable: true,
    description: 'The batch that the task was started in; null for one that was started by itself.',
  })
  readonly batchId: string | null;

  @Field(() => DateTime, { description: 'When the gateway accepted the start.' })
  readonly createdAt: number;

  @Field(() => DateTime, { description: 'When the gateway last learned something new about the task.' })
  readonly updatedAt: number;

  /** No field of the schema: the links of a task are read when they are selected. */
  readonly retryOfId: string | null;
  readonly isFailed: boolean;

  constructor(task: Task) {
    const { details, input } = task;
    this.id = task.id;
    this.kind = input.kind;
    this.catalog = input.catalog;
    this.clientToken = task.clientToken;
    this.status = task.status;
    this.isTerminal = isTerminal(task.status);
    this.taskId = details.taskId;
    this.taskArn = details.taskArn;
    this.startTime = details.startedAt;
    this.message = details.message;
    this.reasonCode = knownReasonCode(details.reasonCode);
    this.failure = task.failure === null ? null : new TaskFailure(task.failure);
    this.opportunityId = details.opportunityId;
    this.engagementId = details.engagementId;
    this.resourceSnapshotJobId = details.resourceSnapshotJobId;
    this.tags = input.tags;
    this.startedBy = task.subject;
    this.origin = isExternal(input) ? 'EXTERNAL' : 'GATEWAY';
    this.batchId = task.batchId;
    this.retryOfId = task.retryOf;
    this.isFailed = task.failure !== null;
    this.createdAt = task.createdAt;
    this.updatedAt = task.updatedAt;
  }
}

@ObjectType('EngagementFromOpportunityTask', {
  description: 'Submits an opportunity to AWS, with an engagement around it.',
  implements: TaskView,
  simpleResolvers: true,
})
export class EngagementFromOpportunityTask extends TaskView {
  @Field(() => String, { description: 'Id of the opportunity that the start named.' })
  readonly identifier: string;

  @Field(() => AwsSubmission, { description: 'How the start asked to involve AWS.' })
  readonly awsSubmission: AwsSubmission;

  @Field(() => String, {
    nullable: true,
    description:
      'The invitation that AWS received; null until AWS has named it, and for good when AWS was in the engagement already. AWS may give an ' +
      'ARN.',
  })
  readonly engagementInvitationId: string | null;

  constructor(task: Task, input: InputOf<'ENGAGEMENT_FROM_OPPORTUNITY'>) {
    super(task);
    this.identifier = input.identifier;
    this.awsSubmission = input;
    this.engagementInvitationId = task.details.engagementInvitationId;
  }
}

@ObjectType('OpportunityFromEngagementTask', {
  description: 'Turns a lead in an engagement into a draft opportunity.',
  implements: TaskView,
  simpleResolvers: true,
})
export class OpportunityFromEngagementTask extends TaskView {
  @Field(() => String, { description: 'Id or ARN of the engagement that the start named.' })
  readonly identifier: string;

  @Field(() => String, { description: 'The context of the engagement that the start named: the lead.' })
  readonly contextIdentifier: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The context that AWS answered with, often the customer project that the task added and not the lead that the start named; null until ' +
      'AWS has answered.',
  })
  readonly contextId: string | null;

  constructor(task: Task, input: InputOf<'OPPORTUNITY_FROM_ENGAGEMENT'>) {
    super(task);
    this.identifier = input.identifier;
    this.contextIdentifier = input.contextIdentifier;
    this.contextId = task.details.contextId;
  }
}

@ObjectType('EngagementByAcceptingInvitationTask', {
  description: 'Accepts an invitation to an engagement and makes an opportunity of what the sender shared.',
  implements: TaskView,
  simpleResolvers: true,
})
export class EngagementByAcceptingInvitationTask extends TaskView {
  @Field(() => String, { description: 'Id or ARN of the invitation that the start named.' })
  readonly identifier: string;

  @Field(() => String, {
    nullable: true,
    description: 'The invitation as AWS names it; null until AWS has answered. AWS may give an ARN.',
  })
  readonly engagementInvitationId: string | null;

  constructor(task: Task, input: InputOf<'ENGAGEMENT_BY_ACCEPTING_INVITATION'>) {
    super(task);
    this.identifier = input.identifier;
    this.engagementInvitationId = task.details.engagementInvitationId;
  }
}

@ObjectType('ExternalTask', {
  description:
    'A task of the account that was not started here but elsewhere, for example by a CRM connector; `kind` tells what it does. AWS does not ' +
    'tell how it was asked for.',
  implements: TaskView,
  simpleResolvers: true,
})
class ExternalTask extends TaskView {
  @Field(() => String, {
    nullable: true,
    description: 'The opportunity, engagement or invitation that the start named; null when AWS does not tell.',
  })
  readonly targetIdentifier: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The invitation that AWS names; null when it names none. AWS may give an ARN.',
  })
  readonly engagementInvitationId: string | null;

  @Field(() => String, { nullable: true, description: 'The context that AWS worked on last; null when it names none.' })
  readonly contextId: string | null;

  constructor(task: Task, input: ExternalInput) {
    super(task);
    this.targetIdentifier = input.identifier === '' ? null : input.identifier;
    this.engagementInvitationId = task.details.engagementInvitationId;
    this.contextId = task.details.contextId;
  }
}

/** One class for each object type of the schema that implements `Task`. */
export const TASK_VIEWS = [
  EngagementFromOpportunityTask,
  OpportunityFromEngagementTask,
  EngagementByAcceptingInvitationTask,
  ExternalTask,
] as const;

export function viewOf(task: Task): InstanceType<(typeof TASK_VIEWS)[number]> {
  const { input } = task;
  if (isExternal(input)) return new ExternalTask(task, input);
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return new EngagementFromOpportunityTask(task, input);
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return new OpportunityFromEngagementTask(task, input);
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return new EngagementByAcceptingInvitationTask(task, input);
    default:
      return input satisfies never;
  }
}
