/**
 * The interface `Task`. A task of the domain becomes a view with plain fields, because a function call for each field
 * would slow down lists.
 */
import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { isExternal, type Catalog, type TaskKind } from '../../partner-central/model/task-kind.js';
import type { ReasonCode } from '../../partner-central/recovery.js';
import { isTerminal, knownReasonCode, type Task, type TaskStatus } from '../../tasks/task.js';
import { NodeView } from '../values/node.type.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { TaskKindEnum, TaskOriginEnum, TaskStatusEnum, type TaskOrigin } from './enums.js';
import { ReasonCodeEnum } from './reason-code.enum.js';
import { TaskFailure } from './task-failure.type.js';

@ObjectType('Tag', { description: 'A tag that the start asked AWS to attach.', simpleResolvers: true })
export class Tag {
  @Field(() => String, { description: 'Name of the tag, unique within the task.' })
  readonly key: string;

  @Field(() => String, { description: 'Value of the tag. May be empty.' })
  readonly value: string;
}

@InterfaceType('Task', {
  description:
    'A start that the gateway has accepted, and its progress since. Every kind of task has these fields, so a ' +
    'fragment on `Task` serves all kinds, including kinds that are added later. Only the fields that hold records ' +
    'make calls to AWS.',
  implements: NodeView,
})
export abstract class TaskView implements NodeView {
  @Field(() => ID, {
    description: "The gateway's id of the task. It never changes, and repetitions of the start return the same id.",
  })
  readonly id: string;

  @Field(() => TaskKindEnum, { description: 'The work that the task does at AWS.' })
  readonly kind: TaskKind;

  @Field(() => CatalogEnum, { description: 'Catalog of the task.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    description:
      'Idempotency key of the start, from the caller or, if the start had none, from the gateway. For a task that was ' +
      'started elsewhere `external:` with its `taskId`.',
  })
  readonly clientToken: string;

  @Field(() => TaskStatusEnum, {
    description: 'State of the task. Treat an unknown value as `IN_PROGRESS` unless `isTerminal` is true.',
  })
  readonly status: TaskStatus;

  @Field(() => Boolean, {
    description: 'True if the status is final. Stop waiting when it is true, for every value of `status`.',
  })
  readonly isTerminal: boolean;

  @Field(() => String, {
    nullable: true,
    description: "AWS's id of the task. Null until AWS has answered, and for some tasks that AWS completes at once.",
  })
  readonly taskId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's ARN of the task. Null in the same cases as `taskId`.",
  })
  readonly taskArn: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Time at which AWS began to work on the task, by AWS's clock. Null until AWS has reported it.",
  })
  readonly startTime: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Latest message about the task, in English. Null if there is none.',
  })
  readonly message: string | null;

  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      "AWS's reason for a failure. Null if the task has not failed, and for a reason that this schema does not know " +
      '(then `failure.rawReasonCode` has it).',
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => TaskFailure, {
    nullable: true,
    description: 'Cause of the failure, with the advice for it. Null unless the status is `FAILED` or `REJECTED`.',
  })
  readonly failure: TaskFailure | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the opportunity that AWS submitted or created. Null until AWS has named it.',
  })
  readonly opportunityId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the engagement that the task created or used. Null until AWS has named it.',
  })
  readonly engagementId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Id of the job that keeps AWS's snapshot of the opportunity up to date. Null until AWS has named it.",
  })
  readonly resourceSnapshotJobId: string | null;

  @Field(() => [Tag], { description: 'Tags of the start. Empty if it had none.' })
  readonly tags: readonly Tag[];

  @Field(() => String, {
    nullable: true,
    description:
      'Subject of the access token that started the task. Null for a task that was started elsewhere, and if the ' +
      'gateway does not authenticate its callers.',
  })
  readonly startedBy: string | null;

  @Field(() => TaskOriginEnum, { description: 'The place where the task was started.' })
  readonly origin: TaskOrigin;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the batch that the task was started in. Null if the task was started on its own.',
  })
  readonly batchId: string | null;

  @Field(() => DateTime, {
    description:
      'Time at which the gateway accepted the start. For a task that was started elsewhere, the time at which AWS began.',
  })
  readonly createdAt: number;

  @Field(() => DateTime, { description: 'Time at which the gateway last observed a change of the task.' })
  readonly updatedAt: number;

  /**
   * Resolvers use these members to read the linked tasks, if a query selects them. They are not fields of the schema.
   */
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
    this.failure = task.failure === null ? null : new TaskFailure(task.failure, !isExternal(input));
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
