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
import { InvolvementTypeEnum, VisibilityEnum } from './enums.js';
import { TaskView } from './task.type.js';

type InputOf<Kind extends TaskKind> = Extract<TaskInput, { kind: Kind }>;

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
