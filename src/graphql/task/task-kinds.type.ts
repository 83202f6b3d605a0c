/**
 * The object types that implement `Task`, one class each. The class of a view decides its type, so graphql-js finds the
 * type synchronously.
 */
import { Field, ObjectType } from 'type-graphql';
import {
  isExternal,
  type ExternalInput,
  type InvolvementType,
  type TaskInput,
  type TaskKind,
  type Visibility,
} from '../../partner-central/model/task-kind.js';
import type { Task } from '../../tasks/task.js';
import { NodeView } from '../values/node.type.js';
import { InvolvementTypeEnum, VisibilityEnum } from './enums.js';
import { TaskView } from './task.type.js';

type InputOf<Kind extends TaskKind> = Extract<TaskInput, { kind: Kind }>;

@ObjectType('AwsSubmission', {
  description: 'The involvement of AWS that the start asked for.',
  simpleResolvers: true,
})
export class AwsSubmission {
  @Field(() => InvolvementTypeEnum, { description: 'Degree to which AWS takes part.' })
  readonly involvementType: InvolvementType;

  @Field(() => VisibilityEnum, {
    nullable: true,
    description: 'Share of the opportunity that AWS may see. Null if the start left it to AWS.',
  })
  readonly visibility: Visibility | null;
}

@ObjectType('EngagementFromOpportunityTask', {
  description: 'A task that submits an opportunity to AWS, together with an engagement.',
  implements: [TaskView, NodeView],
  simpleResolvers: true,
})
export class EngagementFromOpportunityTask extends TaskView {
  @Field(() => String, { description: 'Id of the opportunity that the start named.' })
  readonly identifier: string;

  @Field(() => AwsSubmission, { description: 'The involvement of AWS that the start asked for.' })
  readonly awsSubmission: AwsSubmission;

  @Field(() => String, {
    nullable: true,
    description:
      'Id or ARN of the invitation that AWS received. Null until AWS has named it, and always if AWS was a member of ' +
      'the engagement already.',
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
  description: 'A task that turns a lead in an engagement into a draft opportunity.',
  implements: [TaskView, NodeView],
  simpleResolvers: true,
})
export class OpportunityFromEngagementTask extends TaskView {
  @Field(() => String, { description: 'Id or ARN of the engagement that the start named.' })
  readonly identifier: string;

  @Field(() => String, { description: 'Identifier of the context that the start named, which holds the lead.' })
  readonly contextIdentifier: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Identifier of the context in the answer of AWS. Often it is the customer project that the task added, and not ' +
      'the lead that the start named. Null until AWS has answered.',
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
  description: 'A task that accepts an invitation to an engagement, and makes an opportunity from the shared one.',
  implements: [TaskView, NodeView],
  simpleResolvers: true,
})
export class EngagementByAcceptingInvitationTask extends TaskView {
  @Field(() => String, { description: 'Id or ARN of the invitation that the start named.' })
  readonly identifier: string;

  @Field(() => String, {
    nullable: true,
    description: 'Id or ARN of the invitation in the answer of AWS. Null until AWS has answered.',
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
    'A task of the AWS account that was started elsewhere, for example by a CRM connector. `kind` says what it does. ' +
    'AWS does not report the input of such a task.',
  implements: [TaskView, NodeView],
  simpleResolvers: true,
})
class ExternalTask extends TaskView {
  @Field(() => String, {
    nullable: true,
    description: 'The opportunity, engagement or invitation that the start named. Null if AWS does not report it.',
  })
  readonly targetIdentifier: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id or ARN of the invitation that AWS names. Null if AWS names none.',
  })
  readonly engagementInvitationId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Identifier of the context that AWS worked on last. Null if AWS names none.',
  })
  readonly contextId: string | null;

  constructor(task: Task, input: ExternalInput) {
    super(task);
    this.targetIdentifier = input.identifier === '' ? null : input.identifier;
    this.engagementInvitationId = task.details.engagementInvitationId;
    this.contextId = task.details.contextId;
  }
}

/** Every object type that implements `Task`. */
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
