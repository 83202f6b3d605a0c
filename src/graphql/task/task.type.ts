/**
 * Tasks as clients see them. A domain task becomes one view with plain fields (`viewOf`), so that a list of fifty is read without a function
 * call for each field; the class of the view decides the type, which graphql-js can then tell without waiting.
 */
import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { isExternal, type Catalog, type TaskKind } from '../../partner-central/model/task-kind.js';
import type { ReasonCode } from '../../partner-central/recovery.js';
import { isTerminal, knownReasonCode, type Task, type TaskStatus } from '../../tasks/task.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { TaskKindEnum, TaskOriginEnum, TaskStatusEnum, type TaskOrigin } from './enums.js';
import { ReasonCodeEnum } from './reason-code.enum.js';
import { TaskFailure } from './task-failure.type.js';

@ObjectType('Tag', { description: 'A tag that the start asked AWS to attach.', simpleResolvers: true })
export class Tag {
  @Field(() => String, { description: 'Name of the tag, unique within the task.' })
  readonly key: string;

  @Field(() => String, { description: 'Value of the tag; may be empty.' })
  readonly value: string;
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
